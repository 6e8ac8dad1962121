"""Queries about processes, their histories and tasks. Visibility is a condition of every one that answers a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, true
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.contracts.workflow_calls import ACTION_NAMES
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, NotFound
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import Definition
from services.workflow.domain.history import Entry, Handler, State, state_of
from services.workflow.store import definitions, tables
from services.workflow.store.tables import Process, Task

HIDDEN_STATES = ("starting", "refused")
"""A start that is under way or came to nothing is nobody's to see."""


@dataclass
class Dossier:
    """A process with everything that decides its next step."""

    process: Process
    definition: Definition
    history: tuple[Entry, ...]
    state: State

    @property
    def values(self) -> Values:
        return Values(self.process.form, self.process.facts)

    @property
    def initiator(self) -> Handler:
        return Handler(str(self.process.initiator_id), self.process.initiator_name, "initiator")


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Initiator, handlers past and present, leads of the initiator's department, and those whose role sees every customer."""
    started = Process.state.not_in(HIDDEN_STATES)
    sight = visibility_of(caller)
    if sight.everything:
        return started
    conditions: list[ColumnElement[bool]] = []
    if sight.owner_id:
        user_id = UUID(sight.owner_id)
        conditions.append(Process.initiator_id == user_id)
        conditions.append(Process.id.in_(select(Task.process_id).where(Task.user_id == user_id)))
    if sight.department_ids:
        led = [UUID(department) for department in sight.department_ids]
        conditions.append(Process.initiator_department_id.in_(led))
    return started & or_(*conditions) if conditions else ~true()


def find_visible(session: Session, caller: Caller, process_id: UUID) -> Dossier:
    """
    :raises NotFound: ``process_not_found``, also for one the caller may not see.
    """
    process = session.scalar(select(Process).where(Process.id == process_id, visible_to(caller)))
    if process is None:
        raise NotFound("process_not_found")
    return dossier_of(session, process)


def lock_visible(session: Session, caller: Caller, process_id: UUID) -> Dossier:
    """The same, locked until the transaction ends: for whoever is going to change it.

    :raises NotFound: as :func:`find_visible`.
    """
    process = session.scalar(select(Process).where(Process.id == process_id, visible_to(caller)).with_for_update())
    if process is None:
        raise NotFound("process_not_found")
    return dossier_of(session, process)


def lock_own(session: Session, caller: Caller, process_id: UUID) -> Dossier:
    """The same, for what only its initiator may do.

    :raises Forbidden: ``not_the_initiator``.
    """
    dossier = lock_visible(session, caller, process_id)
    if str(dossier.process.initiator_id) != caller.user_id:
        raise Forbidden("not_the_initiator")
    return dossier


def lock_any(session: Session, process_id: UUID) -> Process | None:
    """A process in whatever state, locked; for the protocol of starting and for events."""
    return session.scalar(select(Process).where(Process.id == process_id).with_for_update())


def lock_by_task(session: Session, caller: Caller, task_id: UUID) -> Dossier:
    """The process of the caller's open task. Its row lock decides between two who act at the same moment.

    :raises NotFound: ``task_not_found``, also for one of a process that the caller may not see.
    :raises Forbidden: ``not_your_task``.
    :raises Conflict: ``task_already_decided``, with who did what.
    """
    process_id = session.scalar(select(Task.process_id).where(Task.id == task_id))
    process = session.scalar(select(Process).where(Process.id == process_id, visible_to(caller)).with_for_update())
    if process is None:
        raise NotFound("task_not_found")
    # Read after the lock: what another transaction settled before it is seen.
    task = session.scalars(select(Task).where(Task.id == task_id)).one()
    if str(task.user_id) != caller.user_id:
        raise Forbidden("not_your_task")
    if task.state != "open":
        _refuse_settled(task)
    return dossier_of(session, process)


def dossier_of(session: Session, process: Process) -> Dossier:
    """The process with its definition, history and state."""
    key = (process.code, process.definition_version)
    definition = definitions.of_versions(session, [key])[key]
    query = select(tables.Entry).where(tables.Entry.process_id == process.id).order_by(tables.Entry.number)
    history = tuple(_as_entry(row) for row in session.scalars(query))
    return Dossier(process, definition, history, state_of(definition, history))


def append_entries(session: Session, dossier: Dossier, entries: Sequence[Entry]) -> None:
    """Write further lines of the history."""
    rows = [
        {"process_id": dossier.process.id, "number": number, **_as_row(entry)}
        for number, entry in enumerate(entries, start=len(dossier.history) + 1)
    ]
    session.execute(insert(tables.Entry), rows)


def open_tasks(session: Session, process_id: UUID) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.process_id == process_id, Task.state == "open").order_by(Task.id)))


def waiting_for(session: Session, process_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The names of those whom processes wait for."""
    query = (
        select(Task.process_id, func.array_agg(Task.user_name))
        .where(Task.process_id.in_(list(process_ids)), Task.state == "open")
        .group_by(Task.process_id)
    )
    return {process_id: sorted(names) for process_id, names in session.execute(query)}


def _refuse_settled(task: Task) -> NoReturn:
    how_zh, how_en = ACTION_NAMES.get(task.settled_how or "", ("处理", "settled it"))
    raise Conflict("task_already_decided", by=task.settled_by, how=task.settled_how, how_zh=how_zh, how_en=how_en)


def _as_entry(row: tables.Entry) -> Entry:
    by = None
    if row.by_id is not None:
        by = Handler(str(row.by_id), row.by_name or "", row.by_role or "")
    return Entry(
        action=row.action,
        node=row.node,
        at=row.at,
        by=by,
        opinion=row.opinion,
        opinion_en=row.opinion_en,
        handlers=tuple(Handler(**handler) for handler in row.handlers),
        to_node=row.to_node,
        to=None if row.to is None else Handler(**row.to),
        changes=row.changes,
    )


def _as_row(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "action": entry.action,
        "node": entry.node,
        "by_id": entry.by and UUID(entry.by.id),
        "by_name": entry.by and entry.by.name,
        "by_role": entry.by and entry.by.role,
        "opinion": entry.opinion,
        "opinion_en": entry.opinion_en,
        "handlers": [handler.__dict__ for handler in entry.handlers],
        "to_node": entry.to_node,
        "to": entry.to and entry.to.__dict__,
        "changes": dict(entry.changes),
    }
