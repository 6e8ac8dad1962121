"""Show a customer's way through the funnel."""

from uuid import UUID

from services.customer.store.customers import find_visible, page_of_moves
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def show_history(begin: Begin, customer_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """Every move with the facts it was decided on, the latest first.

    :raises NotFound: for a customer the caller may not see.
    """
    with begin.asking() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        return page_of_moves(work.session, customer.id, PageRequest(page_size, sort, cursor))
