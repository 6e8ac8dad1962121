"""What an archived write-off earns (spec, payments.md, "Commission"). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.kit.money import ZERO, round_to_fen


@dataclass(frozen=True)
class DatedValue:
    """A unit cost or a rate that holds from a day on, until a later one does."""

    valid_from: date
    value: Decimal


@dataclass(frozen=True)
class Commission:
    """What one write-off of one bill earned, in CNY."""

    written_off: Decimal
    cost: Decimal
    amount: Decimal


def value_in_force(history: Iterable[DatedValue], day: date) -> Decimal | None:
    """The value that holds on a day; ``None`` before the first."""
    begun = [dated for dated in history if dated.valid_from <= day]
    return max(begun, key=lambda dated: dated.valid_from).value if begun else None


def bill_cost(quantity: int, unit_cost: Decimal) -> Decimal:
    """A whole bill's cost, to the fen."""
    return round_to_fen(quantity * unit_cost)


def cost_share(cost: Decimal, bill_amount: Decimal, before: Decimal, written_off: Decimal) -> Decimal:
    """The part of a bill's cost that falls to a write-off of ``written_off`` after ``before`` was written off.

    It is the difference of two rounded running totals, so that any sequence of partial write-offs bears the cost to the fen.
    """
    if bill_amount == ZERO:
        return cost
    return round_to_fen(cost * (before + written_off) / bill_amount) - round_to_fen(cost * before / bill_amount)


def commission_of(*, cost: Decimal, bill_amount: Decimal, before: Decimal, written_off: Decimal, rate: Decimal) -> Commission:
    """(``written_off`` - its share of the cost) x ``rate``, half-up to the fen; below zero if the bill was sold below cost.

    :param cost: the whole bill's: by :func:`bill_cost`, or what an e-commerce order was bought for.
    :param before: what of the bill was written off for good before.
    """
    share = cost_share(cost, bill_amount, before, written_off)
    return Commission(written_off, share, round_to_fen((written_off - share) * rate))
