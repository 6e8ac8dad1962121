"""Show a recharge, and enter when it was really invoiced and paid (spec, billing.md, "Recharges": actual dates)."""

from datetime import date
from typing import Any
from uuid import UUID

from services.billing.store.ledger import find_visible_recharge, is_undone
from services.billing.store.ledger_tables import LedgerEntry, Recharge
from services.billing.store.tables import Account
from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork


def show_recharge(begin: Begin, process_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``Recharge`` of the contract.
    :raises NotFound: ``recharge_not_found``.
    """
    with begin() as work:
        return _view(work, *find_visible_recharge(work.session, work.caller, process_id))


def change_recharge(begin: Begin, process_id: UUID, *, version: int, **days: date | None) -> dict[str, Any]:
    """Set the actual dates that are given; what was agreed and credited never changes.

    :param version: the recharge's as the caller saw it.
    :raises InvalidInput: by field, for a day that is still to come.
    :raises NotFound: ``recharge_not_found``.
    :raises ChangedMeanwhile: ``recharge_changed_meanwhile``.
    """
    with begin() as work:
        recharge, entry, account = find_visible_recharge(work.session, work.caller, process_id)
        if recharge.version != version:
            raise ChangedMeanwhile("recharge_changed_meanwhile", version=recharge.version)
        wrong = {field: [f"after|{work.today}"] for field, day in days.items() if day is not None and day > work.today}
        if wrong:
            raise InvalidInput(fields=wrong)
        before = {field: getattr(recharge, field) for field in days}
        if before != days:
            for field, day in days.items():
                setattr(recharge, field, day)
            recharge.version += 1
            work.audit("recharge_changed", ("recharge", process_id), before=_as_json(before), after=_as_json(days))
        return _view(work, recharge, entry, account)


def _as_json(days: dict[str, date | None]) -> dict[str, str | None]:
    return {field: None if day is None else day.isoformat() for field, day in days.items()}


def _view(work: UnitOfWork, recharge: Recharge, entry: LedgerEntry, account: Account) -> dict[str, Any]:
    return {
        **{column.key: getattr(recharge, column.key) for column in recharge.__table__.columns},
        "account_id": account.id,
        "identifier": account.identifier,
        "customer_id": account.customer_id,
        "type": entry.book,
        "amount": entry.amount,
        "is_reversed": is_undone(work.session, recharge.posting_id),
    }
