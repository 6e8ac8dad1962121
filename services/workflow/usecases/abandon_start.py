"""Undo a start that came to nothing: nobody sees it, and its owner releases what it may hold."""

from uuid import UUID

from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store import attachments
from services.workflow.store.definitions import of_versions
from services.workflow.store.processes import HIDDEN_STATES, lock_any
from services.workflow.store.tables import Process
from services.workflow.usecases.snapshots import process_snapshot


def abandon_start(begin: Begin, process_id: UUID, *, is_held: bool) -> None:
    """Mark it refused, unless it is running meanwhile. One that is refused already may be held since: its start was repeated.

    :param is_held: whether its owner may have reserved something; ``process_withdrawn`` then tells it.
    """
    with begin() as work:
        process = lock_any(work.session, process_id)
        if process is not None and process.state in HIDDEN_STATES:
            refuse(work, process, is_held=is_held)


def refuse(work: UnitOfWork, process: Process, *, is_held: bool) -> None:
    """The same for a process that is locked, and no further. Its key is free again, so that a repetition may succeed."""
    if process.state == "starting":
        process.state = "refused"
        process.idempotency_key = None
        process.asked_at = None
        process.ended_at = work.now
        attachments.release(work.session, process.id)
    if is_held and process.version == 0:  # told once, an owner refuses whatever else comes of this start
        _tell_owner(work, process)


def _tell_owner(work: UnitOfWork, process: Process) -> None:
    process.version += 1
    key = (process.code, process.definition_version)
    definition = of_versions(work.session, [key])[key]
    payload = process_snapshot(process, definition)
    # In the initiator's name: whoever tells people of withdrawals tells nobody of his own.
    words = {"by_id": process.initiator_id, "by_name": process.initiator_name, "opinion": "", "opinion_en": ""}
    work.publish("process_withdrawn", process.id, {**payload, **words}, version=process.version)
