"""Set the monthly rate from a month on (spec, payments.md, "Interest and penalty": "Management sets the monthly rate")."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.clock import Month
from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin
from services.payments.domain.interest import RATE_MONTHS_BACK_MAX
from services.payments.store import interest_rates
from services.payments.store.interest_tables import InterestRate
from services.payments.usecases.show_interest_rates import rates_view


def set_interest_rate(begin: Begin, *, version: int, from_month: Month, rate: Decimal, reason: str) -> dict[str, Any]:
    """It holds until the next month that one is set for. A month that is accrued keeps its rate, and so do those before it.

    :param version: the rates' as the caller saw them.
    :returns: as the contract's ``InterestRates``.
    :raises InvalidInput: for a month that lies too far back.
    :raises ChangedMeanwhile: ``interest_rates_changed_meanwhile``.
    :raises Conflict: ``interest_month_accrued``, which names the accrued months.
    """
    with begin() as work:
        earliest = Month.of(work.today).plus(-RATE_MONTHS_BACK_MAX)
        if from_month < earliest:
            raise InvalidInput(fields={"from_month": [f"months_back|{earliest}"]})
        interest_rates.lock_rates(work.session)
        newest = interest_rates.newest_rate(work.session)
        seen = newest.version if newest else 0
        if seen != version:
            raise _changed_meanwhile(newest)
        accrued = interest_rates.accrued_months(work.session)
        if accrued is not None and from_month <= accrued[1]:
            first, last = accrued
            raise Conflict(
                "interest_month_accrued", accrued_from=str(first), accrued_through=str(last), next_month=str(last.plus(1))
            )
        before = interest_rates.rate_of_month(work.session, from_month)
        row = {
            "version": version + 1,
            "from_month": from_month.first_day,
            "rate": rate,
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id) if work.caller.user_id else None,
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        interest_rates.insert_rate(work.session, row)
        work.audit(
            "interest_rate_set",
            ("interest_rate", version + 1),
            before={"rate": before and str(before)},
            after={"rate": str(rate), "from_month": str(from_month)},
            why=reason.strip(),
        )
        return rates_view(work, PageRequest())


def _changed_meanwhile(newest: InterestRate | None) -> ChangedMeanwhile:
    if newest is None:
        return ChangedMeanwhile("interest_rates_version_unknown")
    return ChangedMeanwhile("interest_rates_changed_meanwhile", version=newest.version, by=newest.set_by_name)
