"""Transfer a task: another person takes the handler's place, in the same role."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.history import Handler
from services.workflow.domain.process import Decision, transfer
from services.workflow.store import directory
from services.workflow.store.processes import lock_by_task
from services.workflow.usecases.persons import person_of
from services.workflow.usecases.write_turn import write_turn


def transfer_task(begin: Begin, task_id: UUID, *, user_id: UUID, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises NotFound: ``taker_not_found``, also for one who has left.
    :raises Conflict: ``already_handler``.
    :raises NotFound, Forbidden, Conflict: as :func:`lock_by_task`.
    """
    with begin() as work:
        dossier = lock_by_task(work.session, work.caller, task_id)
        user = directory.active_user(work.session, user_id)
        decision = Decision(person_of(work.caller), work.now, opinion)
        to = Handler(str(user.id), user.name, "")
        write_turn(work, dossier, transfer(dossier.definition, dossier.state, decision, to))
    return dossier.process.id
