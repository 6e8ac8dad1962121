"""List signatures, an account's or those of all customers that the caller sees."""

from typing import Any
from uuid import UUID

from services.customer.store.accounts import find_account
from services.customer.store.signatures import SignatureFilters, page_of_signatures
from services.customer.usecases.views import columns_of
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork


def list_signatures(begin: Begin, account_id: UUID, *, state: str, page_size: int, sort: str, cursor: str) -> Page:
    """
    :raises NotFound: also for an account whose customer the caller may not see.
    """
    with begin() as work:
        find_account(work.session, work.caller, account_id)
        filters = SignatureFilters(state=state, account_id=account_id)
        return _page(work, filters, PageRequest(page_size, sort, cursor))


def list_all_signatures(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """
    :param filters: of :class:`~services.customer.store.signatures.SignatureFilters`.
    """
    with begin() as work:
        return _page(work, SignatureFilters(**filters), PageRequest(page_size, sort, cursor))


def _page(work: UnitOfWork, filters: SignatureFilters, request: PageRequest) -> Page:
    page = page_of_signatures(work.session, work.caller, filters, request)
    views = [
        {
            **columns_of(signature),
            "account_identifier": account.identifier,
            "product_id": account.product_id,
            "product_name": product,
            "customer_id": account.customer_id,
            "customer_name": customer,
        }
        for signature, account, product, customer, *_ in page.items
    ]
    return Page(views, page.next_cursor)
