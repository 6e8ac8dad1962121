"""Reassign a task that is stuck: an administrator gives it to somebody else.

Whoever is given what came back to its initiator acts as the initiator from then on: nobody else could resubmit or withdraw it.
"""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.definitions import START
from services.workflow.domain.handing import reassign
from services.workflow.domain.history import Entry
from services.workflow.domain.seats import Handler
from services.workflow.store import directory
from services.workflow.store.processes import lock_for_reassigning
from services.workflow.usecases.turns import naming_who_can_help, person_of
from services.workflow.usecases.write_turn import write_turn


def reassign_task(begin: Begin, task_id: UUID, *, user_id: UUID, opinion: str) -> UUID:
    """
    :returns: the process's id.
    :raises NotFound: ``task_not_found``; ``taker_not_found``, also for one who has left.
    :raises Conflict: ``task_already_decided``, ``already_handler``, ``initiator_cannot_take_over``.
    """
    with begin() as work:
        dossier, task = lock_for_reassigning(work.session, work.caller, work.today, task_id)
        taker = directory.taker(work.session, user_id)
        entry = Entry(
            "reassigned",
            task.node,
            work.now,
            by=person_of(work, "admin"),
            principal=Handler(str(task.user_id), task.user_name, task.role),
            opinion=opinion,
            to=taker,
        )
        if task.node == START:
            dossier.process.successor_id, dossier.process.successor_name = user_id, taker.name
        handlers = directory.handlers_of_process(work.session, dossier.definition, dossier.process)
        with naming_who_can_help(work):
            write_turn(work, dossier, reassign(dossier.definition, dossier.state, entry, dossier.values, handlers))
    return dossier.process.id
