"""Make an archived write-off final, and pay the commission it earns (spec, payments.md, "Write-off" and "Commission")."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.contracts.payments_calls import WRITE_OFF_STATE_NAMES
from services.contracts.workflow import Process
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.errors import Conflict, NotYet
from services.kit.money import ZERO
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_customers
from services.payments.store.receivables import find_receivables
from services.payments.store.tables import Customer, Receivable, WriteOff
from services.payments.store.write_offs import find_write_off, pairs_of_write_off, saying_what_was_taken, turn_pairs
from services.payments.usecases.earn_commission import earn_by_write_off
from services.payments.usecases.prepare_write_off import PROCESS_CODE, cancelled


def settle_write_off(begin: Begin, event: Event) -> None:
    """For ``process_archived``: what was held is used, once; each bill says what is left of it; its owner earns.

    What is not held is not used: whoever released it meanwhile was first, and the process's page says so.

    :raises NotYet: ``write_off_not_known_yet``: the bus tries the event again.
    :raises Conflict: ``write_off_cancelled``, by whom and why; ``write_off_not_held``; ``amounts_taken_meanwhile``;
        ``unit_cost_not_set``, ``commission_rate_not_set``.
    """
    archived = load_told(Process, event.data)
    with begin(consuming=event) as work:
        write_off_id = archived["process_id"]
        known = find_write_off(work.session, write_off_id)
        if known is None or known.customer_id is None:
            raise NotYet("write_off_not_known_yet")
        customer = lock_customers(work.session, [known.customer_id])[known.customer_id]
        write_off = find_write_off(work.session, write_off_id)
        assert write_off is not None, "write-offs are never deleted"
        if write_off.state == "archived":
            return
        _require_held(write_off)
        write_off.state, write_off.finished_at = "archived", work.now
        write_off.version += 1
        work.session.flush()
        amounts = by_bill(pairs_of_write_off(work.session, write_off))
        with saying_what_was_taken():
            turn_pairs(work.session, [write_off], "final")
        receivables = find_receivables(work.session, amounts)
        _settle(work, write_off, customer, receivables, amounts)
        earn_by_write_off(work, write_off_id, customer, receivables, amounts, business_date(event.time))
        work.audit("write_off_archived", ("write_off", write_off_id), after={"amount": str(write_off.amount)})
        work.publish("process_applied", write_off_id, _applied(write_off, receivables), version=write_off.version)


def _require_held(write_off: WriteOff) -> None:
    if write_off.state == "cancelled":
        raise cancelled(write_off)
    if write_off.state != "started":
        state, state_en = WRITE_OFF_STATE_NAMES[write_off.state]
        raise Conflict("write_off_not_held", state=state, state_en=state_en)


def by_bill(sides: Sequence[Any]) -> dict[UUID, Decimal]:
    """The amounts of a write-off's pairs, added up by their bills."""
    amounts: dict[UUID, Decimal] = {}
    for side in sides:
        amounts[side.bill_id] = amounts.get(side.bill_id, ZERO) + side.amount
    return amounts


def _settle(
    work: UnitOfWork, write_off: WriteOff, customer: Customer, receivables: dict[UUID, Receivable], amounts: dict[UUID, Decimal]
) -> None:
    for bill_id, amount in amounts.items():
        receivable = receivables[bill_id]
        receivable.version += 1
        settled = {
            "bill_id": bill_id,
            "number": receivable.number,
            "customer_id": customer.id,
            "customer_name": customer.name,
            "write_off_id": write_off.id,
            "amount": amount,
            "outstanding": receivable.amount - receivable.written_off,
        }
        work.publish("receivable_settled", bill_id, settled, version=receivable.version)
    work.session.flush()


def _applied(write_off: WriteOff, receivables: dict[UUID, Receivable]) -> dict[str, Any]:
    numbers = ", ".join(sorted(receivable.number for receivable in receivables.values()))
    return {
        "process_id": write_off.id,
        "code": PROCESS_CODE,
        "summary_zh": f"已销账 {write_off.amount} 元：{numbers}",
        "summary_en": f"Written off {write_off.amount}: {numbers}",
    }
