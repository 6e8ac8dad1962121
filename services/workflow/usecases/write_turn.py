"""Write what a decision made: entries, tasks, the process's row, events and the audit entry, in the decision's transaction.

The process's row is locked by whoever calls; so one turn follows another, and the versions of its events rise in that order.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.kit.unit_of_work import Fact, UnitOfWork
from services.workflow.domain.acting import asked
from services.workflow.domain.definitions import Node
from services.workflow.domain.history import ENDED, Entry, State, follow
from services.workflow.domain.seats import Asked
from services.workflow.store import drafts
from services.workflow.store.processes import Dossier, append_entries
from services.workflow.store.tables import Process
from services.workflow.store.tasks import SettledTask, Settlement, give_tasks, settle_tasks
from services.workflow.usecases.snapshots import node_snapshot, process_snapshot

_TURNS: Final = {"returned": "process_returned", "rejected": "process_rejected", "withdrawn": "process_withdrawn"}
_HANDED_ON: Final = frozenset({"transferred", "reassigned", "delegated", "advised", "recalled"})
"""What makes a task somebody else's whose time limit goes on."""

_TAKEN: Final = frozenset({"reassigned", "recalled"})


def write_turn(work: UnitOfWork, dossier: Dossier, entries: Sequence[Entry], *told: tuple[str, dict[str, Any]]) -> None:
    """Bring the process from its state to the one that the entries lead to.

    :param dossier: locked; its row already holds the form and facts of after the turn. It is brought up to date.
    :param told: events to be said besides: type and what they carry beside the process.
    """
    # Nothing on the way asks for the process's row, which is written once, at the end.
    with work.session.no_autoflush:
        _write(work, dossier, entries, told)


def _write(work: UnitOfWork, dossier: Dossier, entries: Sequence[Entry], told: Sequence[tuple[str, dict[str, Any]]]) -> None:
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
    facts = Facts(dossier)
    if before.status == "starting":
        facts.add("process_started")
    settled = _settle(work, dossier, before, entries[0], facts)
    for entry in entries:
        if entry.action in _TURNS:
            facts.add(_TURNS[entry.action], **turn_words(entry))
    _open(work, dossier, before, _limit_inherited(entries[0], settled), facts)
    if after.status == "archived" and before.status != "archived":
        facts.add("process_archived")
        process.effect_attempt = process.version
    for event_type, details in told:
        facts.add(event_type, **details)
    work.publish_all(facts.all)
    first = entries[0]
    work.audit(f"process_{first.action}", ("process", process.id), after=dict(first.changes) or None, why=first.opinion)


class Facts:
    """What is said about a process in one transaction, each fact with a version of its own."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self.all: list[Fact] = []

    def add(self, event_type: str, **details: Any) -> None:
        process = self._dossier.process
        process.version += 1
        payload = {**process_snapshot(process, self._dossier.definition), **details}
        self.all.append(Fact(event_type, process.id, payload, process.version))


def publish_turn(work: UnitOfWork, dossier: Dossier, entry: Entry) -> None:
    """Say that it was returned, rejected or withdrawn, by whom and with which words."""
    facts = Facts(dossier)
    facts.add(_TURNS[entry.action], **turn_words(entry))
    work.publish_all(facts.all)


def turn_words(entry: Entry) -> dict[str, Any]:
    return {
        "by_id": entry.by and UUID(entry.by.id),
        "by_name": entry.by.name if entry.by else "系统",
        "opinion": entry.opinion,
        "opinion_en": entry.opinion_en or entry.opinion,
        "to_node": entry.to_node,
    }


def _settle(work: UnitOfWork, dossier: Dossier, before: State, decision: Entry, facts: Facts) -> list[SettledTask]:
    """Close the tasks of those who are asked no more."""
    if before.visit is None:
        return []
    still = _asked(dossier, dossier.state) if _same_visit(before, dossier) else set()
    if not _asked(dossier, before) - still:
        return []
    # Taken from its handler, a task was not acted on; nor is it by the system.
    by = decision.by if decision.action not in _TAKEN else None
    settlement = Settlement(
        done_by=None if by is None else UUID(decision.seat_id),
        acted_by=None if by is None else UUID(by.id),
        name=None if decision.by is None else decision.by.name,
        how=decision.action,
        at=work.now,
    )
    settled = settle_tasks(work.session, dossier.process.id, [(UUID(user_id), kind) for user_id, kind in still], settlement)
    if settled:
        writers = {task.user_id for task in settled} | ({settlement.acted_by} if settlement.acted_by else set())
        drafts.forget_of_tasks(work.session, dossier.process.id, writers)
        node = dossier.definition.node(settled[0].node)
        facts.add("node_left", node=node_snapshot(node), task_ids=[task.id for task in settled])
    return settled


def _open(work: UnitOfWork, dossier: Dossier, before: State, limit: datetime | None, facts: Facts) -> None:
    """Give a task to everyone who is asked now and was not before."""
    visit = dossier.state.visit
    if visit is None:
        return
    asked_before = _asked(dossier, before) if _same_visit(before, dossier) else set()
    newly = [each for each in asked(dossier.definition, dossier.state) if (each.handler.id, each.kind) not in asked_before]
    if not newly:
        return
    node = dossier.definition.node(visit.node)
    rows = [_task_row(work, dossier, node, each, limit) for each in newly]
    deputies, superiors = give_tasks(work.session, rows, work.today)
    tasks = [
        {**task_snapshot(row, deputies, dossier.process), "superior_department_id": superiors.get(row["user_id"])} for row in rows
    ]
    facts.add("node_entered", node=node_snapshot(node), tasks=tasks)


def task_snapshot(row: Mapping[str, Any], deputies: Mapping[UUID, UUID], process: Process) -> dict[str, Any]:
    """A task as events tell of it. A process's initiator is nobody's deputy at it: nobody approves his own in another's name."""
    named = {key: row[key] for key in ("id", "user_id", "user_name", "due_at")}
    deputy_id = deputies.get(row["user_id"])
    is_initiator = deputy_id == (process.successor_id or process.initiator_id)
    return {**named, "deputy_id": None if is_initiator else deputy_id}


def _asked(dossier: Dossier, state: State) -> set[tuple[str, str]]:
    return {(each.handler.id, each.kind) for each in asked(dossier.definition, state)}


def _same_visit(before: State, dossier: Dossier) -> bool:
    after = dossier.state.visit
    return before.visit is not None and after is not None and before.visit.number == after.number


def _limit_inherited(decision: Entry, settled: Sequence[SettledTask]) -> datetime | None:
    """Until when whoever takes over a task has time: as long as the one before."""
    if decision.action not in _HANDED_ON:
        return None
    return min((task.due_at for task in settled if task.due_at is not None), default=None)


def _task_row(work: UnitOfWork, dossier: Dossier, node: Node, each: Asked, limit: datetime | None) -> dict[str, Any]:
    due_at = limit
    if due_at is None and node.time_limit_hours is not None:
        due_at = work.now + timedelta(hours=node.time_limit_hours)
    remind_at = None
    if due_at is not None and node.remind_before_hours is not None:
        remind_at = max(due_at - timedelta(hours=node.remind_before_hours), work.now)
    return {
        "id": work.new_id(),
        "process_id": dossier.process.id,
        "code": dossier.process.code,
        "node": node.code,
        "user_id": UUID(each.handler.id),
        "user_name": each.handler.name,
        "role": each.handler.role,
        "kind": each.kind,
        "state": "open",
        "opened_at": work.now,
        "due_at": due_at,
        "remind_at": remind_at,
    }
