"""Show a process: its form, the whole node line with names, its history, and what the reader can do."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.kit.caller import Caller
from services.kit.unit_of_work import Begin
from services.workflow.domain.history import ENDED, RESUBMITTABLE
from services.workflow.domain.node_line import NodeInLine, node_line
from services.workflow.domain.process import nobody_holds, return_targets
from services.workflow.store import directory, tables
from services.workflow.store.processes import Dossier, find_visible, open_tasks
from services.workflow.store.tables import Task
from services.workflow.usecases.snapshots import initiator_of, node_snapshot, subject_of


def show_process(begin: Begin, process_id: UUID) -> dict[str, Any]:
    """The page, as the contract's ``Process``.

    :raises NotFound: ``process_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        dossier = find_visible(work.session, work.caller, process_id)
        process, definition = dossier.process, dossier.definition
        handlers = directory.handlers_of(work.session, definition, process)
        line = node_line(definition, dossier.state, dossier.values, handlers)
        tasks = open_tasks(work.session, process_id)
        key = (tables.Definition.code == process.code, tables.Definition.version == process.definition_version)
        content = work.session.scalars(select(tables.Definition.content).where(*key)).one()
    return {
        "id": process.id,
        "code": process.code,
        "definition_version": process.definition_version,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "title": process.title,
        "subject": subject_of(process),
        "customer_id": process.customer_id,
        "customer_name": process.customer_name,
        "initiator": initiator_of(process),
        "state": process.state,
        "node": process.node and node_snapshot(definition.node(process.node)),
        "form": process.form,
        "form_fields": content["fields"],
        "facts": process.facts,
        "fact_types": content["facts"],
        "nodes": [_line_row(node) for node in line],
        "history": _history(dossier),
        "task": _own_task(dossier, content, tasks, work.caller),
        "can": _actions(dossier, work.caller),
        "effect": {"state": process.effect, "summary_zh": process.effect_zh, "summary_en": process.effect_en},
        "started_at": process.started_at,
        "changed_at": process.changed_at,
        "ended_at": process.ended_at,
        "version": process.version,
    }


def _line_row(line: NodeInLine) -> dict[str, Any]:
    words_zh, words_en = line.words or (None, None)
    missing = nobody_holds(line.node).params if line.state == "future" and not line.people else {}
    people = [
        {
            "id": person.handler.id,
            "name": person.handler.name,
            "role": person.handler.role,
            "decision": person.decision,
            "at": person.at,
            "is_asked": person.is_asked,
        }
        for person in line.people
    ]
    return {
        **node_snapshot(line.node),
        "state": line.state,
        "agree": line.node.agree,
        "people": people,
        "words_zh": words_zh,
        "words_en": words_en,
        "missing_zh": missing.get("role"),
        "missing_en": missing.get("role_en"),
    }


def _history(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "at": entry.at,
            "action": entry.action,
            "node": entry.node and node_snapshot(dossier.definition.node(entry.node)),
            "by_id": entry.by and entry.by.id,
            "by_name": entry.by and entry.by.name,
            "by_role": entry.by and entry.by.role,
            "opinion": entry.opinion,
            "opinion_en": entry.opinion_en,
            "handlers": [handler.name for handler in entry.handlers],
            "to_node": entry.to_node,
            "to_name": entry.to and entry.to.name,
            "changes": dict(entry.changes),
        }
        for number, entry in enumerate(dossier.history, start=1)
    ]


def _own_task(dossier: Dossier, content: dict[str, Any], tasks: list[Task], caller: Caller) -> dict[str, Any] | None:
    own = next((task for task in tasks if str(task.user_id) == caller.user_id), None)
    if own is None:
        return None
    is_resubmission = dossier.state.status == "returned"
    targets = return_targets(dossier.definition, dossier.state)
    return {
        "id": own.id,
        "node": own.node,
        "actions": ["resubmit"] if is_resubmission else ["approve", "reject", "return", "transfer"],
        "opinion_required": dossier.definition.node(own.node).opinion_required,
        "enters": [field for field in content["fields"] if field["entered_at"] == own.node],
        "return_targets": [node_snapshot(dossier.definition.node(code)) for code in targets],
    }


def _actions(dossier: Dossier, caller: Caller) -> list[str]:
    """What the reader can do besides his or her task."""
    actions = ["comment"]
    if caller.user_id == dossier.initiator.id:
        if dossier.state.status not in ENDED:
            actions.append("withdraw")
        if dossier.state.status in RESUBMITTABLE:
            actions.append("resubmit")
    return actions
