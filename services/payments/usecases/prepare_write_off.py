"""Check a write-off's form and hold its amounts, before its process starts and when it comes back (spec, "Write-off").

The protocol is in services.contracts.workflow: idempotent by process id, which is the write-off's id too.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.contracts.payments_forms import WriteOffForm
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_visible_customer
from services.payments.store.receipts import find_receipts
from services.payments.store.receivables import find_receivables
from services.payments.store.tables import Customer, WriteOff
from services.payments.store.write_offs import (
    find_write_off,
    hold_pairs,
    insert_write_off,
    pairs_of_write_off,
    saying_what_was_taken,
    turn_pairs,
)
from services.payments.usecases.snapshots import write_off_started
from services.payments.usecases.start_write_offs import start_write_offs

PROCESS_CODE = "write_off"


def prepare_write_off(begin: Begin, request: dict[str, Any]) -> dict[str, Any]:
    """Hold what the form says, or refuse by field; answered alike when asked again.

    :param request: as ``PrepareProcess``.
    :returns: as ``Prepared``.
    :raises InvalidInput: by field: ``pairs.0.amount`` and the like.
    :raises NotFound: ``customer_not_found``.
    :raises Conflict: ``process_withdrawn``, ``write_off_cancelled``, ``write_off_settled``; ``process_changed``, if the process
        has gone on since the question was put; ``amounts_taken_meanwhile``.
    """
    with begin() as work:
        customer = lock_visible_customer(work.session, work.caller, customer_id_of(request))
        if insert_write_off(work.session, _new_write_off(work, customer, request)):
            write_off = _held(work, customer, request, load(WriteOffForm, request["form"]))
            _tell(work, write_off, customer)
        else:
            write_off = _prepared_before(work, customer, request)
        return _prepared(work, request, write_off, customer)


def _prepared_before(work: UnitOfWork, customer: Customer, request: dict[str, Any]) -> WriteOff:
    write_off = find_write_off(work.session, request["process_id"])
    assert write_off is not None, "its id is taken"
    if write_off.state == "withdrawn":
        raise Conflict("process_withdrawn")
    if write_off.state == "cancelled":
        raise cancelled(write_off)
    if write_off.customer_id != customer.id:
        raise NotFound("customer_not_found")
    if request["phase"] != "resubmit":
        return write_off
    if write_off.state == "archived":
        raise Conflict("write_off_settled")
    if request["process_version"] < write_off.process_version:
        raise Conflict("process_changed")
    form = load(WriteOffForm, request["form"])
    if write_off.state == "started" and _wanted(form["pairs"]) == _kept(work, write_off):
        write_off.process_version = request["process_version"]
    else:
        turn_pairs(work.session, [write_off], "released")
        write_off = _held(work, customer, request, form)
    # Whatever people sent anew, people approve: only what the system itself put together passes by itself.
    write_off.automatic = False
    write_off.version += 1
    work.session.flush()
    return write_off


def _held(work: UnitOfWork, customer: Customer, request: dict[str, Any], form: dict[str, Any]) -> WriteOff:
    """The write-off with a new attempt, whose amounts are held."""
    pairs = form["pairs"]
    _check(work, customer, pairs)
    write_off = find_write_off(work.session, request["process_id"])
    assert write_off is not None, "inserted before"
    write_off.state, write_off.finished_at, write_off.ended_by, write_off.ended_why = "started", None, None, None
    write_off.attempt += 1
    write_off.amount = sum((pair["amount"] for pair in pairs), ZERO)
    write_off.remarks = form["remarks"] or ""
    write_off.process_version = request["process_version"]
    work.session.flush()
    rows = [
        {
            "id": work.new_id(),
            "write_off_id": write_off.id,
            "attempt": write_off.attempt,
            **{name: pair[name] for name in ("receipt_id", "bill_id", "amount")},
        }
        for pair in pairs
    ]
    with saying_what_was_taken():
        hold_pairs(work.session, rows)
    held = [f"{pair['receipt_id']} → {pair['bill_id']}: {pair['amount']}" for pair in pairs]
    work.audit("write_off_held", ("write_off", write_off.id), after={"pairs": held}, why=write_off.remarks)
    start_write_offs(work, [customer.id])  # what is left may be met by others now; what is not says why
    return write_off


def _check(work: UnitOfWork, customer: Customer, pairs: Sequence[dict[str, Any]]) -> None:
    """
    :raises InvalidInput: by field. What is left falls from pair to pair, so that the one that takes too much is named.
    """
    receipts = {receipt.id: receipt for receipt in find_receipts(work.session, {pair["receipt_id"] for pair in pairs})}
    receivables = find_receivables(work.session, {pair["bill_id"] for pair in pairs})
    balances = {one.id: one.amount - one.held - one.used for one in receipts.values() if one.customer_id == customer.id}
    outstanding = {
        one.bill_id: one.amount - one.held - one.written_off
        for one in receivables.values()
        if one.customer_id == customer.id and one.cancelled_by is None
    }
    faults: dict[str, list[str]] = {}
    seen: set[tuple[UUID, UUID]] = set()
    for index, pair in enumerate(pairs):
        receipt_id, bill_id, amount = pair["receipt_id"], pair["bill_id"], pair["amount"]
        path = f"pairs.{index}"
        if receipt_id not in balances:
            faults[f"{path}.receipt_id"] = ["receipt_not_found"]
        if bill_id not in outstanding:
            faults[f"{path}.bill_id"] = ["receivable_not_found"]
        if (receipt_id, bill_id) in seen:
            faults[f"{path}.bill_id"] = ["pair_twice"]
        seen.add((receipt_id, bill_id))
        if amount > balances.get(receipt_id, amount):
            faults.setdefault(f"{path}.amount", []).append(f"over_balance|{balances[receipt_id]:.2f}")
        if amount > outstanding.get(bill_id, amount):
            faults.setdefault(f"{path}.amount", []).append(f"over_outstanding|{outstanding[bill_id]:.2f}")
        for left, key in ((balances, receipt_id), (outstanding, bill_id)):
            if key in left:
                left[key] = max(ZERO, left[key] - amount)
    if faults:
        raise InvalidInput(fields=faults)


def _prepared(work: UnitOfWork, request: dict[str, Any], write_off: WriteOff, customer: Customer) -> dict[str, Any]:
    sides = pairs_of_write_off(work.session, write_off)
    products = "、".join(dict.fromkeys(side.product_name for side in sides))
    pairs = [
        {
            "receipt_id": str(side.receipt_id),
            "bill_id": str(side.bill_id),
            "amount": str(side.amount),
            "payer_name": side.payer_name,
            "bill_number": side.bill_number,
        }
        for side in sides
    ]
    return {
        "title": f"销账（{customer.name} {products}）",
        "subject": {"type": "customer", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {**request["form"], "pairs": pairs, "remarks": write_off.remarks},
        "facts": {"automatic": int(write_off.automatic)},
        "product_ids": sorted({side.product_id for side in sides if side.product_id is not None}),
    }


def _tell(work: UnitOfWork, write_off: WriteOff, customer: Customer) -> None:
    told = [
        {name: getattr(side, name) for name in ("receipt_id", "bill_id", "amount", "payer_name", "bill_number")}
        for side in pairs_of_write_off(work.session, write_off)
    ]
    work.publish("write_off_started", write_off.id, write_off_started(write_off, customer, told), version=write_off.version)


def _new_write_off(work: UnitOfWork, customer: Customer, request: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": request["process_id"],
        "customer_id": customer.id,
        "automatic": False,
        "state": "started",
        "amount": ZERO,
        "remarks": "",
        "started_by_id": request["initiator"]["id"],
        "started_by_name": request["initiator"]["name"],
        "started_at": work.now,
        "finished_at": None,
        "attempt": 0,
        "process_version": 0,
        "version": 1,
    }


def cancelled(write_off: WriteOff) -> Conflict:
    """The error of an automatic write-off that has ended with its receipt's match."""
    return Conflict("write_off_cancelled", by=write_off.ended_by, why=write_off.ended_why)


def customer_id_of(request: dict[str, Any]) -> UUID:
    """
    :raises NotFound: ``customer_not_found``, for a subject that is none.
    """
    try:
        return UUID(request["subject_id"] or "")
    except ValueError:
        raise NotFound("customer_not_found") from None


def _wanted(pairs: Sequence[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(pair["receipt_id"], pair["bill_id"], pair["amount"]) for pair in pairs}


def _kept(work: UnitOfWork, write_off: WriteOff) -> set[tuple[Any, ...]]:
    return {(side.receipt_id, side.bill_id, side.amount) for side in pairs_of_write_off(work.session, write_off)}
