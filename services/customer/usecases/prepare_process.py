"""Prepare a process that customer owns: check it, reserve what it is about, name it (services/contracts/workflow.py)."""

from collections.abc import Callable
from typing import Any

from services.customer.store.people import has_left
from services.customer.store.processes import lock_process
from services.customer.store.tables import PreparedProcess
from services.customer.usecases.preparation import Preparation
from services.customer.usecases.prepare_channel_registration import prepare_channel_registration
from services.customer.usecases.prepare_claim import prepare_claim
from services.customer.usecases.prepare_contract_review import prepare_contract_review
from services.customer.usecases.prepare_special_request import prepare_special_request
from services.customer.usecases.prepare_test_account import prepare_test_account
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork

_KINDS: dict[str, Callable[[UnitOfWork, Preparation], dict[str, Any]]] = {
    "claim_customer": prepare_claim,
    "test_account": prepare_test_account,
    "contract_review": prepare_contract_review,
    "channel_registration": prepare_channel_registration,
    "special_request": prepare_special_request,
}


def prepare_process(begin: Begin, request: dict[str, Any]) -> dict[str, Any]:
    """Answer alike however often it is asked with the same process's id.

    :param request: as ``PrepareProcess`` loads it.
    :returns: for ``Prepared`` to dump.
    :raises InvalidInput: by the form's fields.
    :raises Conflict: if what the process is about is another's, or the process is over; ``process_changed``, if it has gone on
        since the question was put.
    """
    kind = _KINDS.get(request["code"])
    if kind is None:
        raise InvalidInput(fields={"code": [f"one_of|{', '.join(_KINDS)}"]})
    with begin() as work:
        process, is_new = lock_process(work.session, request["process_id"], request["code"], work.now)
        _require_open(process, request["phase"], is_new=is_new)
        if request["process_version"] < process.version:
            raise Conflict("process_changed")
        preparation = Preparation.of(request)
        if preparation.starts and has_left(work.session, preparation.initiator.id):
            raise Conflict("owner_has_left", name=preparation.initiator.name)
        prepared = kind(work, preparation)
        process.state, process.customer_id = "prepared", prepared["customer_id"]
        subject = prepared["subject"]
        process.product_id = subject["id"] if subject["type"] == "product" else None
        process.version, process.changed_at = request["process_version"], work.now
        return prepared


def _require_open(process: PreparedProcess, phase: str, *, is_new: bool) -> None:
    if process.state == "withdrawn":
        raise Conflict("process_was_withdrawn")
    if process.state == "applied":
        raise Conflict("process_was_applied")
    # A node is entered while the process runs; a start that comes again after a rejection is late, and would reserve once more.
    may_be_released = phase == "resubmit" or (phase == "start" and is_new)
    if process.state == "released" and not may_be_released:
        raise Conflict("process_not_prepared")
