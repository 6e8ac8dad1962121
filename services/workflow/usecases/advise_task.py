"""Give the advice that a handler has asked for; he or she decides with it."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.handing import give_advice
from services.workflow.usecases.turns import take_turn


def advise_task(begin: Begin, task_id: UUID, *, opinion: str, attachments: Sequence[UUID] = ()) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without words.
    :raises Conflict: ``decide_instead``, at a task that is one's own to decide.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(begin, task_id, opinion, lambda at: give_advice(at.definition, at.state, at.decision), files=attachments)
