"""Which write-offs start by themselves, and why none does (spec, payments.md, "Write-off"). Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.clock import business_date
from services.kit.money import ZERO


@dataclass(frozen=True)
class Reason:
    """Why nothing started; the words stand in the contract.

    :param params: JSON-able values that the words mention.
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenReceipt:
    """A receipt with a balance: what of it is neither held nor used."""

    id: UUID
    received_at: datetime
    balance: Decimal


@dataclass(frozen=True)
class OpenReceivable:
    """A receivable with something outstanding: what of it is neither held nor written off.

    :param period_end: the last day of the bill's period.
    """

    id: UUID
    number: str
    period_end: date
    due_on: date
    is_prepaid: bool
    outstanding: Decimal


@dataclass(frozen=True)
class Pair:
    """How much of a receipt goes to a receivable."""

    receipt_id: UUID
    bill_id: UUID
    amount: Decimal


@dataclass(frozen=True)
class Allocation:
    """What starts, in order, and for whatever is left over why nothing did."""

    pairs: tuple[Pair, ...]
    receipt_reasons: dict[UUID, Reason]
    receivable_reasons: dict[UUID, Reason]


NOTHING_DUE = Reason("nothing_due")
NO_RECEIPT = Reason("no_receipt")
NO_OWNER = Reason("no_owner")

Declined = AbstractSet[tuple[UUID, UUID]]
"""Receipt and bill of write-offs that people rejected or withdrew: those two never meet by themselves again."""


def allocate_oldest_first(
    receipts: Iterable[OpenReceipt], receivables: Iterable[OpenReceivable], declined: Declined = frozenset()
) -> Allocation:
    """Let one customer's receipts meet its receivables, both oldest first.

    Each receipt by itself: while its balance covers the oldest open receivable it writes that one off in full and goes on to
    the next; where it stops, it is passed over and the next receipt is tried from there. Receipts are never joined for one
    receivable. Those passed over are tried again once the line has moved, so that what is left would not start a moment later.
    """
    line = sorted(receivables, key=lambda one: (one.period_end, one.due_on, one.number, one.id))
    waiting = sorted(receipts, key=lambda one: (one.received_at, one.id))
    pairs: list[Pair] = []
    moved = True
    while moved and line:
        moved = False
        left: list[OpenReceipt] = []
        for receipt in waiting:
            while line and _obstacle(receipt, line[0], declined) is None:
                oldest = line.pop(0)
                pairs.append(Pair(receipt.id, oldest.id, oldest.outstanding))
                receipt = replace(receipt, balance=receipt.balance - oldest.outstanding)  # noqa: PLW2901  (what is left of it)
                moved = True
            if receipt.balance > ZERO:
                left.append(receipt)
        waiting = left
    return Allocation(tuple(pairs), *_reasons(waiting, line, declined))


def nobody_confirms(receipts: Iterable[OpenReceipt], receivables: Iterable[OpenReceivable]) -> Allocation:
    """For a customer without an owner: nothing starts, as nobody could confirm it."""
    return Allocation((), {one.id: NO_OWNER for one in receipts}, {one.id: NO_OWNER for one in receivables})


def _obstacle(receipt: OpenReceipt, oldest: OpenReceivable, declined: Declined) -> Reason | None:
    if oldest.is_prepaid and business_date(receipt.received_at) > oldest.period_end:
        return Reason("prepaid_received_late", {"bill": oldest.number, "period_end": oldest.period_end.isoformat()})
    if receipt.balance < oldest.outstanding:
        amounts = {"balance": f"{receipt.balance:.2f}", "outstanding": f"{oldest.outstanding:.2f}"}
        return Reason("balance_too_small", {"bill": oldest.number, **amounts})
    if (receipt.id, oldest.id) in declined:
        return Reason("write_off_declined", {"bill": oldest.number})
    return None


def _reasons(
    receipts: list[OpenReceipt], line: list[OpenReceivable], declined: Declined
) -> tuple[dict[UUID, Reason], dict[UUID, Reason]]:
    if not line:
        return {receipt.id: NOTHING_DUE for receipt in receipts}, {}
    if not receipts:
        return {}, {receivable.id: NO_RECEIPT for receivable in line}
    oldest = line[0]
    of_receipts = {receipt.id: _obstacle(receipt, oldest, declined) or NOTHING_DUE for receipt in receipts}
    largest = max(receipts, key=lambda receipt: receipt.balance)  # the one that came nearest to covering it
    behind = Reason("older_receivable_first", {"bill": oldest.number})
    return of_receipts, {oldest.id: of_receipts[largest.id]} | {receivable.id: behind for receivable in line[1:]}
