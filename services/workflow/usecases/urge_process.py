"""Urge a process on (催办): those whom it waits for are reminded."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.handing import urge
from services.workflow.store.deputies import deputies_of
from services.workflow.store.processes import lock_concerned
from services.workflow.store.tasks import open_tasks
from services.workflow.usecases.snapshots import node_snapshot
from services.workflow.usecases.turns import person_of
from services.workflow.usecases.write_turn import task_snapshot, write_turn


def urge_process(begin: Begin, process_id: UUID, *, opinion: str) -> UUID:
    """By its initiator or whoever has acted at one of its nodes; not more often than every few hours, whoever does it.

    :returns: the process's id.
    :raises Conflict: ``nobody_to_urge``.
    :raises TooMany: ``urged_already``.
    :raises NotFound, Forbidden: as :func:`lock_concerned`.
    """
    with begin() as work:
        dossier = lock_concerned(work.session, work.caller, work.today, process_id)
        decision = Decision(person_of(work), work.now, opinion)
        entries = urge(dossier.definition, dossier.state, decision, dossier.process.urged_at)
        dossier.process.urged_at = work.now
        tasks = [task for task in open_tasks(work.session, process_id) if str(task.user_id) != work.caller.user_id]
        deputies = deputies_of(work.session, [task.user_id for task in tasks], work.today)
        said = {
            "by_id": UUID(work.caller.user_id),
            "by_name": work.caller.name,
            "opinion": opinion,
            "node": node_snapshot(dossier.definition.node(dossier.process.node or "")),
            "tasks": [task_snapshot(vars(task), deputies, dossier.process) for task in tasks],
        }
        write_turn(work, dossier, entries, ("process_urged", said))
    return process_id
