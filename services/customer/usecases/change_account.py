"""Change an account: how it sends, and whether it may."""

from typing import Any
from uuid import UUID

from services.contracts.customer import ACCOUNT_STATE_NAMES
from services.customer.domain.accounts import may_become
from services.customer.store.accounts import customer_of_account
from services.customer.store.customers import lock_visible
from services.customer.store.tables import Account, Product
from services.customer.usecases.changes import change_row
from services.customer.usecases.recounts import recount_accounts
from services.customer.usecases.snapshots import account_snapshot
from services.customer.usecases.views import view_under
from services.kit.errors import ChangedMeanwhile, Conflict
from services.kit.unit_of_work import Begin


def change_account(begin: Begin, account_id: UUID, *, version: int, **changes: Any) -> dict[str, Any]:
    """Set what is given and leave the rest; of pool customers, too, as theirs are blocked and closed like others.

    :param version: the account's as the caller saw it.
    :raises NotFound: ``account_not_found``.
    :raises ChangedMeanwhile: ``account_changed_meanwhile``.
    :raises Conflict: ``account_status_illegal``, which says from what to what.
    """
    with begin() as work:
        customer = lock_visible(work.session, work.caller, customer_of_account(work.session, work.caller, account_id))
        account = work.session.get_one(Account, account_id)
        if account.version != version:
            raise ChangedMeanwhile("account_changed_meanwhile", version=account.version)
        status = changes.get("status", account.status)
        if not may_become(account.status, status):
            raise _illegal(account, status)
        changed = change_row(account, changes)
        if changed:
            work.publish("account_changed", account.id, account_snapshot(account), version=account.version)
            work.audit("account_changed", ("account", account.id), before=changed.before, after=changed.after)
            recount_accounts(work, customer)
        return view_under(customer, account, product_name=work.session.get_one(Product, account.product_id).name)


def _illegal(account: Account, status: str) -> Conflict:
    (from_zh, from_en), (to_zh, to_en) = ACCOUNT_STATE_NAMES[account.status], ACCOUNT_STATE_NAMES[status]
    return Conflict(
        "account_status_illegal", identifier=account.identifier, from_zh=from_zh, from_en=from_en, to_zh=to_zh, to_en=to_en
    )
