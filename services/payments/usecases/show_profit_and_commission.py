"""Show profit and commission by day, a month to date against the last (spec, payments.md, "Commission")."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.kit.clock import Month
from services.kit.database import read_one_moment
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin
from services.payments.store.commission_statements import Scope, sums_by_day


def show_profit_and_commission(begin: Begin, *, month: Month | None) -> dict[str, Any]:
    """As the contract's ``ProfitAndCommission``, all of one moment. Profit is what was written off, or covered by balances, less
    its cost, on the day it was earned; commission is that of the statement, interest and penalties on the day they were booked.

    :param month: the present one, if none is said.
    """
    with begin() as work:
        read_one_moment(work.session)
        shown = month or Month.of(work.today)
        months = [
            _by_day(one, sums_by_day(work.session, Scope(work.caller, one)), until=min(one.last_day, work.today))
            for one in (shown, shown.plus(-1))
        ]
        return {"month": months[0], "last_month": months[1]}


def _by_day(month: Month, sums: dict[date, tuple[Decimal, Decimal]], *, until: date) -> dict[str, Any]:
    days: list[dict[str, Any]] = []
    profit_to_date, commission_to_date = ZERO, ZERO
    for number in range((until - month.first_day).days + 1):
        day = month.first_day + timedelta(days=number)
        profit, commission = sums.get(day, (ZERO, ZERO))
        profit_to_date += profit
        commission_to_date += commission
        days.append(
            {
                "day": day,
                "profit": profit,
                "commission": commission,
                "profit_to_date": profit_to_date,
                "commission_to_date": commission_to_date,
            }
        )
    return {"month": month, "profit": profit_to_date, "commission": commission_to_date, "days": days}
