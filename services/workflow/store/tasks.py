"""Queries about tasks: the steps that wait, or waited, for one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Row,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from services.kit.clock import SHANGHAI
from services.workflow.store.deputies import deputy_of
from services.workflow.store.tables import Department, Deputy, Process, Task, User


@dataclass(frozen=True)
class Settlement:
    """How open tasks come to their end.

    :param done_by: whose task was acted on; everybody else's are only closed.
    :param acted_by: who did it, in that person's name; ``None`` where nobody's was.
    """

    done_by: UUID | None
    acted_by: UUID | None
    name: str | None
    how: str
    at: datetime


@dataclass(frozen=True)
class SettledTask:
    id: UUID
    user_id: UUID
    node: str
    due_at: datetime | None


_SETTLEMENT = ("done_by", "acted_by", "name", "how", "at")
_IS_DONE = Task.user_id == bindparam("done_by")
# Put together once: every decision settles a task.
_SETTLE = (
    update(Task)
    .where(Task.process_id == bindparam("process"), Task.state == "open")
    .values(
        state=case((_IS_DONE, "done"), else_="closed"),
        acted_by_id=case((_IS_DONE, bindparam("acted_by", type_=Uuid)), else_=null()),
        settled_at=bindparam("at"),
        settled_by=bindparam("name"),
        settled_how=bindparam("how"),
        remind_at=null(),
    )
    .returning(Task.id, Task.user_id, Task.node, Task.due_at)
)


def settle_tasks(
    session: Session, process_id: UUID, still_asked: Iterable[tuple[UUID, str]], settlement: Settlement
) -> list[SettledTask]:
    """Settle a process's open tasks, but those of the people who are still asked for the same.

    :param still_asked: users, and for what: ``decide`` or ``advise``.
    """
    statement = _SETTLE
    if still := list(still_asked):
        statement = statement.where(tuple_(Task.user_id, Task.kind).not_in(still))
    values = {"process": process_id, **{name: getattr(settlement, name) for name in _SETTLEMENT}}
    rows = session.execute(statement, values, execution_options={"synchronize_session": False})
    return [SettledTask(row.id, row.user_id, row.node, row.due_at) for row in sorted(rows, key=lambda row: row.id)]


def give_tasks(session: Session, rows: Sequence[Mapping[str, Any]], today: date) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """Open tasks.

    :returns: who stands in, on this day, for those of their handlers who are absent; and the department of each handler's lead,
        where there is one.
    """
    # By its name: what an INSERT returns correlates with nothing.
    handler = literal_column("tasks.user_id", Uuid)
    deputy = deputy_of(handler, today).scalar_subquery()
    superior = select(_SUPERIOR).outerjoin_from(User, Department, Department.id == User.department_id).where(User.id == handler)
    returned = insert(Task).returning(Task.user_id, deputy.label("deputy_id"), superior.scalar_subquery().label("superior_id"))
    given = session.execute(returned, rows).all()
    deputies = {row.user_id: row.deputy_id for row in given if row.deputy_id is not None}
    return deputies, {row.user_id: row.superior_id for row in given if row.superior_id is not None}


# The department whose lead is a user's: the user's own, or, of its lead, the one above it.
_SUPERIOR = case((Department.lead_id == User.id, Department.parent_id), else_=User.department_id)


def open_tasks(session: Session, process_id: UUID) -> list[Task]:
    """The tasks that wait, oldest first."""
    return list(session.scalars(select(Task).where(Task.process_id == process_id, Task.state == "open").order_by(Task.id)))


def names_waited_for(session: Session, process_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The names of those whom processes wait for."""
    query = (
        select(Task.process_id, func.array_agg(Task.user_name))
        .where(Task.process_id.in_(list(process_ids)), Task.state == "open")
        .group_by(Task.process_id)
    )
    return {process_id: sorted(names) for process_id, names in session.execute(query)}


def take_timed(session: Session, now: datetime, limit: int) -> Sequence[Row[Task, Process, UUID | None]]:
    """Open tasks whose reminder or time limit has come and was not told of, locked against another who looks for them.

    :returns: tasks with their process and the department whose lead is to know: their handler's, or, if that is the lead, the
        one above it.
    """
    due = and_(Task.due_at <= now, Task.overdue_at.is_(None))
    query = (
        select(Task, Process, _SUPERIOR)
        .join(Process, Process.id == Task.process_id)
        .outerjoin(User, User.id == Task.user_id)
        .outerjoin(Department, Department.id == User.department_id)
        .where(Task.state == "open", (Task.remind_at <= now) | due)
        .order_by(Task.id)
        .limit(limit)
        .with_for_update(of=Task, skip_locked=True)
    )
    return session.execute(query).all()


def waiting_before(session: Session, deputies: Sequence[UUID]) -> Sequence[Row[Task, Process, UUID]]:
    """Open tasks from before these deputies' first days, or from before they were named on one of them.

    :param deputies: rows of the table; each person is named by one of them at most.
    :returns: tasks with their process and the deputy's id, without processes that the deputy has started.
    """
    first_moment = func.timezone(str(SHANGHAI), cast(Deputy.first_day, DateTime))
    query = (
        select(Task, Process, Deputy.deputy_id)
        .join(Process, Process.id == Task.process_id)
        .join(Deputy, Deputy.user_id == Task.user_id)
        .where(Deputy.id.in_(deputies), Task.state == "open", Task.opened_at < func.greatest(Deputy.named_at, first_moment))
        .where(func.coalesce(Process.successor_id, Process.initiator_id) != Deputy.deputy_id)
        .order_by(Task.id)
    )
    return session.execute(query).all()


def note_told(session: Session, task_ids: Sequence[UUID], now: datetime) -> None:
    """Their reminders and the end of their time limits, as far as they have come, are told."""
    overdue = case((Task.due_at <= now, now), else_=Task.overdue_at)
    statement = update(Task).where(Task.id.in_(task_ids)).values(remind_at=null(), overdue_at=overdue)
    session.execute(statement.execution_options(synchronize_session=False))


def tasks_of_leavers(session: Session, after: tuple[UUID, UUID] | None, limit: int) -> Sequence[Row[UUID, UUID]]:
    """Open tasks of people who have left, whose successor is there: process and task, in their order.

    :param after: the last process and task of the batch before.
    """
    leaver, successor = User.__table__.alias("leaver"), User.__table__.alias("successor")
    query = (
        select(Task.process_id, Task.id.label("task_id"))
        .join(leaver, leaver.c.id == Task.user_id)
        .join(successor, successor.c.id == leaver.c.successor_id)
        .where(Task.state == "open", ~leaver.c.active, successor.c.active)
        .order_by(Task.process_id, Task.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Task.process_id, Task.id) > after)
    return session.execute(query).all()


def count_open_tasks(session: Session, user_id: UUID) -> int:
    """How many tasks wait for somebody."""
    return session.scalar(select(func.count()).where(Task.user_id == user_id, Task.state == "open")) or 0
