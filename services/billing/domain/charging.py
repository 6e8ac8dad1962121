"""From a month's daily sums and a product's prices to its bill, or to the reason why there is none
(spec, billing.md, "Bills"). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.billing.domain.prices import Price, price_on
from services.billing.domain.rating import Charge, rate
from services.kit.clock import Month
from services.kit.money import ZERO, share_out


@dataclass(frozen=True)
class DailyUsage:
    """What one account of the product sent on one day over one operator."""

    account_id: UUID
    identifier: str
    day: date
    operator: str
    quantity: int


@dataclass(frozen=True)
class LineShare:
    """An account's part of a line; by quantity, in fen, nothing left over."""

    account_id: UUID
    identifier: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class ChargeLine:
    """A line with how its amount came about.

    :param segment: the operator or country it is for; ``None`` where the price makes no difference.
    :param first_day: of the month's days on which the price is in force.
    :param last_day: likewise.
    """

    price: Price
    segment: str | None
    first_day: date
    last_day: date
    charge: Charge
    shares: tuple[LineShare, ...]


@dataclass(frozen=True)
class AccountTotal:
    """All that one account sent in the month, and its share of the bill.

    :param adjusted_quantity: of ``quantity``, what late usage of earlier months put on this bill; of any sign.
    :param adjusted_amount: likewise of ``amount``.
    """

    account_id: UUID
    identifier: str
    quantity: int
    amount: Decimal
    adjusted_quantity: int = 0
    adjusted_amount: Decimal = ZERO


@dataclass(frozen=True)
class AdjustmentUse:
    """What a bill carries of an adjustment: of what late usage of an earlier month came to (``domain/adjustments.py``)."""

    adjustment_id: UUID
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class Charged:
    """A bill's content: it adds up by lines and by accounts alike."""

    lines: tuple[ChargeLine, ...]
    accounts: tuple[AccountTotal, ...]
    uses: tuple[AdjustmentUse, ...] = ()

    @property
    def adjusted(self) -> Decimal:
        return sum((use.amount for use in self.uses), ZERO)

    @property
    def amount(self) -> Decimal:
        return sum((line.charge.amount for line in self.lines), self.adjusted)

    @property
    def quantity(self) -> int:
        return sum(line.charge.quantity for line in self.lines) + sum(use.quantity for use in self.uses)


@dataclass(frozen=True)
class Refused:
    """Why a product gets no bill; see the spec's table of reasons."""

    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)


def charge_month(
    month: Month, usage: Iterable[DailyUsage], prices: Sequence[Price], alike: Sequence[str] = ()
) -> Charged | Refused:
    """One product's month.

    :param usage: of all the product's accounts, within the month.
    :param prices: all of the product's that touch the month, and its latest adjustment.
    :param alike: unknown accounts with usage in the month whose name is like one of the product's.
    """
    sent = [day for day in usage if day.quantity > 0]
    if not sent:
        return Refused("account_unknown", {"accounts": list(alike)}) if alike else Refused("no_usage")
    latest = max(prices, key=lambda price: price.age, default=None)
    if latest is not None and latest.problem is not None:
        return Refused("price_table_invalid", {"process_id": str(latest.process_id), "errors": dict(latest.problem)})
    price_of = {day: price_on(prices, day) for day in sorted({used.day for used in sent})}
    if bare := [day for day, price in price_of.items() if price is None]:
        return Refused("no_price", {"days": [day.isoformat() for day in bare], "ranges": _as_ranges(bare)})
    parts: dict[tuple[UUID, str | None], list[DailyUsage]] = defaultdict(list)
    by_id = {price.id: price for price in price_of.values() if price is not None}
    missing: dict[UUID, set[str]] = defaultdict(set)
    for used in sent:
        price = price_of[used.day]
        assert price is not None, "days without a price are refused above"
        row = price.row_of(used.operator)
        if row is None:
            missing[price.id].add(used.operator)
        else:
            parts[price.id, row.segment].append(used)
    if missing:
        lacking = sorted(set().union(*missing.values()))
        process = by_id[max(missing, key=lambda price_id: by_id[price_id].age)].process_id
        return Refused("price_table_invalid", {"process_id": str(process), "missing": lacking})
    lines = [
        line
        for (price_id, segment), part in sorted(parts.items(), key=lambda item: (by_id[item[0][0]].valid_from, item[0][1] or ""))
        for line in _charge_part(by_id[price_id], segment, part, _days_in_force(by_id[price_id], prices, month))
    ]
    return Charged(tuple(lines), _totals(sent, lines))


def _charge_part(price: Price, segment: str | None, usage: list[DailyUsage], days: tuple[date, date]) -> list[ChargeLine]:
    by_account = _by_account(usage)
    accounts = sorted(by_account, key=lambda account: (account[1], account[0]))
    weights = [by_account[account] for account in accounts]
    row = next(row for row in price.rows if row.segment == segment)
    lines = []
    for charge in rate(price.kind, row.tiers, sum(weights)):
        amounts = share_out(charge.amount, weights)
        shares = tuple(
            LineShare(account_id, identifier, weight, amount)
            for (account_id, identifier), weight, amount in zip(accounts, weights, amounts, strict=True)
        )
        lines.append(ChargeLine(price, segment, *days, charge, shares))
    return lines


def _totals(usage: list[DailyUsage], lines: list[ChargeLine]) -> tuple[AccountTotal, ...]:
    amounts: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        for share in line.shares:
            amounts[share.account_id] += share.amount
    by_account = _by_account(usage)
    return tuple(
        AccountTotal(account_id, identifier, by_account[account_id, identifier], amounts[account_id])
        for account_id, identifier in sorted(by_account, key=lambda account: (account[1], account[0]))
    )


def _by_account(usage: list[DailyUsage]) -> dict[tuple[UUID, str], int]:
    sums: dict[tuple[UUID, str], int] = defaultdict(int)
    for used in usage:
        sums[used.account_id, used.identifier] += used.quantity
    return sums


def _days_in_force(price: Price, prices: Sequence[Price], month: Month) -> tuple[date, date]:
    days = [month.first_day + timedelta(days=number) for number in range(month.last_day.day)]
    held = [day for day in days if price_on(prices, day) is price]
    return held[0], held[-1]


def _as_ranges(days: Sequence[date]) -> list[list[str]]:
    # "3 to 17 March" reads better than fifteen days.
    ranges: list[list[date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1][1] = day
        else:
            ranges.append([day, day])
    return [[first.isoformat(), last.isoformat()] for first, last in ranges]
