"""Queries about messages. Whose they are is settled here, from the reader's own claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, fetch_page
from services.notify.store.tables import ClosedTask, Message, MessageRead

_LONG_AGO = timedelta(days=365 * 1000)


@dataclass(frozen=True)
class MessageFilter:
    """What an inbox may be narrowed to; ``None`` and empty mean everything."""

    category: str | None = None
    place: str | None = None
    read: bool | None = None
    customer_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def addressed_to(caller: Caller) -> ColumnElement[bool]:
    """The reader's own, those to the nearest lead of departments where that is the reader, those to the reader's roles."""
    conditions: list[ColumnElement[bool]] = [false()]
    if caller.user_id:
        conditions.append(Message.user_id == UUID(caller.user_id))
    if caller.nearest_lead_of:
        conditions.append(Message.department_id.in_([UUID(department) for department in caller.nearest_lead_of]))
    if caller.roles:
        conditions.append(Message.role.in_(sorted(caller.roles)))
    return or_(*conditions)


def _read_at(caller: Caller) -> tuple[Select[Message, datetime], ColumnElement[bool]]:
    # A message about a task that ended is nobody's any more: it counts as read.
    mine = and_(MessageRead.message_id == Message.id, MessageRead.user_id == (UUID(caller.user_id) if caller.user_id else None))
    query = select(Message, MessageRead.read_at).outerjoin(MessageRead, mine).where(addressed_to(caller))
    return query, or_(MessageRead.read_at.is_not(None), Message.done_at.is_not(None))


def page_of_messages(session: Session, caller: Caller, request: PageRequest, wanted: MessageFilter) -> Page:
    """The inbox: unread first, newest first; read ones last.

    :returns: a page of rows (:class:`Message`, ``read_at``).
    """
    query, is_read = _read_at(caller)
    if wanted.category is not None:
        query = query.where(Message.category == wanted.category)
    if wanted.place is not None:
        query = query.where(Message.place == wanted.place)
    if wanted.read is not None:
        query = query.where(is_read if wanted.read else ~is_read)
    if wanted.customer_id is not None:
        query = query.where(Message.customer_id == wanted.customer_id)
    if wanted.since is not None:
        query = query.where(Message.posted_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Message.posted_at < wanted.until)
    if wanted.text:
        texts = (Message.title_zh, Message.text_zh, Message.title_en, Message.text_en)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    # One column that a cursor can stand on: what is read sorts as if it were a thousand years older.
    inbox_order = case((is_read, Message.posted_at - _LONG_AGO), else_=Message.posted_at)
    sorts = {"inbox": inbox_order, "posted_at": Message.posted_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="-inbox", key=Message.id)


def counts_by_place(session: Session, caller: Caller) -> list[Row[str, int, int]]:
    """``place``, ``unread`` messages and what is ``waiting`` of each place of the menu where a task is open or a message unread.

    A task waits once, however many messages there are about it (that somebody urges it, that it is overdue).
    """
    query, is_read = _read_at(caller)
    is_open_task = and_(Message.task_id.is_not(None), Message.done_at.is_(None))
    unread = func.count().filter(~is_read).label("unread")
    waiting = func.count(func.coalesce(Message.task_id, Message.id).distinct()).label("waiting")
    counts = query.where(or_(is_open_task, ~is_read)).with_only_columns(Message.place, unread, waiting)
    return list(session.execute(counts.group_by(Message.place).order_by(Message.place)))


def mark_read(session: Session, caller: Caller, message_ids: Sequence[UUID] | None, now: datetime) -> list[UUID]:
    """Mark these (or with ``None`` all) of the reader's unread messages read, in one statement: of two at once one marks each.

    :returns: those that were unread until now; what is not the reader's is not touched.
    """
    if not caller.user_id:
        return []  # the system itself reads nothing
    query, is_read = _read_at(caller)
    unread = query.where(~is_read).order_by(Message.id)
    if message_ids is not None:
        unread = unread.where(Message.id.in_(message_ids))
    rows = unread.with_only_columns(literal(UUID(caller.user_id)), Message.id, literal(now))
    marks = insert(MessageRead).from_select(["user_id", "message_id", "read_at"], rows).on_conflict_do_nothing()
    return list(session.scalars(marks.returning(MessageRead.message_id)))


def insert_messages(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the messages that were not sent before.

    :returns: the ids of those that were added.
    """
    if not rows:
        return set()
    # Sorted, so that two events with the same promises wait for each other in one direction only.
    in_order = sorted(rows, key=lambda row: str(row["deduplication_key"]))
    return set(session.scalars(insert(Message).on_conflict_do_nothing().returning(Message.id), in_order))


def closed_tasks(session: Session, task_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these tasks have ended."""
    return set(session.scalars(select(ClosedTask.task_id).where(ClosedTask.task_id.in_(list(task_ids)))))


def close_tasks(session: Session, task_ids: Sequence[UUID], now: datetime) -> list[Row[UUID, str, UUID, UUID, str]]:
    """Note that tasks ended, and make their messages done.

    :returns: ``id`` and recipient (kind, user, department, role) of those that became so.
    """
    if not task_ids:
        return []
    session.execute(insert(ClosedTask).on_conflict_do_nothing(), [{"task_id": task_id, "closed_at": now} for task_id in task_ids])
    done = update(Message).where(Message.task_id.in_(task_ids), Message.done_at.is_(None)).values(done_at=now)
    told = (Message.id, Message.recipient_kind, Message.user_id, Message.department_id, Message.role)
    return list(session.execute(done.returning(*told)))


def lock_process(session: Session, process_id: str) -> None:
    """Handle one process's events one after the other, so that a task's message and its end cannot miss each other."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(process_id, 0))))
