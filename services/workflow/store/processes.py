"""Queries about processes, their histories and tasks. Visibility is a condition of every one that answers a person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, bindparam, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.contracts.workflow_calls import ACTION_NAMES
from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, NotFound
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import START, Definition
from services.workflow.domain.history import ACTIVE, Entry, State, state_of
from services.workflow.domain.seats import Added, Handler
from services.workflow.store import definitions, tables
from services.workflow.store.deputies import principals_of
from services.workflow.store.directory import initiator_of
from services.workflow.store.tables import Copy, Process, Task

HIDDEN_STATES = ("starting", "refused")
"""A start that is under way or came to nothing is nobody's to see."""

# What every decision asks for is put together once: building a statement takes as long as sending it.
_TASK = select(Task).where(Task.id == bindparam("task_id"))
_PROCESS_OF_OWN_TASK = (
    select(Process)
    .where(
        Process.id
        == select(Task.process_id).where(Task.id == bindparam("task_id"), Task.user_id == bindparam("user_id")).scalar_subquery(),
        Process.state.not_in(HIDDEN_STATES),
    )
    .with_for_update()
)
_HISTORY = (
    select(*tables.Entry.__table__.columns)
    .where(tables.Entry.process_id == bindparam("process_id"))
    .order_by(tables.Entry.number)
)


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
        """Who started it, or took over from one who has left."""
        return initiator_of(self.process).person


def visible_to(caller: Caller, today: date) -> ColumnElement[bool]:
    """Initiator, handlers past and present and their deputies, those whom it was copied to, leads of the initiator's department,
    and those whose role sees every customer."""
    started = Process.state.not_in(HIDDEN_STATES)
    sight = visibility_of(caller)
    if sight.everything:
        return started
    conditions: list[ColumnElement[bool]] = []
    if sight.owner_id:
        user_id = UUID(sight.owner_id)
        conditions += [Process.initiator_id == user_id, Process.successor_id == user_id]
        # Not "among those that he or she was asked about": to look at one process, that would read all of these, years of work.
        for asked in _asked(user_id, today):
            conditions.append(asked.where(asked.selected_columns[0] == Process.id).correlate(Process).exists())
    if sight.department_ids:
        led = [UUID(department) for department in sight.department_ids]
        conditions.append(Process.initiator_department_id.in_(led))
    return started & or_(*conditions) if conditions else ~true()


def ids_visible_to(caller: Caller, today: date) -> Select[UUID] | None:
    """The processes that :func:`visible_to` lets a person see, some more than once, by the indexes of why.

    For whoever wants all of them: to ask each process that there is whether it is one would take longer.

    :returns: ``None`` for everything.
    """
    sight = visibility_of(caller)
    if sight.everything:
        return None
    branches: list[Select[UUID]] = []
    if sight.owner_id:
        user_id = UUID(sight.owner_id)
        branches = [
            select(Process.id).where(Process.initiator_id == user_id),
            select(Process.id).where(Process.successor_id == user_id),
            *_asked(user_id, today),
        ]
    if sight.department_ids:
        led = [UUID(department) for department in sight.department_ids]
        branches.append(select(Process.id).where(Process.initiator_department_id.in_(led)))
    return select(union_all(*branches).subquery()) if branches else select(Process.id).where(false())


def _asked(user_id: UUID, today: date) -> tuple[Select[UUID], ...]:
    """The processes that somebody was asked about, acted on, is the deputy at, or has a copy of."""
    return (
        select(Task.process_id).where(Task.user_id == user_id),
        select(Task.process_id).where(Task.acted_by_id == user_id, Task.state == "done"),
        select(Task.process_id).where(Task.user_id.in_(principals_of(user_id, today)), Task.state == "open"),
        select(Copy.process_id).where(Copy.user_id == user_id),
    )


def task_visible_to(caller: Caller, today: date) -> ColumnElement[bool]:
    """Tasks of processes that one sees. A deputy is told what became of the absent handler's, too, when he or she comes too late,
    though the process is no longer his or hers to see."""
    seen = visible_to(caller, today)
    if not caller.user_id:
        return seen
    return seen | Process.state.not_in(HIDDEN_STATES) & Task.user_id.in_(principals_of(UUID(caller.user_id), today))


def find_visible(session: Session, caller: Caller, today: date, process_id: UUID) -> Dossier:
    """
    :raises NotFound: ``process_not_found``, also for one the caller may not see.
    """
    process = session.scalar(select(Process).where(Process.id == process_id, visible_to(caller, today)))
    if process is None:
        raise NotFound("process_not_found")
    return dossier_of(session, process)


