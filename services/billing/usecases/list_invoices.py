"""List invoices, and show one (spec, billing.md, "Invoices")."""

from typing import Any
from uuid import UUID

from services.billing.store.invoices import billed_items, find_visible_invoice, page_of_invoices
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_invoices(
    begin: Begin, *, customer_id: UUID | None, state: str | None, number: str, page_size: int, sort: str, cursor: str
) -> Page:
    """A page of the invoices that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_invoices(work.session, work.caller, request, customer_id=customer_id, state=state, number=number)


def show_invoice(begin: Begin, invoice_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``InvoiceDetail`` of the contract.
    :raises NotFound: ``invoice_not_found``.
    """
    with begin() as work:
        invoice = find_visible_invoice(work.session, work.caller, invoice_id)
        bills = billed_items(work.session, invoice_id)
    return {**{column.key: getattr(invoice, column.key) for column in invoice.__table__.columns}, "bills": bills}
