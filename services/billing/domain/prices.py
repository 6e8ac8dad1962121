"""Prices: what one is, when a table of them is right, and which is in force (spec, billing.md, "Prices"). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from services.billing.domain.segments import fits_product_type

UNIFIED, STAGE, TIERED = KINDS = ("unified", "stage", "tiered")
MESSAGE_PRICE_MAX: Final = Decimal(10_000)
"""In CNY, of one message; what is sold once may cost more."""


@dataclass(frozen=True)
class Tier:
    """Above the previous bound, up to and including ``up_to``.

    :param up_to: in messages; ``None`` for no bound.
    :param unit_price: CNY a message, at most six decimals.
    """

    up_to: int | None
    unit_price: Decimal


@dataclass(frozen=True)
class PriceRow:
    """The tiers of one operator or country, or (``segment`` is ``None``) of all together."""

    segment: str | None
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Price:
    """What an archived 销售调价 put into force for a product.

    :param valid_to: the last day; ``None`` for no end.
    :param archived_at: decides which of two is newer; ties go to the higher id.
    :param problem: why it cannot be used, if its check failed when it was archived.
    :param quantity: how many are sold, of a one-off sale (:mod:`.one_off`), which prices no usage; else ``None``.
    """

    id: UUID
    process_id: UUID
    kind: str
    rows: tuple[PriceRow, ...]
    valid_from: date
    valid_to: date | None
    archived_at: datetime
    problem: Mapping[str, Any] | None = None
    quantity: int | None = None

    @property
    def is_for_usage(self) -> bool:
        return self.problem is None and self.quantity is None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def touches(self, first: date | None, last: date | None) -> bool:
        """Whether its dates lie in part from ``first`` to ``last``; ``None`` for no bound."""
        return (last is None or self.valid_from <= last) and (first is None or self.valid_to is None or self.valid_to >= first)

    def row_of(self, segment: str) -> PriceRow | None:
        """The row that prices an operator's or a country's usage; ``None`` if the table lacks it."""
        return row_of(self.rows, segment)

    @property
    def age(self) -> tuple[datetime, UUID]:
        return self.archived_at, self.id


def row_of(rows: Iterable[PriceRow], segment: str | None) -> PriceRow | None:
    """The row that prices an operator's or a country's volume, or one of all together; ``None`` if the table lacks it."""
    return next((row for row in rows if row.segment is None or row.segment == segment), None)


def read_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[PriceRow, ...]:
    """Rows as stored and sent (``[{"segment", "tiers": [{"up_to", "unit_price"}]}]``) as values."""
    return tuple([PriceRow(row["segment"], tuple([_tier(**tier) for tier in row["tiers"]])) for row in rows])


@lru_cache(maxsize=10_000)
def _tier(up_to: int | None, unit_price: str | Decimal) -> Tier:
    """Few prices are unlike all others; a billing run reads tens of thousands."""
    return Tier(up_to, Decimal(unit_price))


def write_rows(rows: Iterable[PriceRow]) -> list[dict[str, Any]]:
    """The inverse of :func:`read_rows`; unit prices with six decimals."""
    return [
        {
            "segment": row.segment,
            "tiers": [{"up_to": tier.up_to, "unit_price": f"{tier.unit_price:.6f}"} for tier in row.tiers],
        }
        for row in rows
    ]


def check_table(
    kind: str, rows: Sequence[PriceRow], product_type: str, price_max: Decimal = MESSAGE_PRICE_MAX
) -> dict[str, list[str]]:
    """What is wrong with a price table, by field path (``prices.0.tiers.1.up_to``); empty when nothing is."""
    wrong: dict[str, list[str]] = {}
    if not rows:
        return {"prices": ["required"]}
    seen: set[str | None] = set()
    for number, row in enumerate(rows):
        path = f"prices.{number}"
        if row.segment in seen:
            wrong[f"{path}.segment"] = ["segment_repeated"]
        elif row.segment is None and len(rows) > 1:
            wrong[f"{path}.segment"] = ["segment_mixed"]
        elif row.segment is not None and not fits_product_type(row.segment, product_type):
            wrong[f"{path}.segment"] = [f"segment_unknown|{row.segment}"]
        seen.add(row.segment)
        wrong |= {f"{path}.tiers{field}": codes for field, codes in _check_tiers(kind, row.tiers, price_max).items()}
    return wrong


def _check_tiers(kind: str, tiers: Sequence[Tier], price_max: Decimal) -> dict[str, list[str]]:
    if not tiers:
        return {"": ["required"]}
    if kind == UNIFIED and len(tiers) > 1:
        return {"": ["unified_has_one_tier"]}
    wrong: dict[str, list[str]] = {}
    bound = 0
    for number, tier in enumerate(tiers):
        is_last = number == len(tiers) - 1
        if tier.up_to is None:
            if not is_last:
                wrong[f".{number}.up_to"] = ["only_last_tier_unbounded"]
        elif is_last:
            wrong[f".{number}.up_to"] = ["last_tier_unbounded"]
        elif tier.up_to <= bound:
            wrong[f".{number}.up_to"] = [f"tier_not_rising|{bound}"]
        bound = tier.up_to or bound
        if not 0 <= tier.unit_price <= price_max:
            wrong[f".{number}.unit_price"] = [f"range|0|{price_max}"]
    return wrong


def is_below(rows: Iterable[PriceRow], floor: Decimal) -> bool:
    """Whether any unit price of the table is below the floor."""
    return any(tier.unit_price < floor for row in rows for tier in row.tiers)


def price_on(prices: Iterable[Price], day: date) -> Price | None:
    """The price in force on a day: the newest of those whose dates cover it."""
    covering = [price for price in prices if price.is_for_usage and price.covers(day)]
    return max(covering, key=lambda price: price.age, default=None)


def ranges_in_force(prices: Sequence[Price]) -> dict[UUID, list[tuple[date, date | None]]]:
    """For the time line: on which days each price is really in force, newer ones having won from their first day.

    :returns: price id → ranges, first and last day (``None`` for no end), in order.
    """
    usable = [price for price in prices if price.is_for_usage]
    turns = sorted({price.valid_from for price in usable} | {price.valid_to + _DAY for price in usable if price.valid_to})
    ranges: dict[UUID, list[tuple[date, date | None]]] = {price.id: [] for price in prices}
    holder: Price | None = None
    since: date | None = None
    for turn in turns:
        now = price_on(usable, turn)
        if now is holder:
            continue
        if holder is not None and since is not None:
            ranges[holder.id].append((since, turn - _DAY))
        holder, since = now, turn
    if holder is not None and since is not None:
        ranges[holder.id].append((since, holder.valid_to))
    return ranges


@dataclass(frozen=True)
class Stretch:
    """Days in a row on which one price holds, or (``price_id`` is ``None``) none does; ``last_day`` ``None`` for no end."""

    first_day: date
    last_day: date | None
    price_id: UUID | None


def time_line(prices: Sequence[Price], first: date | None = None, last: date | None = None) -> list[Stretch]:
    """Which price holds when, and where none does, in order and without a day left out.

    :param first: where it begins; else with the first price.
    :param last: where it ends, included; else it has no end.
    """
    held = sorted((start, end, price_id) for price_id, ranges in ranges_in_force(prices).items() for start, end in ranges)
    stretches: list[Stretch] = []
    at = first
    for start, end, price_id in held:
        if (last is not None and start > last) or (first is not None and end is not None and end < first):
            continue
        begins = start if at is None else max(start, at)
        if at is not None and at < begins:
            stretches.append(Stretch(at, begins - _DAY, None))
        ends = end if last is None or (end is not None and end <= last) else last
        stretches.append(Stretch(begins, ends, price_id))
        if ends is None or ends == last:
            return stretches
        at = ends + _DAY
    return stretches if at is None else [*stretches, Stretch(at, last, None)]


_DAY = timedelta(days=1)
