"""Comment on a process: words that decide nothing."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.handing import comment
from services.workflow.store.processes import Turn, lock_visible
from services.workflow.usecases.turns import decision_at
from services.workflow.usecases.write_turn import write_turn


def comment_process(begin: Begin, process_id: UUID, *, opinion: str, attachments: Sequence[UUID] = ()) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without words.
    :raises NotFound: as :func:`lock_visible`.
    """
    with begin() as work:
        dossier = lock_visible(work.session, work.caller, work.today, process_id)
        role = "initiator" if work.caller.user_id == dossier.initiator.id else ""
        decision = decision_at(work, Turn(dossier, None), opinion, attachments, role=role)
        write_turn(work, dossier, comment(dossier.state, decision))
    return process_id
