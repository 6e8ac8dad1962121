"""Make a task's messages done when somebody has dealt with the task."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, Fact
from services.notify.store.messages import close_tasks as close
from services.notify.store.messages import lock_process


def close_tasks(begin: Begin, event: Event) -> None:
    """From workflow's ``node_left``."""
    with begin(consuming=event) as work:
        lock_process(work.session, event.data["process_id"])
        done = close(work.session, [UUID(task_id) for task_id in event.data["task_ids"]], work.now)
        if done:
            work.publish_all([_fact_to_tell(event.data["process_id"], done)])


def _fact_to_tell(process_id: str, done: Sequence[Row[UUID, str, UUID, UUID, str]]) -> Fact:
    recipients = {row[1:]: {"kind": row[1], "user_id": row[2], "department_id": row[3], "role": row[4]} for row in done}
    told = {"message_ids": sorted(row.id for row in done), "recipients": list(recipients.values())}
    return Fact("messages_done", process_id, told)
