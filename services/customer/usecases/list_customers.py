"""List customers (spec, customer.md: lists filter, sort and page)."""

from typing import Any

from services.customer.store.customer_lists import CustomerFilters, page_of_customers
from services.customer.usecases.views import customer_view
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_customers(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """A page of the customers that the caller sees.

    :param filters: of :class:`~services.customer.store.customer_lists.CustomerFilters`.
    """
    with begin() as work:
        page = page_of_customers(work.session, work.caller, CustomerFilters(**filters), PageRequest(page_size, sort, cursor))
        items = [{**customer_view(customer), "owner_department_name": department} for customer, department, *_ in page.items]
        return Page(items, page.next_cursor)
