"""Approve many tasks from the list (spec, workflow.md, "Lists")."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.kit.errors import Conflict, NotFound, Refusal
from services.kit.unit_of_work import Begin
from services.workflow.domain.bulk import is_for_bulk
from services.workflow.domain.definitions import Definition
from services.workflow.store.definitions import of_versions
from services.workflow.store.processes import task_visible_to
from services.workflow.store.tables import Process, Task
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.ask_owner import Owners

SeenTask = Row[*tuple[Any, ...]]
"""A task with what its process is called and which definition it follows."""
Definitions = Mapping[tuple[str, int], Definition]


def approve_tasks(begin: Begin, owners: Owners, *, task_ids: Sequence[UUID], opinion: str) -> list[dict[str, Any]]:
    """Approve each by itself, in a transaction of its own: what one of them meets is no other's matter, and whoever dies on the
    way leaves approved what is.

    :returns: as the contract's ``TaskOutcome``, in the order of the ids; refusals are told there and not raised.
    """
    rows, definitions = _seen(begin, task_ids)
    return [_outcome(begin, owners, task_id, rows.get(task_id), definitions, opinion) for task_id in task_ids]


def _seen(begin: Begin, task_ids: Sequence[UUID]) -> tuple[dict[UUID, SeenTask], Definitions]:
    """Those of the tasks that the caller may see, and the definitions of their processes."""
    with begin() as work:
        columns = (Task.id, Task.node, Task.kind, Process.id.label("process_id"), Process.title)
        query = select(*columns, Process.code, Process.definition_version).join(Process, Process.id == Task.process_id)
        query = query.where(Task.id.in_(task_ids), task_visible_to(work.caller, work.today))
        rows: dict[UUID, SeenTask] = {row.id: row for row in work.session.execute(query)}
        return rows, of_versions(work.session, [(row.code, row.definition_version) for row in rows.values()])


def _outcome(
    begin: Begin,
    owners: Owners,
    task_id: UUID,
    row: SeenTask | None,
    definitions: Definitions,
    opinion: str,
) -> dict[str, Any]:
    about = {
        "task_id": task_id,
        "process_id": None if row is None else row.process_id,
        "title": None if row is None else row.title,
    }
    try:
        if row is None:
            raise NotFound("task_not_found")
        if row.kind != "decide" or not is_for_bulk(definitions[row.code, row.definition_version], row.node):
            raise Conflict("not_for_bulk")
        approve_task(begin, owners, task_id, opinion=opinion, form={})
    except Refusal as refusal:
        errors = [{"field": field, "code": code} for field, codes in refusal.fields.items() for code in codes]
        return {**about, "is_approved": False, "code": refusal.code, "params": refusal.params, "errors": errors}
    return {**about, "is_approved": True, "code": None, "params": {}, "errors": []}
