"""List daily sums of usage, also of accounts that nobody knows (spec, billing.md, "Usage")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.usage import page_of_unknown_usage, page_of_usage, usage_by_product
from services.contracts.people import SEES_ALL_CUSTOMERS
from services.kit.clock import Month
from services.kit.errors import Forbidden
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_usage(
    begin: Begin,
    *,
    month: Month | None,
    customer_id: UUID | None,
    product_id: UUID | None,
    unknown_accounts: bool,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """
    :raises Forbidden: for unknown accounts, which are nobody's, unless the caller sees all customers.
    """
    request = PageRequest(page_size, sort, cursor)
    with begin() as work:
        if unknown_accounts:
            if not work.caller.has_role(*SEES_ALL_CUSTOMERS):
                raise Forbidden
            page = page_of_unknown_usage(work.session, request, month=month)
        else:
            page = page_of_usage(work.session, work.caller, request, month=month, customer_id=customer_id, product_id=product_id)
    return Page([_shown(row) for row in page.items], page.next_cursor)


def list_product_usage(begin: Begin, *, customer_id: UUID, month: Month) -> Sequence[Any]:
    """What a customer's products sent in a month, by operator.

    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        find_visible_customer(work.session, work.caller, customer_id)
        return usage_by_product(work.session, customer_id, month)


def _shown(row: Any) -> dict[str, Any]:
    used = row.DailySum
    return {
        "account": used.account,
        "day": used.day,
        "operator": used.operator,
        "quantity": used.quantity,
        "account_id": row.account_id,
        "product_id": row.product_id,
        "customer_id": row.customer_id,
    }
