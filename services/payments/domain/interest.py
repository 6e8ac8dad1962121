"""Interest and penalty by whole months (spec, payments.md, "Interest and penalty"). Pure.

Both are ``base`` x the month's rate, rounded half-up to the fen once. What is booked for a receivable (or a customer's prepaid
money) and a month adds up to what is right as far as is known: when something turns up later, the difference is booked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.kit.clock import Month
from services.kit.money import ZERO, round_to_fen

RATE_MONTHS_BACK_MAX: Final = 12
"""How long ago the first month may lie for which a rate is set: a mistyped year would charge for a century."""


@dataclass(frozen=True)
class Accrual:
    """An amount and what it was taken of; of a correction, the change of both."""

    base: Decimal
    amount: Decimal


NOTHING: Final = Accrual(ZERO, ZERO)


@dataclass(frozen=True)
class ExemptPeriod:
    """The months in which an account is left out; ``to_month`` is the last of them, or ``None`` where there is no end yet."""

    from_month: Month
    to_month: Month | None

    def covers(self, month: Month) -> bool:
        return self.from_month <= month and (self.to_month is None or month <= self.to_month)


def is_due(due_on: date, month: Month) -> bool:
    """Whether it was due before the month began."""
    return due_on < month.first_day


def outstanding_of(amount: Decimal, received: Decimal) -> Decimal:
    """What of a receivable was not yet received when a month began.

    :param received: by final write-offs of receipts that came in before the month began, whenever they were written off.
    """
    return max(amount - received, ZERO)


def exempt_part(outstanding: Decimal, exempt_share: Decimal, amount: Decimal) -> Decimal:
    """The part of what is outstanding that falls to exempt accounts: in the proportion of their shares of the bill, to the fen.

    :param exempt_share: their shares' sum. Where an account's share is a credit it may be below zero or above ``amount``: then
        nothing is theirs, or everything.
    """
    if exempt_share <= 0 or amount <= 0:
        return ZERO
    return outstanding if exempt_share >= amount else round_to_fen(outstanding * exempt_share / amount)


def credit_base(at_begin: Decimal, at_end: Decimal) -> Decimal:
    """What of a customer's prepaid money lay there the whole month: the lesser of the two balances, and no debt."""
    return max(min(at_begin, at_end), ZERO)


def accrue(base: Decimal, rate: Decimal) -> Accrual:
    """Base x rate, to the fen."""
    return Accrual(base, round_to_fen(base * rate)) if base else NOTHING


def correction(truth: Accrual, booked: Iterable[Accrual]) -> Accrual | None:
    """What is still to be booked so that it adds up to the truth; ``None`` if it does."""
    base, amount = truth.base, truth.amount
    for entry in booked:
        base, amount = base - entry.base, amount - entry.amount
    return Accrual(base, amount) if amount else None


@dataclass(frozen=True)
class Received:
    """What of one receipt was written off for a receivable, and finally."""

    receipt_id: UUID
    payer_name: str
    received_on: date
    amount: Decimal


def came_to_light(now: Sequence[Received], known: Mapping[UUID, Decimal]) -> list[Received]:
    """How what was received before a month differs from what its entries so far know of: more of a receipt, or (below zero) less.

    :param now: of each receipt; one of which everything was taken back is there with nothing.
    :param known: by receipt.
    """
    changed = [(each, each.amount - known.get(each.receipt_id, ZERO)) for each in now]
    return [Received(each.receipt_id, each.payer_name, each.received_on, amount) for each, amount in changed if amount]


def cause_of(*, voided: bool, changed: Sequence[Received]) -> str:
    """Why a penalty is corrected: the code of its words."""
    if voided:
        return "bill_voided"
    if not changed:
        return "exemption_changed"
    total = sum((each.amount for each in changed), ZERO)
    return "received_in_time" if total > 0 else "write_off_reversed" if total < 0 else "receipts_exchanged"


def faults_of_periods(periods: Sequence[ExemptPeriod]) -> list[tuple[int, str, str]]:
    """What is wrong with an account's periods: which of them, which end of it, and the code. They follow one another."""
    faults: list[tuple[int, str, str]] = []
    for number, period in enumerate(periods):
        if period.to_month is not None and period.to_month < period.from_month:
            faults.append((number, "to_month", "months_reversed"))
        before = periods[number - 1] if number else None
        if before is not None and (before.to_month is None or period.from_month <= before.to_month):
            faults.append((number, "from_month", "periods_overlap"))
    return faults
