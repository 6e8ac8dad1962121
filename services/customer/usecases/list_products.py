"""List the products of all customers that the caller sees."""

from typing import Any

from services.customer.store.products import ProductFilters, page_of_all_products
from services.customer.usecases.views import view_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_all_products(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """
    :param filters: of :class:`~services.customer.store.products.ProductFilters`.
    """
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_all_products(work.session, work.caller, ProductFilters(**filters), request)
        views = [
            view_under(customer, product, owner_id=customer.owner_id, owner_name=customer.owner_name, account_count=accounts)
            for product, accounts, customer, *_ in page.items
        ]
        return Page(views, page.next_cursor)
