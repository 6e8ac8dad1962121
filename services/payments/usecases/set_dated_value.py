"""Set a unit cost or a commission rate from a day on (spec, payments.md, "Commission").

Nothing is overwritten: a value that was set stays in the history with who, when and why, and what has been earned stays as it was
earned. Hence no value holds from a day that is past.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.dated_values import (
    DatedTable,
    add_value,
    newest_version,
    set_last,
    value_of,
)
from services.payments.store.tables import CommissionRate, UnitCost
from services.payments.usecases.show_dated_values import values_view


def set_unit_cost(begin: Begin, *, unit_cost: Decimal, **asked: Any) -> dict[str, Any]:
    """As the contract's ``SetUnitCost``; answers ``UnitCosts``. Refusals as of :func:`_set`."""
    return _set(begin, UnitCost, unit_cost, **asked)


def set_commission_rate(begin: Begin, *, rate: Decimal, **asked: Any) -> dict[str, Any]:
    """As the contract's ``SetCommissionRate``; answers ``CommissionRates``. Refusals as of :func:`_set`."""
    return _set(begin, CommissionRate, rate, **asked)


def _set(
    begin: Begin, table: DatedTable, value: Decimal, *, product_type: str, valid_from: date, version: int, reason: str
) -> dict[str, Any]:
    """
    :param version: the list's as the caller saw it.
    :raises InvalidInput: at ``valid_from``, for a day that is past.
    :raises ChangedMeanwhile: ``dated_value_changed_meanwhile``; ``dated_value_version_unknown``, where nobody has set any.
    """
    with begin() as work:
        if valid_from < work.today:
            raise InvalidInput(fields={"valid_from": [f"range|{work.today}|"]})
        row = {
            "product_type": product_type,
            "valid_from": valid_from,
            value_of(table).key: value,
            "version": version + 1,
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id),
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        if newest_version(work.session, table) != version or not add_value(work.session, table, row):
            raise _changed_meanwhile(work, table)
        after = {"product_type": product_type, "valid_from": valid_from.isoformat(), "value": str(value)}
        work.audit(f"{value_of(table).key}_set", (table.__tablename__, version + 1), after=after, why=reason.strip())
        return values_view(work, table)


def _changed_meanwhile(work: UnitOfWork, table: DatedTable) -> ChangedMeanwhile:
    last = set_last(work.session, table)
    if last is None:
        return ChangedMeanwhile("dated_value_version_unknown")
    return ChangedMeanwhile("dated_value_changed_meanwhile", version=last.version, by=last.set_by_name)
