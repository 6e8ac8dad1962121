"""Ask for a further approver (加签), who acts before or after the handler."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.handing import add_approver as further
from services.workflow.usecases.turns import take_turn


def add_approver(begin: Begin, task_id: UUID, *, user_id: UUID, position: str, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :param position: ``before`` or ``after``.
    :raises NotFound: ``taker_not_found``, also for one who has left.
    :raises Conflict: ``already_handler``, ``too_many_approvers``.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(
        begin,
        task_id,
        opinion,
        lambda at: further(at.definition, at.state, at.decision, at.taker(user_id), position, at.handlers),
    )
