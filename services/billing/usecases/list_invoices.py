"""List invoices, and show one (spec, billing.md, "Invoices")."""

from datetime import date
from typing import Any
from uuid import UUID

from services.billing.store.invoices import billed_items, find_visible_invoice, page_of_invoices, red_invoice_of
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_invoices(
    begin: Begin,
    *,
    customer_id: UUID | None,
    kind: str | None,
    state: str | None,
    number: str,
    issued_from: date | None,
    issued_to: date | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the invoices that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_invoices(
            work.session,
            work.caller,
            request,
            customer_id=customer_id,
            kind=kind,
            state=state,
            number=number,
            issued_from=issued_from,
            issued_to=issued_to,
        )


def show_invoice(begin: Begin, invoice_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``InvoiceDetail`` of the contract.
    :raises NotFound: ``invoice_not_found``.
    """
    with begin() as work:
        invoice = find_visible_invoice(work.session, work.caller, invoice_id)
        bills = billed_items(work.session, invoice_id)
        red = red_invoice_of(work.session, invoice_id)
    return {
        **{column.key: getattr(invoice, column.key) for column in invoice.__table__.columns},
        "bills": bills,
        "reversed_by_id": red.id if red and red.state == "issued" else None,
        "reversed_by_number": red.number if red and red.state == "issued" else None,
    }
