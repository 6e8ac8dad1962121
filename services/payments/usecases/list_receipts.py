"""List receipts: the pool, or all (spec, payments.md, "Receipts")."""

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.receipt_pages import ReceiptFilter, page_of_receipts
from services.payments.usecases.show_receipt import receipt_view


def list_receipts(begin: Begin, wanted: ReceiptFilter, *, page_size: int, sort: str, cursor: str) -> Page:
    """A page of the receipts that the caller sees."""
    with begin() as work:
        page = page_of_receipts(work.session, work.caller, PageRequest(page_size, sort, cursor), wanted)
        return Page([receipt_view(row[0], row[1]) for row in page.items], page.next_cursor)
