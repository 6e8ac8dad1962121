"""List customers (spec, customer.md: lists filter, sort and page)."""

from uuid import UUID

from services.customer.store.customers import page_of_customers
from services.customer.usecases.views import customer_view
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_customers(
    begin: Begin, *, tier: str | None, owner_id: UUID | None, text: str, page_size: int, sort: str, cursor: str
) -> Page:
    """A page of the customers that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_customers(work.session, work.caller, request, tier=tier, owner_id=owner_id, text=text.strip())
        return Page([customer_view(customer) for customer in page.items], page.next_cursor)
