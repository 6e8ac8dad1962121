"""Give back what a withdrawn or rejected write-off held (spec, payments.md, "Write-off")."""

from typing import Any

from services.contracts.workflow import ProcessTurned
from services.kit.envelope import Event
from services.kit.money import ZERO
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_customers
from services.payments.store.write_offs import find_write_off, insert_write_off, turn_pairs
from services.payments.usecases.start_write_offs import start_write_offs

OUTCOMES = {"process_withdrawn": "withdrawn", "process_rejected": "rejected"}


def release_write_off(begin: Begin, event: Event) -> None:
    """For ``process_withdrawn`` and ``process_rejected``. Nothing starts by itself for the same receipt and bill again; what is
    free now may be met by others at once, and what is not says why.

    A reversal holds no amounts; once it is over, another may reverse the same write-off.

    A withdrawal may come before the process ever did (its start failed half-way): it is remembered, and a late start refused.
    """
    if event.data["owner_service"] != "payments":
        return
    turned = load_told(ProcessTurned, event.data)
    outcome = OUTCOMES[event.type]
    with begin(consuming=event) as work:
        write_off_id = turned["process_id"]
        if outcome == "withdrawn" and insert_write_off(work.session, _never_came(work, turned)):
            return
        write_off = find_write_off(work.session, write_off_id)
        if write_off is None or write_off.customer_id is None:
            return
        customer_id = write_off.customer_id
        lock_customers(work.session, [customer_id])
        write_off = find_write_off(work.session, write_off_id)
        assert write_off is not None, "write-offs are never deleted"
        if event.aggregate_version and event.aggregate_version <= write_off.process_version:
            return  # it tells of a time before the amounts were held anew
        write_off.process_version = event.aggregate_version
        if write_off.state in {"archived", "cancelled", outcome}:
            return
        write_off.state, write_off.finished_at = outcome, work.now
        write_off.ended_by, write_off.ended_why = turned["by_name"], turned["opinion"]
        write_off.version += 1
        work.session.flush()
        turn_pairs(work.session, [write_off], "released")
        why = f"{turned['by_name']}: {turned['opinion']}"
        work.audit(f"write_off_{outcome}", ("write_off", write_off_id), after={"state": outcome}, why=why)
        start_write_offs(work, [customer_id])


def _never_came(work: UnitOfWork, turned: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": turned["process_id"],
        "customer_id": None,
        "automatic": False,
        "state": "withdrawn",
        "amount": ZERO,
        "remarks": "",
        "started_by_id": None,
        "started_by_name": "",
        "started_at": work.now,
        "finished_at": work.now,
        "attempt": 0,
        "process_version": 0,
        "version": 1,
    }
