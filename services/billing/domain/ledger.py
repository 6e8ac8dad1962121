"""Prepaid money: what a recharge must add up to, and how a bill draws on a balance (spec, billing.md, "Recharges"). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from services.kit.money import ZERO, round_to_fen

PREPAY, PREPURCHASE, CASH, REVENUE, REFUNDS = "prepay", "prepurchase", "cash", "revenue", "refunds"

BALANCE_LOW: Final = Decimal("1000.00")
"""Whoever owns the customer is told when an account's balance falls below so much, in CNY."""


@dataclass(frozen=True)
class Entry:
    """An amount in one book of the ledger: above zero it raises the book.

    :param account_id: whose, in the books ``prepay`` and ``prepurchase``; ``None`` in the others.
    """

    book: str
    amount: Decimal
    account_id: UUID | None = None


@dataclass(frozen=True)
class Funds:
    """What an account has on a day.

    :param held: of ``prepay``, what running refunds have reserved.
    :param credit: how far below zero ``prepay`` may go on that day.
    """

    prepay: Decimal
    prepurchase: Decimal
    held: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.prepay + self.prepurchase

    @property
    def refundable(self) -> Decimal:
        return max(self.prepay - self.held, ZERO)

    def free(self, book: str) -> Decimal:
        """How much may be taken of a book. Nothing is owed while a refund is running: one who takes money out does not run up a
        debt."""
        if book == PREPURCHASE:
            return self.prepurchase
        return max(self.prepay - (self.held or -self.credit), ZERO)

    def after(self, entry: Entry) -> "Funds":
        """What is left once an entry of the account's has moved one of its books."""
        moved: dict[str, Decimal] = {entry.book: getattr(self, entry.book) + entry.amount}
        return replace(self, **moved)


def recharge_amount(messages: int, unit_price: Decimal) -> Decimal:
    """What so many messages cost, half-up to the fen."""
    return round_to_fen(messages * unit_price)


def draw(funds: Funds, wanted: Decimal) -> dict[str, Decimal]:
    """What a bill's share takes of a balance, by book: first what cannot be refunded, then prepay money, last what may be
    owed."""
    bought = min(funds.free(PREPURCHASE), wanted)
    deposited = min(funds.free(PREPAY), wanted - bought)
    return {book: amount for book, amount in ((PREPURCHASE, bought), (PREPAY, deposited)) if amount > ZERO}


def part_owed(quantity: int, amount: Decimal, owed: Decimal) -> int:
    """The part of the messages that ``owed`` of ``amount`` stands for, half-up to whole ones."""
    return quantity if owed == amount else int((quantity * owed / amount).quantize(Decimal(1), ROUND_HALF_UP))


def is_low(before: Decimal, after: Decimal) -> bool:
    """Whether a balance has just fallen below :data:`BALANCE_LOW`."""
    return after < BALANCE_LOW <= before


def against(book: str, taken: Mapping[UUID, Mapping[str, Decimal]]) -> tuple[Entry, ...]:
    """The entries that move what was taken of accounts' books into one other book; they sum to zero."""
    entries = [Entry(own, -amount, account_id) for account_id in sorted(taken) for own, amount in taken[account_id].items()]
    return (*entries, Entry(book, -sum((entry.amount for entry in entries), ZERO)))
