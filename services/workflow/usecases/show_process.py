"""Show a process: its form, the whole node line with names, its history, and what the reader can do."""

from typing import Any
from uuid import UUID

from services.kit.caller import Caller
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import asked
from services.workflow.domain.forms import hidden_fields
from services.workflow.domain.history import ENDED, RESUBMITTABLE
from services.workflow.domain.node_line import node_line
from services.workflow.domain.process import return_targets
from services.workflow.store import definitions, directory
from services.workflow.store.copies import mark_read
from services.workflow.store.deputies import deputies_of, principals_of
from services.workflow.store.processes import Dossier, find_visible, nodes_of
from services.workflow.store.tables import Task
from services.workflow.store.tasks import open_tasks
from services.workflow.usecases.process_page import history_rows, line_rows
from services.workflow.usecases.retry_effect import may_retry
from services.workflow.usecases.snapshots import node_snapshot, process_head


def show_process(begin: Begin, process_id: UUID) -> dict[str, Any]:
    """The page, as the contract's ``Process``. What the reader may not see of the form is not in it.

    :raises NotFound: ``process_not_found``, also for one the caller may not see.
    """
    with begin.asking() as work:
        dossier = find_visible(work.session, work.caller, work.today, process_id)
        process, definition = dossier.process, dossier.definition
        mark_read(work.session, work.caller, process.id, work.now)
        nodes = nodes_of(work.session, dossier, work.caller, work.today)
        hidden = hidden_fields(definition.fields, nodes)
        version = definitions.version_of(work.session, process.code, process.definition_version)
        fields = [field for field in version.content["fields"] if field["code"] not in hidden]
        tasks = open_tasks(work.session, process_id)
        return {
            **process_head(process, definition),
            "definition_version": process.definition_version,
            "form": {code: value for code, value in process.form.items() if code not in hidden},
            "form_fields": fields,
            "facts": process.facts,
            "fact_types": version.content["facts"],
            "nodes": _line(work, dossier, tasks),
            "history": history_rows(dossier, hidden),
            "task": _task(work, dossier, fields, tasks),
            "can": _actions(work, dossier, nodes),
            "effect": {"state": process.effect, "summary_zh": process.effect_zh, "summary_en": process.effect_en},
            "version": process.version,
        }


def _line(work: UnitOfWork, dossier: Dossier, tasks: list[Task]) -> list[dict[str, Any]]:
    handlers = directory.handlers_of_process(work.session, dossier.definition, dossier.process)
    line = node_line(dossier.definition, dossier.state, dossier.values, handlers)
    asked_ids = {task.user_id for task in tasks}
    deputies = deputies_of(work.session, asked_ids, work.today) if asked_ids else {}
    here = directory.who_is_here(work.session, asked_ids | set(deputies.values()))
    rows = line_rows(line, {task.user_id: task.id for task in tasks}, here, deputies)
    if any(row["missing_zh"] for row in rows):
        helpers = directory.administrators(work.session)
        rows = [{**row, "helpers": helpers if row["missing_zh"] else []} for row in rows]
    return rows


def _task(work: UnitOfWork, dossier: Dossier, fields: list[dict[str, Any]], tasks: list[Task]) -> dict[str, Any] | None:
    """The reader's own, or that of somebody whose deputy he or she is."""
    found = _own(tasks, work.caller) or _as_deputy(work, dossier, tasks)
    if found is None:
        return None
    node = dossier.definition.node(found.node)
    enters = {field.code for field in dossier.definition.fields_at(found.node)}
    targets = return_targets(dossier.definition, dossier.state)
    is_advice = found.kind == "advise"
    return {
        "id": found.id,
        "node": found.node,
        "kind": found.kind,
        "for_id": None if str(found.user_id) == work.caller.user_id else found.user_id,
        "for_name": None if str(found.user_id) == work.caller.user_id else found.user_name,
        "due_at": found.due_at,
        "actions": _actions_at(dossier, is_advice=is_advice),
        "opinion_required": node.opinion_required or is_advice,
        "enters": [] if is_advice else [field for field in fields if field["code"] in enters],
        "return_targets": [] if is_advice else [node_snapshot(dossier.definition.node(code)) for code in targets],
    }


def _own(tasks: list[Task], caller: Caller) -> Task | None:
    return next((task for task in tasks if str(task.user_id) == caller.user_id), None)


def _as_deputy(work: UnitOfWork, dossier: Dossier, tasks: list[Task]) -> Task | None:
    if not tasks or not work.caller.user_id or work.caller.user_id == dossier.initiator.id:
        return None
    principals = set(work.session.scalars(principals_of(UUID(work.caller.user_id), work.today)))
    return next((task for task in tasks if task.user_id in principals), None)


def _actions_at(dossier: Dossier, *, is_advice: bool) -> list[str]:
    if is_advice:
        return ["advise"]
    if dossier.state.status == "returned":
        return ["resubmit"]
    return ["approve", "reject", "return", "transfer", "delegate", "add_approver"]


def _actions(work: UnitOfWork, dossier: Dossier, nodes: frozenset[str]) -> list[str]:
    """What the reader can do besides his or her task."""
    actions, caller, status = ["comment"], work.caller, dossier.state.status
    if nodes:
        actions.append("copy")
    waiting = asked(dossier.definition, dossier.state)
    if nodes and status == "running" and any(each.handler.id != caller.user_id for each in waiting):
        actions.append("urge")
    if any(each.kind == "advise" and each.seat.handler.id == caller.user_id for each in waiting):
        actions.append("recall")
    if caller.has_role("admin") and waiting:
        actions.append("reassign")
    if caller.user_id == dossier.initiator.id:
        if status not in ENDED:
            actions.append("withdraw")
        if status in RESUBMITTABLE:
            actions.append("resubmit")
    if may_retry(work, dossier):
        actions.append("retry_effect")
    return actions
