"""Show a product, and its accounts."""

from typing import Any
from uuid import UUID

from services.customer.store.accounts import page_of_accounts
from services.customer.store.products import find_product
from services.customer.usecases.views import page_under, view_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def show_product(begin: Begin, product_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: also for a product whose customer the caller may not see.
    """
    with begin() as work:
        product, customer, accounts = find_product(work.session, work.caller, product_id)
        return view_under(customer, product, owner_id=customer.owner_id, owner_name=customer.owner_name, account_count=accounts)


def list_accounts(begin: Begin, product_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """
    :raises NotFound: as :func:`show_product`.
    """
    with begin() as work:
        product, customer, _ = find_product(work.session, work.caller, product_id)
        page = page_under(customer, page_of_accounts(work.session, product.id, PageRequest(page_size, sort, cursor)))
        return Page([{**item, "product_name": product.name} for item in page.items], page.next_cursor)
