"""Start the write-offs that start by themselves (spec, payments.md, "Write-off")."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kit.audit import AuditEntry
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
from services.payments.store.receipts import open_receipts
from services.payments.store.receivables import open_receivables
from services.payments.store.tables import Customer, Receipt, Receivable, WriteOff
from services.payments.store.write_offs import declined_pairs, insert_started
from services.payments.usecases.snapshots import write_off_started


@dataclass
class _Money:
    """One customer's open receipts and receivables."""

    receipts: list[Receipt] = field(default_factory=list)
    receivables: list[Receivable] = field(default_factory=list)


def start_write_offs(work: UnitOfWork, customer_ids: Collection[UUID]) -> int:
    """Let these customers' receipts meet their receivables: hold what fits, say so, and keep on the rest why nothing started.

    Locks the customers; whoever comes for one of them at the same moment waits, and then finds what is left.

    :returns: how many write-offs started.
    """
    if not customer_ids:
        return 0
    customers = lock_customers(work.session, customer_ids)
    money = _money_of(work, customers.keys())
    declined = declined_pairs(work.session, customers.keys())
    write_offs: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    facts: list[Fact] = []
    entries: list[AuditEntry] = []
    receipt_reasons: dict[UUID, Reason | None] = {}
    receivable_reasons: dict[UUID, Reason | None] = {}
    for customer_id in sorted(money):
        customer, theirs = customers[customer_id], money[customer_id]
        allocation = _allocate(customer, theirs, declined)
        for pair in allocation.pairs:
            write_off = _write_off(work, customer, pair)
            write_offs.append(write_off)
            pairs.append(_pair(work, write_off["id"], pair))
            fact, entry = _told(customer, theirs, write_off, pair)
            facts.append(fact)
            entries.append(entry)
        # What is wholly held now needs no reason any more.
        receipt_reasons |= {receipt.id: allocation.receipt_reasons.get(receipt.id) for receipt in theirs.receipts}
        receivable_reasons |= {
            receivable.bill_id: allocation.receivable_reasons.get(receivable.bill_id) for receivable in theirs.receivables
        }
    insert_started(work.session, write_offs, pairs)
    work.publish_all(facts)
    work.audit_all(entries)
    keep_receipt_reasons(work.session, receipt_reasons)
    keep_receivable_reasons(work.session, receivable_reasons)
    return len(write_offs)


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


def _as_open_receipts(receipts: Iterable[Receipt]) -> Iterable[OpenReceipt]:
    for receipt in receipts:
        yield OpenReceipt(receipt.id, receipt.received_at, receipt.amount - receipt.held - receipt.used)


def _as_open_receivables(receivables: Iterable[Receivable]) -> Iterable[OpenReceivable]:
    for receivable in receivables:
        yield OpenReceivable(
            id=receivable.bill_id,
            number=receivable.number,
            period_end=receivable.period_end,
            due_on=receivable.due_on,
            is_prepaid=receivable.payment_mode == "prepaid",
            outstanding=receivable.amount - receivable.held - receivable.written_off,
        )


def _write_off(work: UnitOfWork, customer: Customer, pair: Pair) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "customer_id": customer.id,
        "automatic": True,
        "state": "started",
        "amount": pair.amount,
        "remarks": "",
        "started_by_id": customer.owner_id,
        "started_by_name": customer.owner_name or "",
        "started_at": work.now,
        "finished_at": None,
        "attempt": 1,
        "process_version": 0,
        "version": 1,
    }


def _pair(work: UnitOfWork, write_off_id: UUID, pair: Pair) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "write_off_id": write_off_id,
        "attempt": 1,
        "receipt_id": pair.receipt_id,
        "bill_id": pair.bill_id,
        "amount": pair.amount,
    }


def _told(customer: Customer, money: _Money, write_off: dict[str, Any], pair: Pair) -> tuple[Fact, AuditEntry]:
    payer_name = next(receipt.payer_name for receipt in money.receipts if receipt.id == pair.receipt_id)
    number = next(receivable.number for receivable in money.receivables if receivable.bill_id == pair.bill_id)
    told = {
        "receipt_id": pair.receipt_id,
        "bill_id": pair.bill_id,
        "amount": pair.amount,
        "payer_name": payer_name,
        "bill_number": number,
    }
    after = {"receipt": str(pair.receipt_id), "bill": number, "amount": str(pair.amount)}
    started = write_off_started(WriteOff(**write_off), customer, [told])
    return (
        Fact("write_off_started", write_off["id"], started, 1),
        AuditEntry("write_off_started", ("write_off", write_off["id"]), after=after, why="automatic"),
    )
