"""List accounts, a product's or those of all customers that the caller sees; and show one."""

from typing import Any
from uuid import UUID

from services.customer.store.accounts import AccountFilters, find_account, page_of_accounts, page_of_all_accounts
from services.customer.store.products import find_product
from services.customer.usecases.views import columns_of, page_under, view_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_accounts(begin: Begin, product_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """
    :raises NotFound: also for a product whose customer the caller may not see.
    """
    with begin() as work:
        product, customer, _ = find_product(work.session, work.caller, product_id)
        page = page_under(customer, page_of_accounts(work.session, product.id, PageRequest(page_size, sort, cursor)))
        return Page([{**item, "product_name": product.name} for item in page.items], page.next_cursor)


def list_all_accounts(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """
    :param filters: of :class:`~services.customer.store.accounts.AccountFilters`.
    """
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_all_accounts(work.session, work.caller, AccountFilters(**filters), request)
        views = [
            {**columns_of(account), "product_name": product, "customer_name": customer}
            for account, product, customer, *_ in page.items
        ]
        return Page(views, page.next_cursor)


def show_account(begin: Begin, account_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: also for an account whose customer the caller may not see.
    """
    with begin() as work:
        account, product_name, customer = find_account(work.session, work.caller, account_id)
        return view_under(customer, account, product_name=product_name)
