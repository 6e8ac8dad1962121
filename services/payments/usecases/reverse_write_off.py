"""Undo an archived write-off by a reversing one, and take back what it earned (spec, payments.md, "Write-off", "Commission")."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.contracts.workflow import Process
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.errors import Conflict, NotYet
from services.kit.money import ZERO
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_customers
from services.payments.store.receivables import find_receivables
from services.payments.store.tables import Customer, WriteOff
from services.payments.store.write_offs import find_write_off, pairs_of_write_off, reversal_of, take_back_pairs
from services.payments.usecases.earn_commission import take_back_write_off
from services.payments.usecases.settle_write_off import by_bill
from services.payments.usecases.start_write_offs import start_write_offs


def reverse_write_off(begin: Begin, event: Event) -> None:
    """For ``process_archived`` of a reversal: receipts have their balance again, bills are owed again, commission is taken back;
    once. Nothing starts by itself for the same receipt and bill again; others may meet them at once.

    :raises NotYet: ``write_off_not_known_yet``; ``write_off_reversed_already``, by another.
    """
    archived = load_told(Process, event.data)
    with begin(consuming=event) as work:
        known = find_write_off(work.session, archived["process_id"])
        if known is None or known.customer_id is None or known.reverses is None:
            raise NotYet("write_off_not_known_yet")
        customer = lock_customers(work.session, [known.customer_id])[known.customer_id]
        reversal, target = find_write_off(work.session, known.id), find_write_off(work.session, known.reverses)
        assert reversal is not None, "write-offs are never deleted"
        assert target is not None, "write-offs are never deleted"
        if reversal.state == "archived":
            return
        other = reversal_of(work.session, target.id)
        if other is not None and other.id != reversal.id:
            raise Conflict("write_off_reversed_already")
        reversal.state, reversal.finished_at = "archived", work.now
        reversal.version += 1
        work.session.flush()
        pairs = pairs_of_write_off(work.session, target)
        take_back_pairs(work.session, reversal, pairs)
        taken_back = take_back_write_off(work, target.id, reversal.id, business_date(event.time))
        _tell(work, reversal, target, customer, pairs, taken_back)
        after = {"reverses": str(target.id), "amount": str(reversal.amount)}
        work.audit("write_off_reversed", ("write_off", target.id), after=after, why=reversal.remarks)
        start_write_offs(work, [customer.id])


def _tell(
    work: UnitOfWork,
    reversal: WriteOff,
    target: WriteOff,
    customer: Customer,
    pairs: Sequence[Row[Any]],
    taken_back: Sequence[dict[str, Any]],
) -> None:
    amounts = by_bill(pairs)
    receivables = find_receivables(work.session, amounts)
    for receivable in receivables.values():
        receivable.version += 1
    work.session.flush()
    numbers = ", ".join(sorted(receivable.number for receivable in receivables.values()))
    reversed_ = {
        "write_off_id": target.id,
        "reversal_id": reversal.id,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": next((entry["owner_id"] for entry in taken_back), customer.owner_id),
        "amount": target.amount,
        "commission": -sum((entry["amount"] for entry in taken_back), ZERO),
        "reason": reversal.remarks,
        "numbers": numbers,
        "bills": [
            {
                "bill_id": bill_id,
                "number": receivables[bill_id].number,
                "amount": amount,
                "outstanding": receivables[bill_id].amount - receivables[bill_id].written_off,
                "receivable_version": receivables[bill_id].version,
            }
            for bill_id, amount in amounts.items()
        ],
    }
    work.publish("write_off_reversed", target.id, reversed_, version=reversal.version)
    applied = {
        "process_id": reversal.id,
        "code": "reversal",
        "summary_zh": f"已冲销销账 {target.amount:.2f} 元，账单重新待收：{numbers}",
        "summary_en": f"Write-off of {target.amount:.2f} reversed; owed again: {numbers}",
    }
    work.publish("process_applied", reversal.id, applied, version=reversal.version)
