"""Delegate a task (委派): another person looks at it and gives advice; then it is the handler's again."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.handing import delegate
from services.workflow.usecases.turns import take_turn


def delegate_task(begin: Begin, task_id: UUID, *, user_id: UUID, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises NotFound: ``taker_not_found``, also for one who has left.
    :raises Conflict: ``already_handler``.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(
        begin, task_id, opinion, lambda at: delegate(at.definition, at.state, at.decision, at.taker(user_id), at.handlers)
    )
