"""Quotes: what volumes would cost under a price (spec, billing.md, "Prices"). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.billing.domain.prices import PriceRow, row_of
from services.billing.domain.rating import Charge, rate
from services.kit.money import ZERO


@dataclass(frozen=True)
class Quote:
    """What volumes cost, line by line, as a bill of them would.

    :param lines: each with the segment of its row; ``None`` where the price makes no difference.
    :param lacking: the volumes, by their place, that the table has no row for: they are in no line.
    """

    lines: tuple[tuple[str | None, Charge], ...]
    lacking: tuple[int, ...]

    @property
    def amount(self) -> Decimal:
        return sum((charge.amount for _, charge in self.lines), ZERO)


def quote(kind: str, rows: Sequence[PriceRow], volumes: Sequence[tuple[str | None, int]]) -> Quote:
    """Price each operator's or country's volume by its row; volumes of one row count together, as they do on a bill.

    :param volumes: operator or country (``None`` for all together) and messages.
    """
    totals: dict[PriceRow, int] = {}
    lacking = []
    for place, (segment, quantity) in enumerate(volumes):
        row = row_of(rows, segment)
        if row is None:
            lacking.append(place)
        else:
            totals[row] = totals.get(row, 0) + quantity
    lines = [(row.segment, charge) for row, total in totals.items() for charge in rate(kind, row.tiers, total)]
    return Quote(tuple(lines), tuple(lacking))
