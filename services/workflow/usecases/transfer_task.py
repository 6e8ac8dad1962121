"""Transfer a task (转办): another person takes the handler's place, in the same role."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.handing import transfer
from services.workflow.usecases.turns import take_turn


def transfer_task(begin: Begin, task_id: UUID, *, user_id: UUID, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises NotFound: ``taker_not_found``, also for one who has left.
    :raises Conflict: ``already_handler``, ``initiator_cannot_take_over``.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(
        begin, task_id, opinion, lambda at: transfer(at.definition, at.state, at.decision, at.taker(user_id), at.handlers)
    )
