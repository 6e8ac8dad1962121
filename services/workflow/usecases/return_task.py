"""Return to an earlier node, or to the start; what was reserved stays so."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.process import Decision, return_to
from services.workflow.store import directory
from services.workflow.store.processes import lock_by_task
from services.workflow.usecases.persons import person_of
from services.workflow.usecases.write_turn import write_turn


def return_task(begin: Begin, task_id: UUID, *, opinion: str, to_node: str) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without an opinion, or for a node that it cannot be returned to.
    :raises NotFound, Forbidden, Conflict: as :func:`lock_by_task`.
    """
    with begin() as work:
        dossier = lock_by_task(work.session, work.caller, task_id)
        handlers = directory.handlers_of(work.session, dossier.definition, dossier.process)
        decision = Decision(person_of(work.caller), work.now, opinion)
        write_turn(work, dossier, return_to(dossier.definition, dossier.state, decision, to_node, handlers))
    return dossier.process.id
