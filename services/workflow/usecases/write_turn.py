"""Write what a decision made: entries, tasks, the process's row, events and the audit entry, in the decision's transaction.

The process's row is locked by whoever calls; so one turn follows another, and the versions of its events rise in that order.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.kit.unit_of_work import UnitOfWork
from services.workflow.domain.history import ENDED, Entry, Handler, State, follow, open_seats
from services.workflow.store.processes import Dossier, append_entries, open_tasks
from services.workflow.store.tables import Task
from services.workflow.usecases.snapshots import node_snapshot, process_snapshot

_TURNS = {"returned": "process_returned", "rejected": "process_rejected", "withdrawn": "process_withdrawn"}


def write_turn(work: UnitOfWork, dossier: Dossier, entries: Sequence[Entry]) -> None:
    """Bring the process from its state to the one that the entries lead to.

    :param dossier: locked; its row already holds the form and facts of after the turn. It is brought up to date.
    """
    before, process = dossier.state, dossier.process
    after = follow(dossier.definition, before, entries)
    append_entries(work.session, dossier, entries)
    process.state = after.status
    process.node = None if after.visit is None else after.visit.node
    process.changed_at = work.now
    if after != before:  # words decide nothing: whoever is asking the owner goes on
        process.asked_at = None
    if after.status in ENDED and process.ended_at is None:
        process.ended_at = work.now
        process.effect = "awaited" if after.status == "archived" else "none"
    dossier.state, dossier.history = after, (*dossier.history, *entries)
    if before.status == "starting":
        _publish(work, dossier, "process_started")
    _settle_tasks(work, dossier, before, entries[0])
    for entry in entries:
        if entry.action in _TURNS:
            publish_turn(work, dossier, entry)
    _open_tasks(work, dossier, before)
    if after.status == "archived" and before.status != "archived":
        _publish(work, dossier, "process_archived")
    first = entries[0]
    work.audit(f"process_{first.action}", ("process", process.id), after=dict(first.changes) or None, why=first.opinion)


def publish_turn(work: UnitOfWork, dossier: Dossier, entry: Entry) -> None:
    """Say that it was returned, rejected or withdrawn, by whom and with which words."""
    _publish(work, dossier, _TURNS[entry.action], **_words(entry))


def _settle_tasks(work: UnitOfWork, dossier: Dossier, before: State, decision: Entry) -> None:
    """Close the tasks of those who are asked no more."""
    still_asked = _asked(dossier, dossier.state) if _same_visit(before, dossier) else set()
    decider = decision.by
    settled = [task for task in open_tasks(work.session, dossier.process.id) if str(task.user_id) not in still_asked]
    if not settled:
        return
    for task in settled:
        task.state = "done" if decider is not None and str(task.user_id) == decider.id else "closed"
        task.settled_at = work.now
        task.settled_by = None if decider is None else decider.name
        task.settled_how = decision.action
        task.acted_by_id = task.user_id if task.state == "done" else None
    work.session.flush()
    node = dossier.definition.node(settled[0].node)
    _publish(work, dossier, "node_left", node=node_snapshot(node), task_ids=[task.id for task in settled])


def _open_tasks(work: UnitOfWork, dossier: Dossier, before: State) -> None:
    """Give a task to everyone who is asked now and was not before."""
    visit = dossier.state.visit
    if visit is None:
        return
    asked_before = _asked(dossier, before) if _same_visit(before, dossier) else set()
    newly = [handler for handler in open_seats(dossier.definition, dossier.state) if handler.id not in asked_before]
    if not newly:
        return
    rows = [_task_row(work, dossier, visit.node, handler) for handler in newly]
    work.session.execute(insert(Task), rows)
    tasks = [{"id": row["id"], "user_id": row["user_id"], "user_name": row["user_name"]} for row in rows]
    _publish(work, dossier, "node_entered", node=node_snapshot(dossier.definition.node(visit.node)), tasks=tasks)


def _asked(dossier: Dossier, state: State) -> set[str]:
    return {handler.id for handler in open_seats(dossier.definition, state)}


def _same_visit(before: State, dossier: Dossier) -> bool:
    after = dossier.state.visit
    return before.visit is not None and after is not None and before.visit.number == after.number


def _task_row(work: UnitOfWork, dossier: Dossier, node: str, handler: Handler) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "process_id": dossier.process.id,
        "code": dossier.process.code,
        "node": node,
        "user_id": UUID(handler.id),
        "user_name": handler.name,
        "role": handler.role,
        "state": "open",
        "opened_at": work.now,
    }


def _words(entry: Entry) -> dict[str, Any]:
    return {
        "by_id": entry.by and UUID(entry.by.id),
        "by_name": entry.by.name if entry.by else "",
        "opinion": entry.opinion,
        "to_node": entry.to_node,
    }


def _publish(work: UnitOfWork, dossier: Dossier, event_type: str, **details: Any) -> None:
    process = dossier.process
    process.version += 1
    payload = {**process_snapshot(process, dossier.definition), **details}
    work.publish(event_type, process.id, payload, version=process.version)
