"""List a customer's contact logs, the latest first."""

from typing import Any
from uuid import UUID

from services.customer.store.contacts import additions_of, page_of_logs
from services.customer.store.customers import find_visible
from services.customer.usecases.log_entries import log_view
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_contact_logs(begin: Begin, customer_id: UUID, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """Each with what was added to it.

    :param filters: ``channel`` and ``contact_id``, of :func:`~services.customer.store.contacts.page_of_logs`.
    :raises NotFound: for a customer the caller may not see.
    """
    with begin() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        page = page_of_logs(work.session, customer.id, PageRequest(page_size, sort, cursor), **filters)
        additions = additions_of(work.session, [row[0].id for row in page.items])
        views = [log_view(customer, log, contact, additions.get(log.id, [])) for log, contact, *_ in page.items]
        return Page(views, page.next_cursor)
