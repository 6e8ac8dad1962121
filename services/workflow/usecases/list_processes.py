"""List processes: to do, done, started by me, copied to me, or all that I may see (spec, workflow.md, "Lists")."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.workflow.domain.bulk import is_for_bulk
from services.workflow.domain.definitions import Definition
from services.workflow.store.definitions import of_versions
from services.workflow.store.lists import Reader, page_of_box
from services.workflow.store.process_filters import ProcessFilter
from services.workflow.store.tables import Copy, Process, Task
from services.workflow.store.tasks import names_waited_for
from services.workflow.usecases.snapshots import process_head


def list_processes(begin: Begin, *, box: str, page_size: int, sort: str, cursor: str, **wanted: Any) -> Page:
    """A page of rows, as the contract's ``ProcessRow``.

    :param wanted: as :class:`ProcessFilter`.
    """
    with begin() as work:
        reader = Reader(work.caller, work.now, work.today)
        page = page_of_box(work.session, reader, box, ProcessFilter(**wanted), PageRequest(page_size, sort, cursor))
        processes = [row.Process for row in page.items]
        names = of_versions(work.session, [(process.code, process.definition_version) for process in processes])
        waiting = names_waited_for(work.session, [process.id for process in processes])
        rows = [
            {
                **_process_part(row.Process, names[row.Process.code, row.Process.definition_version], waiting),
                **_task_part(getattr(row, "Task", None), names[row.Process.code, row.Process.definition_version], reader),
                **_copy_part(getattr(row, "Copy", None)),
            }
            for row in page.items
        ]
    return Page([{**row, "link": _link(row)} for row in rows], page.next_cursor)


def _process_part(process: Process, definition: Definition, waiting: dict[UUID, list[str]]) -> dict[str, Any]:
    return {
        **process_head(process, definition),
        "product_ids": process.product_ids,
        "waiting_for": waiting.get(process.id, []),
        "effect": process.effect,
    }


def _task_part(task: Task | None, definition: Definition, reader: Reader) -> dict[str, Any]:
    """Of the open task that the row is about; of a done one, when that was."""
    if task is None or task.state != "open":
        empty = dict.fromkeys(("task_id", "task_kind", "waiting_since", "due_at", "for_user"))
        decided_at: datetime | None = None if task is None else task.settled_at
        return {**empty, "is_overdue": False, "bulk_approve": False, "decided_at": decided_at}
    is_own = str(task.user_id) == reader.caller.user_id
    return {
        "task_id": task.id,
        "task_kind": task.kind,
        "waiting_since": task.opened_at,
        "due_at": task.due_at,
        "is_overdue": task.due_at is not None and task.due_at < reader.now,
        "for_user": None if is_own else {"id": task.user_id, "name": task.user_name},
        "bulk_approve": task.kind == "decide" and is_for_bulk(definition, task.node),
        "decided_at": None,
    }


def _copy_part(copy: Copy | None) -> dict[str, Any]:
    if copy is None:
        return {"copied_at": None, "copied_by": None, "is_unread": False}
    return {"copied_at": copy.at, "copied_by": copy.by_name, "is_unread": copy.read_at is None}


def _link(row: dict[str, Any]) -> str:
    """The console's very page that the row is about; as in the messages about it."""
    task = f"?task={row['task_id']}" if row["task_id"] else ""
    return f"/processes/{row['id']}{task}"
