"""From what a product sent in a month and its prices to its bill, or to the reason why there is none
(spec, billing.md, "Bills"). Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.billing.domain.prices import Price, price_on
from services.billing.domain.rating import Charge, rate
from services.kit.clock import Month
from services.kit.money import ZERO, share_out

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days in a row of a month on which one price is in force, or (``price`` is ``None``) none is."""

    price: Price | None
    first_day: date
    last_day: date


@dataclass(frozen=True, eq=False)
class Sender:
    """An account of the product; one object an account, told apart as such."""

    account_id: UUID
    identifier: str


class UsageSum(NamedTuple):
    """What an account of the product sent over one operator in one of the month's periods; at least one message.

    :param period: its index among the month's periods.
    """

    sender: Sender
    period: int
    operator: str
    quantity: int


@dataclass(frozen=True)
class MonthUsage:
    """What a product sent in a month.

    :param periods: of :func:`periods_of`.
    :param sums: in the order of the accounts' names, which is that of their shares; empty if nothing was sent.
    :param bare_days: the days with usage on which no price is in force, in order.
    """

    periods: Sequence[Period]
    sums: Sequence[UsageSum] = ()
    bare_days: Sequence[date] = ()


class LineShare(NamedTuple):
    """An account's part of a line; by quantity, in fen, nothing left over."""

    account_id: UUID
    identifier: str
    quantity: int
    amount: Decimal


class ChargeLine(NamedTuple):
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


class AccountTotal(NamedTuple):
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


class AdjustmentUse(NamedTuple):
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


def periods_of(prices: Sequence[Price], month: Month) -> tuple[Period, ...]:
    """The month, cut where the price in force changes; in order, without a day left out.

    :param prices: all of the product's that touch the month, in any order.
    """
    first, last = month.first_day, month.last_day
    turns = {first}
    for price in prices:
        turns.add(price.valid_from)
        if price.valid_to is not None:
            turns.add(price.valid_to + _DAY)
    starts = sorted(turn for turn in turns if first <= turn <= last)
    periods: list[Period] = []
    for start, end in zip(starts, [*(start - _DAY for start in starts[1:]), last], strict=True):
        price_now = price_on(prices, start)
        goes_on = bool(periods) and periods[-1].price is price_now
        periods.append(Period(price_now, periods.pop().first_day if goes_on else start, end))
    return tuple(periods)


def charge_month(month: Month, sent: MonthUsage, prices: Sequence[Price], alike: Sequence[str] = ()) -> Charged | Refused:
    """One product's month.

    :param prices: all of the product's that touch the month, of which ``sent`` was cut into periods.
    :param alike: unknown accounts with usage in the month whose name is like one of the product's.
    """
    if not sent.sums:
        return Refused("account_unknown", {"accounts": list(alike)}) if alike else Refused("no_usage")
    latest = _latest(prices, month)
    if latest is not None and latest.problem is not None:
        return Refused("price_table_invalid", {"process_id": str(latest.process_id), "errors": dict(latest.problem)})
    if sent.bare_days:
        days = [day.isoformat() for day in sent.bare_days]
        return Refused("no_price", {"days": days, "ranges": _as_ranges(sent.bare_days)})
    parts: dict[tuple[int, str | None], list[UsageSum]] = defaultdict(list)
    lacking: list[tuple[Price, str]] = []
    places = _places_of_prices(sent.periods)
    for used in sent.sums:
        price = sent.periods[used.period].price
        assert price is not None, "days without a price are refused above"
        row = price.row_of(used.operator)
        if row is None:
            lacking.append((price, used.operator))
        else:
            parts[places[used.period], row.segment].append(used)
    if lacking:
        newest = max((price for price, _ in lacking), key=lambda price: price.age)
        missing = sorted({operator for _, operator in lacking})
        return Refused("price_table_invalid", {"process_id": str(newest.process_id), "missing": missing})
    lines: list[ChargeLine] = []
    totals: dict[Sender, Decimal] = defaultdict(lambda: ZERO)
    for place, segment in sorted(parts, key=lambda part: (part[0], part[1] or "")):
        lines += _charge_part(sent.periods, place, segment, parts[place, segment], totals)
    accounts = (
        AccountTotal(sender.account_id, sender.identifier, quantity, totals[sender])
        for sender, quantity in _by_sender(sent.sums).items()
    )
    return Charged(tuple(lines), tuple(accounts))


def _latest(prices: Sequence[Price], month: Month) -> Price | None:
    """The newest whose dates touch the month: one that failed hinders no month that it was not for."""
    first, last = month.first_day, month.last_day
    touching = [price for price in prices if price.valid_from <= last and (price.valid_to is None or price.valid_to >= first)]
    return max(touching, key=lambda price: price.age) if touching else None


def _places_of_prices(periods: Sequence[Period]) -> list[int]:
    """For each period the first one of the same price: one that a newer price interrupted goes on counting after it."""
    prices = [period.price for period in periods]
    return [prices.index(price) for price in prices]


def _charge_part(
    periods: Sequence[Period], place: int, segment: str | None, usage: Sequence[UsageSum], totals: dict[Sender, Decimal]
) -> list[ChargeLine]:
    """The lines of a price's row, whose shares are added to the accounts' totals."""
    price = periods[place].price
    assert price is not None, "days without a price are refused before"
    last_day = max(period.last_day for period in periods if period.price is price)
    row = next(row for row in price.rows if row.segment == segment)
    quantities = _by_sender(usage)
    weights = list(quantities.values())
    lines = []
    for charge in rate(price.kind, row.tiers, sum(weights)):
        shares = []
        for (sender, quantity), amount in zip(quantities.items(), share_out(charge.amount, weights), strict=True):
            shares.append(LineShare(sender.account_id, sender.identifier, quantity, amount))
            totals[sender] += amount
        lines.append(ChargeLine(price, segment, periods[place].first_day, last_day, charge, tuple(shares)))
    return lines


def _by_sender(usage: Sequence[UsageSum]) -> dict[Sender, int]:
    """Each account's messages, in the order in which the accounts come."""
    quantities: dict[Sender, int] = defaultdict(int)
    for used in usage:
        quantities[used.sender] += used.quantity
    return quantities


def _as_ranges(days: Sequence[date]) -> list[list[str]]:
    # "3 to 17 March" reads better than fifteen days.
    ranges: list[list[date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == _DAY:
            ranges[-1][1] = day
        else:
            ranges.append([day, day])
    return [[first.isoformat(), last.isoformat()] for first, last in ranges]
