"""List bills (spec, billing.md, "Bills")."""

from collections.abc import Sequence
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
    owner_id: UUID | None = None,
    department_id: UUID | None = None,
    department_ids: Sequence[UUID] | None = None,
    product_type: str | None = None,
) -> Page:
    """A page of the bills that the caller sees.

    :param department_id: the owner's alone, where ``department_ids`` do not say which are meant.
    """
    if department_ids is None and department_id is not None:
        department_ids = [department_id]
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_bills(
            work.session,
            work.caller,
            request,
            customer_id=customer_id,
            product_id=product_id,
            owner_id=owner_id,
            department_ids=department_ids,
            product_type=product_type,
            month=month,
            state=state,
            number=number and NUMBER_BEGINS + number.removeprefix(NUMBER_BEGINS),
            overdue_on=work.today if overdue else None,
        )
