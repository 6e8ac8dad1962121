"""Make a task's messages done when somebody has dealt with the task."""

from uuid import UUID

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin
from services.notify.store.messages import close_tasks as close
from services.notify.store.messages import lock_process
from services.notify.store.waiting_tasks import end_waiting
from services.notify.usecases.tell_changes import tell_changes


def close_tasks(begin: Begin, event: Event) -> None:
    """From workflow's ``node_left``."""
    task_ids = [UUID(task_id) for task_id in event.data["task_ids"]]
    with begin(consuming=event) as work:
        lock_process(work.session, event.data["process_id"])
        # First what reminders are made of: one that is being made has its message before this makes it done.
        end_waiting(work.session, task_ids)
        done = close(work.session, task_ids, work.now)
        tell_changes(work, event.data["process_id"], done)
