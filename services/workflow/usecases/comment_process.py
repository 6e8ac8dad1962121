"""Comment on a process: words that decide nothing."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.process import Decision, comment
from services.workflow.store.processes import lock_visible
from services.workflow.usecases.persons import person_of
from services.workflow.usecases.write_turn import write_turn


def comment_process(begin: Begin, process_id: UUID, *, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises InvalidInput: without words.
    :raises NotFound: as :func:`lock_visible`.
    """
    with begin() as work:
        dossier = lock_visible(work.session, work.caller, process_id)
        role = "initiator" if work.caller.user_id == dossier.initiator.id else ""
        write_turn(work, dossier, comment(dossier.state, Decision(person_of(work.caller, role), work.now, opinion)))
    return process_id
