"""Undo a resubmission that came to nothing: the process stays rejected, and its owner releases what it may hold again."""

from uuid import UUID

from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store.processes import Dossier, dossier_of, lock_any
from services.workflow.usecases.write_turn import publish_turn


def abandon_resubmission(begin: Begin, process_id: UUID, *, is_held: bool) -> None:
    """
    :param is_held: whether its owner may have reserved something; ``process_rejected`` then tells it once more.
    """
    with begin() as work:
        process = lock_any(work.session, process_id)
        if process is not None and process.asked_at is not None:
            release(work, dossier_of(work.session, process), is_held=is_held)


def release(work: UnitOfWork, dossier: Dossier, *, is_held: bool) -> None:
    """The same for a process that is locked."""
    dossier.process.asked_at = None
    if is_held:
        rejection = next(entry for entry in reversed(dossier.history) if entry.action == "rejected")
        publish_turn(work, dossier, rejection)
