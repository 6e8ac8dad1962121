"""End automatic write-offs that nobody has confirmed, with the match that they rest on (spec, payments.md, "Matching")."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.audit import AuditEntry
from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.store.tables import Customer, Receipt, WriteOff
from services.payments.store.write_offs import turn_pairs


def cancel_write_offs(work: UnitOfWork, customer: Customer, receipt: Receipt, write_offs: Sequence[WriteOff], why: str) -> None:
    """Release what they hold and say so: workflow ends their processes. The caller has locked the customer.

    Whoever confirms one at this moment has its final refused (use case settle_write_off), and hears of it.
    """
    facts: list[Fact] = []
    for write_off in write_offs:
        write_off.state, write_off.finished_at = "cancelled", work.now
        write_off.ended_by, write_off.ended_why = work.caller.name, why
        write_off.version += 1
        cancelled = {
            "write_off_id": write_off.id,
            "customer_id": customer.id,
            "customer_name": customer.name,
            "owner_id": write_off.started_by_id,
            "amount": write_off.amount,
            "receipt_id": receipt.id,
            "payer_name": receipt.payer_name,
            "by_id": UUID(work.caller.user_id),
            "by_name": work.caller.name,
            "reason": why,
        }
        facts.append(Fact("write_off_cancelled", write_off.id, cancelled, write_off.version))
    work.session.flush()
    for write_off in write_offs:
        turn_pairs(work.session, write_off.id, write_off.attempt, "released")
    work.publish_all(facts)
    after = {"state": "cancelled", "receipt": str(receipt.id)}
    work.audit_all([AuditEntry("write_off_cancelled", ("write_off", one.id), after=after, why=why) for one in write_offs])
