"""List what hangs on a customer: departments, contacts."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from services.customer.store.contacts import page_of_contacts, page_of_departments
from services.customer.store.customers import find_visible
from services.customer.usecases.views import page_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin

_LISTS: dict[str, tuple[Callable[[Session, UUID, PageRequest], Page], tuple[str, ...]]] = {
    "departments": (page_of_departments, ()),
    "contacts": (page_of_contacts, ("department_name",)),
}
"""What is listed → its query, and what stands beside each row."""


def list_under_customer(begin: Begin, what: str, customer_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """A page of one of these lists.

    :raises NotFound: for a customer the caller may not see.
    """
    query, names = _LISTS[what]
    with begin() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        return page_under(customer, query(work.session, customer.id, PageRequest(page_size, sort, cursor)), *names)
