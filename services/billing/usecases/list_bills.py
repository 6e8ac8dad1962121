"""List bills (spec, billing.md, "Bills")."""

from uuid import UUID

from services.billing.domain.numbers import NUMBER_BEGINS
from services.billing.store.bills import page_of_bills
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_bills(
    begin: Begin,
    *,
    customer_id: UUID | None,
    product_id: UUID | None,
    month: Month | None,
    state: str | None,
    number: str | None,
    overdue: bool,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the bills that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_bills(
            work.session,
            work.caller,
            request,
            customer_id=customer_id,
            product_id=product_id,
            month=month,
            state=state,
            number=number and NUMBER_BEGINS + number.removeprefix(NUMBER_BEGINS),
            overdue_on=work.today if overdue else None,
        )
