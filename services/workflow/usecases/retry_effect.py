"""Ask the owner once more to put an archived process's effect into force, after it could not (services/contracts/workflow.py)."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from services.kit.errors import Conflict, Forbidden
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import Decision
from services.workflow.store.processes import Dossier, lock_visible
from services.workflow.store.tables import Process
from services.workflow.usecases.turns import person_of
from services.workflow.usecases.write_turn import write_turn

HELPERS: Final = ("admin", "sales_admin")
"""The roles that may besides the initiator."""
AWAITED_AT_MOST: Final = timedelta(minutes=15)
"""After that an effect of which nothing was heard may be asked for again, too."""


def may_retry(work: UnitOfWork, dossier: Dossier) -> bool:
    """Whether the caller may ask, and there is something to ask for."""
    return _is_helper(work, dossier) and _is_missing(work, dossier.process)


def retry_effect(begin: Begin, process_id: UUID, *, opinion: str) -> UUID:
    """The owner acts once, however often it is asked.

    :returns: the process's id.
    :raises Conflict: ``effect_not_failed``.
    :raises Forbidden: ``not_the_initiator``.
    :raises NotFound: as :func:`lock_visible`.
    """
    with begin() as work:
        dossier = lock_visible(work.session, work.caller, work.today, process_id)
        process = dossier.process
        if not _is_helper(work, dossier):
            raise Forbidden("not_the_initiator")
        if not _is_missing(work, process):
            raise Conflict("effect_not_failed", effect=process.effect)
        process.effect, process.effect_zh, process.effect_en = "awaited", "", ""
        entry = Decision(person_of(work), work.now, opinion).entry("effect_retried", None)
        write_turn(work, dossier, [entry], ("process_archived", {}))
        process.effect_attempt = process.version
    return process_id


def _is_helper(work: UnitOfWork, dossier: Dossier) -> bool:
    return work.caller.user_id == dossier.initiator.id or work.caller.has_role(*HELPERS)


def _is_missing(work: UnitOfWork, process: Process) -> bool:
    is_lost = process.effect == "awaited" and process.changed_at + AWAITED_AT_MOST < work.now
    return process.effect == "failed" or is_lost
