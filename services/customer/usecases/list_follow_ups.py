"""List the follow-ups that are open, by day: what a salesperson plans the day by."""

from datetime import date
from typing import Any
from uuid import UUID

from services.customer.store.contacts import page_of_follow_ups
from services.customer.usecases.views import view_under
from services.kit.errors import InvalidInput
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_follow_ups(
    begin: Begin,
    *,
    first_day: date | None,
    last_day: date | None,
    owner_id: UUID | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """Those of the customers that the caller sees; one is open until the customer is in touch on its day or later.

    :raises InvalidInput: for a last day before the first.
    """
    if first_day is not None and last_day is not None and last_day < first_day:
        raise InvalidInput(fields={"to": ["before_start"]})
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_follow_ups(work.session, work.caller, request, first_day=first_day, last_day=last_day, owner_id=owner_id)
        views: list[dict[str, Any]] = []
        for log, customer, contact, mobile, *_ in page.items:
            names = {"contact_name": contact, "contact_mobile": mobile}
            views.append(view_under(customer, log, owner_id=customer.owner_id, owner_name=customer.owner_name, **names))
        return Page(views, page.next_cursor)
