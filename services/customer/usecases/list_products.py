"""List products, a customer's or those of all customers that the caller sees."""

from typing import Any
from uuid import UUID

from services.customer.store.customers import find_visible
from services.customer.store.products import ProductFilters, page_of_all_products, page_of_products
from services.customer.usecases.views import product_view
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_products(begin: Begin, customer_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """
    :raises NotFound: for a customer the caller may not see.
    """
    with begin() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        page = page_of_products(work.session, customer.id, PageRequest(page_size, sort, cursor))
        return Page([product_view(customer, product, accounts) for product, accounts, *_ in page.items], page.next_cursor)


def list_all_products(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """
    :param filters: of :class:`~services.customer.store.products.ProductFilters`.
    """
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_all_products(work.session, work.caller, ProductFilters(**filters), request)
        views = [product_view(customer, product, accounts) for product, accounts, customer, *_ in page.items]
        return Page(views, page.next_cursor)
