"""A product's month in few words: prices, and what was sent day by day, added up as the database adds it up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from services.billing.domain.charging import MonthUsage, Sender, UsageSum, periods_of
from services.billing.domain.prices import Price, PriceRow, Tier
from services.kit.clock import Month

MARCH = Month(2026, 3)


class Used(NamedTuple):
    """What one account sent on one day over one operator."""

    day: date
    quantity: int
    account: int = 1
    operator: str = "CMCC"


def used(day: int, quantity: int, account: int = 1, operator: str = "CMCC") -> Used:
    """On a day of March."""
    return Used(date(2026, 3, day), quantity, account, operator)


def sent(usage: Iterable[Used], prices: Sequence[Price], month: Month = MARCH) -> MonthUsage:
    """The month's part of it, as the database adds it up: within each period, over an operator."""
    periods = periods_of(prices, month)
    senders: dict[int, Sender] = {}
    sums: dict[tuple[int, int, str], int] = defaultdict(int)
    bare_days = set()
    for each in usage:
        for place, period in enumerate(periods):
            if each.quantity and period.first_day <= each.day <= period.last_day:
                sums[each.account, place, each.operator] += each.quantity
                if period.price is None:
                    bare_days.add(each.day)
    return MonthUsage(
        periods,
        [
            UsageSum(senders.setdefault(account, Sender(UUID(int=account), f"account{account}")), place, operator, quantity)
            for (account, place, operator), quantity in sorted(sums.items())
        ],
        sorted(bare_days),
    )


def priced(
    number: int,
    rows: tuple[PriceRow, ...],
    kind: str = "unified",
    first: date = date(2026, 3, 1),
    last: date | None = None,
    problem: Mapping[str, Any] | None = None,
) -> Price:
    """A price; of two the one with the higher number was archived later."""
    archived = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Price(UUID(int=number), UUID(int=100 + number), kind, rows, first, last, archived, problem)


def flat(price: str, segment: str | None = None) -> PriceRow:
    return PriceRow(segment, (Tier(None, Decimal(price)),))
