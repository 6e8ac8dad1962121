"""End automatic write-offs that nobody has confirmed: with the match that they rest on, or as the customer is another's (spec,
payments.md, "Matching" and "Write-off")."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.kit.audit import AuditEntry
from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.store.tables import Customer, Receipt, WriteOff
from services.payments.store.write_offs import automatic_waiting_for_others, turn_pairs

_SYSTEM: Final = "系统"


def cancel_write_offs(work: UnitOfWork, customer: Customer, receipt: Receipt, write_offs: Sequence[WriteOff], why: str) -> None:
    """Release what they hold of a receipt whose match the caller undoes, and say so: workflow ends their processes. The caller
    has locked the customer.

    Whoever confirms one at this moment has its final refused (use case settle_write_off), and hears of it.
    """
    by = {"by_id": UUID(work.caller.user_id), "by_name": work.caller.name, "reason": why, "cause": "match_undone"}
    _cancel(work, customer, [(write_off, receipt) for write_off in write_offs], by)


def ask_the_new_owner(work: UnitOfWork, customer: Customer) -> None:
    """End those that wait for somebody who does not look after the customer any more, and sees neither it nor its money: whoever
    does now is to confirm, and earns. The caller has locked the customer, and starts what starts by itself anew."""
    waiting = automatic_waiting_for_others(work.session, customer)
    why = f"客户转由 {customer.owner_name} 跟进" if customer.owner_id else "客户已无跟进销售"
    by = {"by_id": None, "by_name": _SYSTEM, "reason": why, "cause": "owner_changed", "next_owner_name": customer.owner_name}
    _cancel(work, customer, waiting, by)


def _cancel(work: UnitOfWork, customer: Customer, ended: Sequence[tuple[WriteOff, Receipt]], by: Mapping[str, Any]) -> None:
    if not ended:
        return
    facts: list[Fact] = []
    for write_off, receipt in ended:
        write_off.state, write_off.finished_at = "cancelled", work.now
        write_off.ended_by, write_off.ended_why = by["by_name"], by["reason"]
        write_off.version += 1
        cancelled = {
            "write_off_id": write_off.id,
            "customer_id": customer.id,
            "customer_name": customer.name,
            "owner_id": write_off.started_by_id,
            "amount": write_off.amount,
            "receipt_id": receipt.id,
            "payer_name": receipt.payer_name,
            **by,
        }
        facts.append(Fact("write_off_cancelled", write_off.id, cancelled, write_off.version))
    work.session.flush()
    turn_pairs(work.session, [write_off for write_off, _ in ended], "released")
    work.publish_all(facts)
    work.audit_all(
        [
            AuditEntry(
                "write_off_cancelled",
                ("write_off", write_off.id),
                after={"state": "cancelled", "receipt": str(receipt.id)},
                why=by["reason"],
            )
            for write_off, receipt in ended
        ]
    )
