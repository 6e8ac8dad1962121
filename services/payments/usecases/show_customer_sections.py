"""Show what a customer owes and has paid, for the page of the customer (spec, gateway.md, "Console")."""

from typing import Any
from uuid import UUID

from services.kit.paging import PageRequest
from services.kit.sections import count_each, section
from services.kit.unit_of_work import Begin
from services.payments.store.receipt_pages import ReceiptFilter, page_of_receipts, receipts_of_customer
from services.payments.store.receivables import owed_by_customer, page_of_receivables
from services.payments.usecases.show_receipt import receipt_view
from services.payments.usecases.show_receivable import receivable_view


def show_customer_receivables(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """Those that are not written off in full, as they fall due; none of a customer that the caller may not see."""
    with begin() as work:
        wanted: dict[str, Any] = {"customer_id": customer_id, "state": None, "month": None, "due_to": None, "unsettled": True}
        page = page_of_receivables(work.session, work.caller, PageRequest(first), **wanted)
        counts = count_each(work.session, {"owed": owed_by_customer(work.caller, customer_id)})
        return section([receivable_view(row[0], row[1]) for row in page.items], counts["owed"])


def show_customer_receipts(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """All of the customer's, used up or not, the newest first; none of a customer that the caller may not see."""
    with begin() as work:
        page = page_of_receipts(work.session, work.caller, PageRequest(first), ReceiptFilter(customer_id=customer_id, pool=False))
        counts = count_each(work.session, {"receipts": receipts_of_customer(work.caller, customer_id)})
        return section([receipt_view(row[0], row[1]) for row in page.items], counts["receipts"])
