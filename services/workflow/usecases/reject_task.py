"""Reject: back to the initiator, and what was reserved is released."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.process import Decision, reject
from services.workflow.store.processes import lock_by_task
from services.workflow.usecases.persons import person_of
from services.workflow.usecases.write_turn import write_turn


def reject_task(begin: Begin, task_id: UUID, *, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without an opinion.
    :raises NotFound, Forbidden, Conflict: as :func:`lock_by_task`.
    """
    with begin() as work:
        dossier = lock_by_task(work.session, work.caller, task_id)
        decision = Decision(person_of(work.caller), work.now, opinion)
        write_turn(work, dossier, reject(dossier.definition, dossier.state, decision))
    return dossier.process.id
