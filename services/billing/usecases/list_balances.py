"""List prepaid accounts with their balances (spec, billing.md, "Recharges")."""

from uuid import UUID

from services.billing.store.balances import page_of_balances
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_balances(
    begin: Begin,
    *,
    customer_id: UUID | None,
    product_id: UUID | None,
    low: bool | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the prepaid accounts that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        return page_of_balances(work.session, work.caller, request, customer_id=customer_id, product_id=product_id, low=low)
