"""Start the write-offs that start by themselves (spec, payments.md, "Write-off")."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kit.audit import AuditEntry
from services.kit.ids import new_ids
from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.domain.allocation import (
    Allocation,
    Declined,
    OpenReceipt,
    OpenReceivable,
    Pair,
    Reason,
    allocate_oldest_first,
    nobody_confirms,
)
from services.payments.store.customers import lock_customers
from services.payments.store.reasons import keep_receipt_reasons, keep_receivable_reasons
from services.payments.store.receipts import OpenReceiptRow, open_receipts
from services.payments.store.receivables import OpenReceivableRow, open_receivables
from services.payments.store.tables import Customer
from services.payments.store.write_offs import WriteOffRow, declined_pairs, insert_started
from services.payments.usecases.snapshots import write_off_started


@dataclass
class _Money:
    """One customer's open receipts and receivables."""

    receipts: list[OpenReceiptRow] = field(default_factory=list)
    receivables: list[OpenReceivableRow] = field(default_factory=list)


@dataclass(frozen=True)
class _Started:
    """What starts by itself: one receipt's money for one receivable of a customer."""

    customer: Customer
    money: _Money
    pair: Pair

    @property
    def payer_name(self) -> str:
        return next(receipt.payer_name for receipt in self.money.receipts if receipt.id == self.pair.receipt_id)

    @property
    def bill_number(self) -> str:
        return next(receivable.number for receivable in self.money.receivables if receivable.bill_id == self.pair.bill_id)


def start_write_offs(work: UnitOfWork, customer_ids: Collection[UUID]) -> int:
    """Let these customers' receipts meet their receivables: hold what fits, say so, and keep on the rest why nothing started.

    Locks the customers; whoever comes for one of them at the same moment waits, and then finds what is left.

    :returns: how many write-offs started.
    """
    return start_for(work, lock_customers(work.session, customer_ids)) if customer_ids else 0


def start_for(work: UnitOfWork, customers: Mapping[UUID, Customer]) -> int:
    """:func:`start_write_offs`, for customers that are locked already."""
    if not customers:
        return 0
    declined = declined_pairs(work.session, customers.keys())
    started: list[_Started] = []
    receipt_reasons: dict[UUID, Reason | None] = {}
    receivable_reasons: dict[UUID, Reason | None] = {}
    for customer_id, money in sorted(_money_of(work, customers.keys()).items()):
        allocation = _allocate(customers[customer_id], money, declined)
        started += [_Started(customers[customer_id], money, pair) for pair in allocation.pairs]
        receipt_reasons |= allocation.receipt_reasons
        receivable_reasons |= allocation.receivable_reasons
    _hold(work, started)
    keep_receipt_reasons(work.session, receipt_reasons)
    keep_receivable_reasons(work.session, receivable_reasons)
    return len(started)


def _money_of(work: UnitOfWork, customer_ids: Collection[UUID]) -> dict[UUID, _Money]:
    money: dict[UUID, _Money] = {}
    for receipt in open_receipts(work.session, customer_ids):
        assert receipt.customer_id is not None, "selected by its customer"
        money.setdefault(receipt.customer_id, _Money()).receipts.append(receipt)
    for receivable in open_receivables(work.session, customer_ids):
        money.setdefault(receivable.customer_id, _Money()).receivables.append(receivable)
    return money


def _allocate(customer: Customer, money: _Money, declined: Declined) -> Allocation:
    receipts, receivables = list(_as_open_receipts(money.receipts)), list(_as_open_receivables(money.receivables))
    if customer.owner_id is None:
        return nobody_confirms(receipts, receivables)
    return allocate_oldest_first(receipts, receivables, declined)


def _as_open_receipts(receipts: Iterable[OpenReceiptRow]) -> Iterable[OpenReceipt]:
    for receipt in receipts:
        yield OpenReceipt(receipt.id, receipt.received_at, receipt.balance)


def _as_open_receivables(receivables: Iterable[OpenReceivableRow]) -> Iterable[OpenReceivable]:
    for receivable in receivables:
        yield OpenReceivable(
            id=receivable.bill_id,
            number=receivable.number,
            period_end=receivable.period_end,
            due_on=receivable.due_on,
            is_prepaid=receivable.payment_mode == "prepaid",
            outstanding=receivable.outstanding,
        )


def _hold(work: UnitOfWork, started: Sequence[_Started]) -> None:
    write_offs: list[WriteOffRow] = []
    pairs: list[dict[str, Any]] = []
    facts: list[Fact] = []
    entries: list[AuditEntry] = []
    ids = iter(new_ids(2 * len(started)))
    for each in started:
        owner_id, owner_name = each.customer.owner_id, each.customer.owner_name or ""
        write_off = WriteOffRow(next(ids), each.customer.id, each.pair.amount, owner_id, owner_name, work.now)
        pair = {"receipt_id": each.pair.receipt_id, "bill_id": each.pair.bill_id, "amount": each.pair.amount}
        write_offs.append(write_off)
        pairs.append({"id": next(ids), "write_off_id": write_off.id, "attempt": write_off.attempt, **pair})
        told = {**pair, "payer_name": each.payer_name, "bill_number": each.bill_number}
        facts.append(
            Fact("write_off_started", write_off.id, write_off_started(write_off, each.customer, [told]), write_off.version)
        )
        after = {"receipt": str(each.pair.receipt_id), "bill": each.bill_number, "amount": str(each.pair.amount)}
        entries.append(AuditEntry("write_off_started", ("write_off", write_off.id), after=after, why="automatic"))
    insert_started(work.session, write_offs, pairs)
    work.publish_all(facts)
    work.audit_all(entries)
