"""Tell deputies, on the first of their days, of the tasks that wait for the absent handler already (spec, "The engine")."""

from typing import Final

from services.kit.unit_of_work import Begin, Fact
from services.workflow.store.definitions import of_versions
from services.workflow.store.deputies import take_beginning
from services.workflow.store.tasks import waiting_before
from services.workflow.usecases.snapshots import node_snapshot, process_snapshot
from services.workflow.usecases.write_turn import task_snapshot

BATCH_SIZE: Final = 20
"""Deputies; each has as many tasks to be told of as somebody has open."""


def begin_deputies(begin: Begin) -> int:
    """Each once, whatever runs twice; of tasks that come later their own events tell.

    A deputy is not told of processes that he or she has started: nobody approves his own in another's name.

    :returns: how many deputies began; called again while that is a full batch.
    """
    with begin() as work:
        deputies = take_beginning(work.session, work.today, BATCH_SIZE)
        rows = waiting_before(work.session, [deputy.id for deputy in deputies]) if deputies else ()
        definitions = of_versions(work.session, {(process.code, process.definition_version) for _, process, _ in rows})
        facts = []
        for task, process, deputy_id in rows:
            definition = definitions[process.code, process.definition_version]
            payload = {
                **process_snapshot(process, definition),
                "node": node_snapshot(definition.node(task.node)),
                "task": task_snapshot(vars(task), {task.user_id: deputy_id}, process),
            }
            facts.append(Fact("task_deputed", task.id, payload))
        for deputy in deputies:
            deputy.begun_at = work.now
        work.publish_all(facts)
    return len(deputies)
