"""Return to an earlier node, or to the start; what was reserved stays so."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.process import return_to
from services.workflow.usecases.turns import take_turn


def return_task(begin: Begin, task_id: UUID, *, to_node: str, opinion: str, attachments: Sequence[UUID] = ()) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without an opinion, or for a node that it cannot be returned to.
    :raises NotFound, Forbidden, Conflict: as :func:`take_turn`, and the decision's own.
    """
    return take_turn(
        begin,
        task_id,
        opinion,
        lambda at: return_to(at.definition, at.state, at.decision, to_node, at.handlers),
        files=attachments,
    )
