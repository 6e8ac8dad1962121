"""Remind handlers of tasks whose time limit is near, and tell of those whose limit is over (spec, "The engine")."""

from typing import Final

from services.kit.unit_of_work import Begin, Fact
from services.workflow.store.definitions import of_versions
from services.workflow.store.deputies import deputies_of
from services.workflow.store.tasks import note_told, take_timed
from services.workflow.usecases.snapshots import node_snapshot, process_snapshot
from services.workflow.usecases.write_turn import task_snapshot

BATCH_SIZE: Final = 500


def remind_handlers(begin: Begin) -> int:
    """Each is told once a task, whatever runs twice; a task that is over its limit is not said to be near it besides.

    :returns: how many there were; of more than a batch, the next sweep tells.
    """
    with begin() as work:
        rows = take_timed(work.session, work.now, BATCH_SIZE)
        keys = {(process.code, process.definition_version) for _, process, _ in rows}
        definitions = of_versions(work.session, keys) if keys else {}
        deputies = deputies_of(work.session, {task.user_id for task, _, _ in rows}, work.today) if rows else {}
        facts = []
        for task, process, superior_id in rows:
            definition = definitions[process.code, process.definition_version]
            is_over = task.due_at is not None and task.due_at <= work.now
            payload = {
                **process_snapshot(process, definition),
                "node": node_snapshot(definition.node(task.node)),
                "task": task_snapshot(vars(task), deputies, process),
                "user_department_id": superior_id,
            }
            # Of the task, not of the process: a turn does not wait for it, and the process's versions are not touched.
            facts.append(Fact("task_overdue" if is_over else "task_due_soon", task.id, payload))
        note_told(work.session, [task.id for task, _, _ in rows], work.now)
        work.publish_all(facts)
    return len(rows)
