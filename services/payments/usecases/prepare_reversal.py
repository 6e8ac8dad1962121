"""冲销申请 for a write-off, before it starts and when it comes back (spec, payments.md, "Write-off").

The protocol is in services.contracts.workflow. A reversal is a write-off of its own, with the process's id; what it reserves is
that no other reverses the same one.
"""

from typing import Any
from uuid import UUID

from services.contracts.payments_calls import WRITE_OFF_STATE_NAMES
from services.contracts.payments_forms import ReversalForm
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_visible_customer
from services.payments.store.tables import Customer, WriteOff
from services.payments.store.write_offs import find_write_off, insert_write_off, pairs_of_write_off, reversal_of
from services.payments.usecases.prepare_write_off import customer_id_of


def prepare_reversal(begin: Begin, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the write-off that is reversed, or refuse by field; answered alike when asked again.

    :param request: as ``PrepareProcess``.
    :returns: as ``Prepared``.
    :raises InvalidInput: at ``target_id``: one that is not there, not archived, a reversal itself, or reversed already.
    :raises NotFound: ``customer_not_found``.
    :raises Conflict: ``process_withdrawn``, ``write_off_settled``; ``process_changed``, if the process has gone on since the
        question was put.
    """
    form = load(ReversalForm, request["form"])
    with begin() as work:
        customer = lock_visible_customer(work.session, work.caller, customer_id_of(request))
        insert_write_off(work.session, _new_reversal(work, customer, request))
        reversal = find_write_off(work.session, request["process_id"])
        assert reversal is not None, "inserted, or there before"
        _require_open(reversal, customer, request)
        if reversal.reverses is None or request["phase"] == "resubmit":
            _reserve(work, reversal, _target(work, customer, reversal, form["target_id"]), request, form["reason"])
        return _prepared(work, reversal, customer, request["form"])


def _require_open(reversal: WriteOff, customer: Customer, request: dict[str, Any]) -> None:
    if reversal.state == "withdrawn":
        raise Conflict("process_withdrawn")
    if reversal.customer_id != customer.id:
        raise NotFound("customer_not_found")
    if reversal.state == "archived":
        raise Conflict("write_off_settled")
    if request["process_version"] < reversal.process_version:
        raise Conflict("process_changed")


def _target(work: UnitOfWork, customer: Customer, reversal: WriteOff, target_id: UUID) -> WriteOff:
    """The write-off that is to be undone. Whatever happens to it happens under its customer's lock, which is held."""
    target = find_write_off(work.session, target_id)
    if target is None or target.customer_id != customer.id or target.id == reversal.id:
        raise InvalidInput(fields={"target_id": ["write_off_not_found"]})
    if target.reverses is not None:
        raise InvalidInput(fields={"target_id": ["write_off_is_a_reversal"]})
    if target.state != "archived":
        raise InvalidInput(fields={"target_id": [f"write_off_not_archived|{'|'.join(WRITE_OFF_STATE_NAMES[target.state])}"]})
    other = reversal_of(work.session, target.id)
    if other is not None and other.id != reversal.id:
        code = "write_off_reversed_already" if other.state == "archived" else "write_off_being_reversed"
        raise InvalidInput(fields={"target_id": [code]})
    return target


def _reserve(work: UnitOfWork, reversal: WriteOff, target: WriteOff, request: dict[str, Any], reason: str) -> None:
    reversal.reverses, reversal.amount = target.id, -target.amount
    reversal.state, reversal.finished_at = "started", None
    reversal.remarks = reason
    reversal.process_version = request["process_version"]
    reversal.version += 1
    work.session.flush()
    work.audit("reversal_started", ("write_off", reversal.id), after={"reverses": str(target.id)}, why=reason)


def _prepared(work: UnitOfWork, reversal: WriteOff, customer: Customer, form: dict[str, Any]) -> dict[str, Any]:
    assert reversal.reverses is not None, "reserved"
    target = find_write_off(work.session, reversal.reverses)
    assert target is not None, "write-offs are never deleted"
    pairs = pairs_of_write_off(work.session, target)
    shown = [{"payer_name": pair.payer_name, "bill_number": pair.bill_number, "amount": f"{pair.amount:.2f}"} for pair in pairs]
    return {
        "title": f"冲销申请：{customer.name} 销账 {target.amount:.2f} 元",
        "subject": {"type": "customer", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {**form, "total": f"{target.amount:.2f}", "pairs": shown},
        "facts": {},
        "product_ids": sorted({pair.product_id for pair in pairs if pair.product_id is not None}),
    }


def _new_reversal(work: UnitOfWork, customer: Customer, request: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": request["process_id"],
        "customer_id": customer.id,
        "reverses": None,
        "automatic": False,
        "state": "started",
        "amount": ZERO,
        "remarks": "",
        "started_by_id": request["initiator"]["id"],
        "started_by_name": request["initiator"]["name"],
        "started_at": work.now,
        "finished_at": None,
        "attempt": 1,
        "process_version": request["process_version"],
        "version": 0,
    }
