"""Undo a resubmission that came to nothing: the process stays rejected, and its owner releases what it may hold again."""

from uuid import UUID

from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store.processes import Dossier, dossier_of, lock_any
from services.workflow.usecases.write_turn import publish_turn


def abandon_resubmission(begin: Begin, process_id: UUID, version: int, *, is_held: bool) -> None:
    """
    :param version: the process's that the owner was asked with. If it has another one by now, somebody else has asked since, and
        answers for what the owner holds.
    :param is_held: whether its owner may have reserved something; ``process_rejected`` then tells it once more.
    """
    with begin() as work:
        process = lock_any(work.session, process_id)
        if process is not None and process.asked_at is not None and process.version == version:
            release(work, dossier_of(work.session, process), is_held=is_held)


def release(work: UnitOfWork, dossier: Dossier, *, is_held: bool) -> None:
    """The same for a process that is locked."""
    dossier.process.asked_at = None
    if is_held:
        rejection = next(entry for entry in reversed(dossier.history) if entry.action == "rejected")
        publish_turn(work, dossier, rejection)
