"""What an archived write-off earns, and what prepaid balances do (spec, payments.md, "Commission"). Pure.

The cost of a bill is its quantity x the unit cost in force on the day on which something is earned, or what an e-commerce order
was bought for. Whoever earns on a part of the bill bears that part of its cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.kit.money import ZERO, round_to_fen


@dataclass(frozen=True)
class DatedValue:
    """A unit cost or a rate that holds from a day on, until a later one does.

    :param version: of two that hold from the same day the one that was set later counts.
    """

    valid_from: date
    value: Decimal
    version: int = 0


@dataclass(frozen=True)
class Commission:
    """What a part of a bill earned, in CNY.

    :param written_off: the part: what was written off, or what balances had covered.
    """

    written_off: Decimal
    cost: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Borne:
    """What of a receivable's cost was borne already, by write-offs that were not reversed.

    :param cost: the receivable's whole cost, as it was on the day of those write-offs.
    :param written_off: of the receivable, by them.
    :param borne: of the cost, by them, in whole fen.
    """

    cost: Decimal
    written_off: Decimal
    borne: Decimal


def value_in_force(history: Iterable[DatedValue], day: date) -> Decimal | None:
    """The value that holds on a day; ``None`` before the first."""
    begun = [dated for dated in history if dated.valid_from <= day]
    return max(begun, key=lambda dated: (dated.valid_from, dated.version)).value if begun else None


def bill_cost(quantity: int, unit_cost: Decimal) -> Decimal:
    """What so many messages cost, to the fen."""
    return round_to_fen(quantity * unit_cost)


def cost_beside(covered_quantity: int, quantity: int, unit_cost: Decimal) -> Decimal:
    """What the messages cost that are still to be paid, beside those that balances have paid: together the bill's whole cost."""
    return bill_cost(covered_quantity + quantity, unit_cost) - bill_cost(covered_quantity, unit_cost)


def cost_share(cost: Decimal, amount: Decimal, written_off: Decimal, before: Iterable[Borne] = ()) -> Decimal:
    """The part of a receivable's cost that falls to ``written_off`` of its ``amount``.

    What rounding gave to others, or took from them, is made up for: whatever is written off and reversed in whatever order, once
    all of the receivable is written off its cost is borne to the fen.
    """
    made_up = sum((one.cost * one.written_off / amount - one.borne for one in before), ZERO)
    return round_to_fen(cost * written_off / amount + made_up)


def commission_of(written_off: Decimal, cost: Decimal, rate: Decimal) -> Commission:
    """(``written_off`` - ``cost``, its share of the bill's) x ``rate``, half-up to the fen; below zero if sold below cost."""
    return Commission(written_off, cost, round_to_fen((written_off - cost) * rate))