def lock_visible(session: Session, caller: Caller, today: date, process_id: UUID) -> Dossier:
    """The same, locked until the transaction ends: for whoever is going to change it.

    :raises NotFound: as :func:`find_visible`.
    """
    process = session.scalar(select(Process).where(Process.id == process_id, visible_to(caller, today)).with_for_update())
    if process is None:
        raise NotFound("process_not_found")
    return dossier_of(session, process)


def lock_concerned(session: Session, caller: Caller, today: date, process_id: UUID) -> Dossier:
    """The same, for its initiator and whoever acts, or has acted, at one of its nodes.

    :raises Forbidden: ``not_concerned``.
    """
    dossier = lock_visible(session, caller, today, process_id)
    if not nodes_of(session, dossier, caller, today):
        raise Forbidden("not_concerned")
    return dossier


def lock_own(session: Session, caller: Caller, today: date, process_id: UUID) -> Dossier:
    """The same, for what only its initiator may do, or who took over from one who has left.

    :raises Forbidden: ``not_the_initiator``.
    """
    dossier = lock_visible(session, caller, today, process_id)
    if dossier.initiator.id != caller.user_id:
        raise Forbidden("not_the_initiator")
    return dossier


def lock_any(session: Session, process_id: UUID, *beside: CTE) -> Process | None:
    """A process in whatever state, locked; for the protocol of starting and for events.

    :param beside: what is written on the same trip to the database.
    """
    return session.scalar(select(Process).where(Process.id == process_id).with_for_update().add_cte(*beside))


@dataclass
class Turn:
    """A process at which somebody acts on one of its tasks.

    :param principal: whose task it is, if the caller is his or her deputy.
    """

    dossier: Dossier
    principal: Handler | None


def lock_by_task(session: Session, caller: Caller, today: date, task_id: UUID) -> Turn:
    """The process of an open task of the caller's, or of somebody's whose deputy he or she is today.

    Its row lock decides between two who act at the same moment.

    :raises NotFound: ``task_not_found``, also for one of a process that the caller may not see.
    :raises Forbidden: ``not_your_task``; ``deputy_at_own_process``: nobody approves his own in another's name.
    :raises Conflict: ``task_already_decided``, with who did what.
    """
    process, task = _lock_with_task(session, caller, today, task_id)
    is_own = str(task.user_id) == caller.user_id
    if not is_own and not _is_deputy(session, caller, today, task.user_id):
        raise Forbidden("not_your_task")
    if task.state != "open":
        _refuse_settled(task)
    dossier = dossier_of(session, process)
    if is_own:
        return Turn(dossier, None)
    if caller.user_id == dossier.initiator.id:
        raise Forbidden("deputy_at_own_process", name=task.user_name)
    return Turn(dossier, Handler(str(task.user_id), task.user_name, task.role))


def lock_for_resubmitting(session: Session, caller: Caller, today: date, process_id: UUID) -> Turn:
    """A process for its initiator; or, while it waits for him or her at the start, for whoever is his or her deputy today.

    :raises NotFound: as :func:`lock_visible`.
    :raises Forbidden: ``not_the_initiator``.
    """
    dossier = lock_visible(session, caller, today, process_id)
    if dossier.initiator.id == caller.user_id:
        return Turn(dossier, None)
    if dossier.state.status == "returned" and _is_deputy(session, caller, today, UUID(dossier.initiator.id)):
        return Turn(dossier, dossier.initiator)
    raise Forbidden("not_the_initiator")


def lock_for_reassigning(session: Session, caller: Caller, today: date, task_id: UUID) -> tuple[Dossier, Task]:
    """The process of anybody's open task, for an administrator.

    :raises NotFound: ``task_not_found``.
    :raises Conflict: ``task_already_decided``.
    """
    process, task = _lock_with_task(session, caller, today, task_id)
    if task.state != "open":
        _refuse_settled(task)
    return dossier_of(session, process), task


def _lock_with_task(session: Session, caller: Caller, today: date, task_id: UUID) -> tuple[Process, Task]:
    process = None
    if caller.user_id:
        process = session.scalar(_PROCESS_OF_OWN_TASK, {"task_id": task_id, "user_id": UUID(caller.user_id)})
    if process is None:
        process = _lock_of_another(session, caller, today, task_id)
    # Read after the lock: what another transaction settled before it is seen.
    return process, session.scalars(_TASK, {"task_id": task_id}).one()


