"""Recall a task that was lent for advice: its handler decides without it."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.handing import recall
from services.workflow.store.processes import lock_visible
from services.workflow.usecases.turns import person_of
from services.workflow.usecases.write_turn import write_turn


def recall_task(begin: Begin, process_id: UUID, *, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises Conflict: ``nothing_to_recall``, unless the caller waits for somebody's advice.
    :raises NotFound: as :func:`lock_visible`.
    """
    with begin() as work:
        dossier = lock_visible(work.session, work.caller, work.today, process_id)
        write_turn(work, dossier, recall(dossier.definition, dossier.state, Decision(person_of(work), work.now, opinion)))
    return process_id
