"""Assign a name in usage that nobody knows to an account, and take that back (spec, billing.md, "Usage")."""

from typing import Any
from uuid import UUID

from services.billing.store import account_names
from services.billing.store.account_name_tables import AccountName
from services.billing.store.customers import find_visible_account
from services.billing.store.late_usage import mark_usage_of_names
from services.billing.store.usage import usage_of_name
from services.billing.usecases.copy_account import tell_whose_usage
from services.contracts.people import SEES_ALL_CUSTOMERS
from services.kit.errors import Conflict, Forbidden, NotFound
from services.kit.unit_of_work import Begin, UnitOfWork


def assign_usage_name(begin: Begin, *, name: str, account_id: UUID, reason: str) -> dict[str, Any]:
    """From now on what came and comes under the name is the account's. No usage is moved, so that it can be taken back.

    :raises Forbidden: unless the caller sees all customers: the usage is nobody's yet.
    :raises NotFound: ``account_not_found``; ``usage_name_not_found`` for a name under which nothing came.
    :raises Conflict: ``usage_name_taken``, which says by whom: it is an account's identifier, or was assigned already.
    """
    with begin() as work:
        _require_sight_of_all(work)
        account, product, customer = find_visible_account(work.session, work.caller, account_id)
        account_names.lock_names(work.session)
        holder = account_names.accounts_named(work.session, [name]).get(name)
        if holder is not None:
            raise Conflict(
                "usage_name_taken",
                name=name,
                account_id=str(holder.account_id),
                identifier=holder.identifier,
                customer=holder.customer_name or "?",
            )
        if usage_of_name(work.session, name) is None:
            raise NotFound("usage_name_not_found")
        row = AccountName(
            name=name,
            account_id=account.id,
            assigned_at=work.now,
            assigned_by=work.caller.user_id,
            assigned_by_name=work.caller.name,
            reason=reason,
        )
        work.session.add(row)
        work.audit("account_name_assigned", ("account_name", name), after={"account_id": str(account.id)}, why=reason)
        work.session.flush()
        mark_usage_of_names(work.session, [name], work.now)
        tell_whose_usage(work, account.customer_id, name)
        return {
            "name": name,
            "account_id": account.id,
            "identifier": account.identifier,
            "product_id": product.id,
            "customer_id": customer.id,
            "customer_name": customer.name,
            "assigned_at": row.assigned_at,
            "assigned_by": row.assigned_by_name,
            "reason": reason,
        }


def release_usage_name(begin: Begin, *, name: str, reason: str) -> None:
    """Take an assignment back: nobody knows the name then, and it can be assigned rightly.

    :raises Forbidden: unless the caller sees all customers.
    :raises NotFound: ``usage_name_not_assigned``, also for an account's identifier.
    """
    with begin() as work:
        _require_sight_of_all(work)
        account_names.lock_names(work.session)
        row = account_names.find_name(work.session, name)
        if row is None or row.assigned_at is None:
            raise NotFound("usage_name_not_assigned")
        before = {"account_id": str(row.account_id), "assigned_by": row.assigned_by_name, "reason": row.reason}
        work.audit("account_name_released", ("account_name", name), before=before, why=reason)
        mark_usage_of_names(work.session, [name], work.now)
        work.session.delete(row)


def _require_sight_of_all(work: UnitOfWork) -> None:
    if not work.caller.has_role(*SEES_ALL_CUSTOMERS):
        raise Forbidden
