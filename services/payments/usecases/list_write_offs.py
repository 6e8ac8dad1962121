"""List write-offs."""

from uuid import UUID

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.write_offs import page_of_write_offs
from services.payments.usecases.show_write_off import write_off_view


def list_write_offs(
    begin: Begin,
    *,
    customer_id: UUID | None,
    state: str | None,
    automatic: bool | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the write-offs that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_write_offs(work.session, work.caller, request, customer_id=customer_id, state=state, automatic=automatic)
        return Page([write_off_view(row[0], row[1]) for row in page.items], page.next_cursor)