def _lock_of_another(session: Session, caller: Caller, today: date, task_id: UUID) -> Process:
    """Whoever was given a task sees its process; this is for who sees it besides."""
    query = select(Process).join(Task, Task.process_id == Process.id).where(Task.id == task_id, task_visible_to(caller, today))
    process = session.scalar(query.with_for_update(of=Process))
    if process is None:
        raise NotFound("task_not_found")
    return process


def _is_deputy(session: Session, caller: Caller, today: date, absent_id: UUID) -> bool:
    if not caller.user_id:
        return False
    principals = principals_of(UUID(caller.user_id), today)
    return bool(session.scalar(select(literal(absent_id).in_(principals))))


def dossier_of(session: Session, process: Process) -> Dossier:
    """The process with its definition, history and state."""
    key = (process.code, process.definition_version)
    definition = definitions.of_versions(session, [key])[key]
    history = tuple(_as_entry(row) for row in session.execute(_HISTORY, {"process_id": process.id}))
    return Dossier(process, definition, history, state_of(definition, history))


def append_entries(session: Session, dossier: Dossier, entries: Sequence[Entry]) -> None:
    """Write further lines of the history."""
    rows = [
        {"process_id": dossier.process.id, "number": number, **_as_row(entry)}
        for number, entry in enumerate(entries, start=len(dossier.history) + 1)
    ]
    insert_rows(session, tables.Entry.__table__, rows)


def nodes_of(session: Session, dossier: Dossier, caller: Caller, today: date) -> frozenset[str]:
    """The nodes at which the caller acts, or has acted: what decides which fields he or she sees."""
    if not caller.user_id:
        return frozenset()
    user_id = UUID(caller.user_id)
    mine = or_(Task.user_id == user_id, Task.acted_by_id == user_id, Task.user_id.in_(principals_of(user_id, today)))
    nodes = frozenset(session.scalars(select(Task.node).where(Task.process_id == dossier.process.id, mine).distinct()))
    if caller.user_id == dossier.initiator.id:
        return nodes | {START}
    # The start is its initiator's, whoever was asked there once; and his or her deputy's, to whom it came back.
    is_deputy = START in nodes and _is_deputy(session, caller, today, UUID(dossier.initiator.id))
    return nodes if is_deputy else nodes - {START}


def _refuse_settled(task: Task) -> NoReturn:
    how_zh, how_en = ACTION_NAMES.get(task.settled_how or "", ("处理", "settled it"))
    raise Conflict("task_already_decided", by=task.settled_by, how=task.settled_how, how_zh=how_zh, how_en=how_en)


def _as_entry(row: Any) -> Entry:
    by = None
    if row.by_id is not None:
        by = Handler(str(row.by_id), row.by_name or "", row.by_role or "")
    return Entry(
        action=row.action,
        node=row.node,
        at=row.at,
        by=by,
        principal=_as_handler(row.principal),
        opinion=row.opinion,
        opinion_en=row.opinion_en,
        handlers=tuple(Handler(**handler) for handler in row.handlers),
        added=tuple(Added(Handler(**each["handler"]), each["position"], each["by_id"]) for each in row.added),
        to_node=row.to_node,
        to=_as_handler(row.to),
        position=row.position,
        attachments=tuple(row.attachments),
        changes=row.changes,
    )


def _as_handler(person: dict[str, Any] | None) -> Handler | None:
    return None if person is None else Handler(**person)


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
        "handlers": [asdict(handler) for handler in entry.handlers],
        "added": [asdict(each) for each in entry.added],
        "to_node": entry.to_node,
        "to": entry.to and asdict(entry.to),
        "position": entry.position,
        "principal": entry.principal and asdict(entry.principal),
        "attachments": [dict(each) for each in entry.attachments],
        "changes": dict(entry.changes),
    }


def count_going_on(session: Session, user_id: UUID) -> int:
    """How many processes somebody started, or took over, that he or she may have to act on yet."""
    open_ones = Process.state.in_([*ACTIVE, "rejected"])
    started = select(Process.id).where(Process.initiator_id == user_id, Process.successor_id.is_(None), open_ones)
    taken_over = select(Process.id).where(Process.successor_id == user_id, open_ones)
    return session.scalar(select(func.count()).select_from(union_all(started, taken_over).subquery())) or 0
