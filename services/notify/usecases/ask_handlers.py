"""Tell handlers, and who stands in for them, of tasks that wait for them; keep those that nothing else will remind them of."""

from typing import Any, Final

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin
from services.notify.store.waiting_tasks import keep_waiting
from services.notify.usecases.post_messages import drafts_of, post_drafts, tasks_over

_SHOWN: Final = ("process_id", "code", "name_zh", "name_en", "title", "customer_id", "customer_name", "initiator", "node")
"""What reminders show of a process."""


def ask_handlers(begin: Begin, event: Event) -> None:
    """From workflow's ``node_entered``."""
    drafts = drafts_of(event)
    with begin(consuming=event) as work:
        over = tasks_over(work, event, drafts)
        post_drafts(work, drafts, over=over)
        # A node's own time limit reminds of its tasks (task_due_soon, task_overdue).
        unlimited = [task for task in event.data["tasks"] if task.get("due_at") is None]
        rows = [_row(event, task) for task in unlimited]
        keep_waiting(work.session, [row for row in rows if row["task_id"] not in {str(task_id) for task_id in over}])


def _row(event: Event, task: dict[str, Any]) -> dict[str, Any]:
    said = {name: event.data.get(name) for name in _SHOWN}
    asked_at = event.time.isoformat()
    said |= {"task": task, "user_department_id": task.get("superior_department_id"), "asked_at": asked_at}
    return {"task_id": task["id"], "said": said, "asked_at": event.time}
