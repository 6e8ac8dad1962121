"""Show an account's balance and how it came about (spec, billing.md, "Recharges")."""

from typing import Any
from uuid import UUID

from services.billing.domain.ledger import Funds
from services.billing.store.customers import find_visible_account
from services.billing.store.ledger import funds_of, newest_deferral, page_of_entries
from services.kit.money import ZERO
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin


def show_ledger(begin: Begin, account_id: UUID, *, page_size: int, sort: str, cursor: str) -> dict[str, Any]:
    """
    :returns: as ``Ledger`` of the contract; of an account without a balance, a balance of zero.
    :raises NotFound: ``account_not_found``.
    """
    with begin() as work:
        account, _, _ = find_visible_account(work.session, work.caller, account_id)
        funds = funds_of(work.session, [account_id], work.today).get(account_id, Funds(ZERO, ZERO))
        deferral = newest_deferral(work.session, account_id)
        page = page_of_entries(work.session, PageRequest(page_size, sort, cursor), account_id)
    balance = {
        "account_id": account.id,
        "identifier": account.identifier,
        "product_id": account.product_id,
        "customer_id": account.customer_id,
        "total": funds.total,
        "prepay": funds.prepay,
        "prepurchase": funds.prepurchase,
        "held": funds.held,
        "limit": deferral and deferral.credit_limit,
        "until": deferral and deferral.until,
    }
    return {"balance": balance, "items": page.items, "next_cursor": page.next_cursor}
