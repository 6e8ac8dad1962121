"""List receivables (spec, payments.md, "Write-off")."""

from datetime import date
from uuid import UUID

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.receivables import page_of_receivables
from services.payments.usecases.show_receivable import receivable_view


def list_receivables(
    begin: Begin,
    *,
    customer_id: UUID | None,
    state: str | None,
    month: Month | None,
    due_to: date | None,
    unsettled: bool,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the receivables that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_receivables(
            work.session,
            work.caller,
            request,
            customer_id=customer_id,
            state=state,
            month=month,
            due_to=due_to,
            unsettled=unsettled,
        )
        return Page([receivable_view(row[0], row[1]) for row in page.items], page.next_cursor)
