"""Reject: back to the initiator, and what was reserved is released."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.process import reject
from services.workflow.usecases.turns import take_turn


def reject_task(begin: Begin, task_id: UUID, *, opinion: str, attachments: Sequence[UUID] = ()) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without an opinion.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(
        begin, task_id, opinion, lambda at: reject(at.definition, at.state, at.decision, at.handlers), files=attachments
    )
