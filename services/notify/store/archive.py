"""Moving messages to the archive, and forgetting what nothing asks for any more; a bounded number of rows at a time."""

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, delete, func, insert, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.notify.store.inbox_tables import ArchivedMessage
from services.notify.store.messages import begin_posting
from services.notify.store.reminder_tables import UnmatchedReceipt
from services.notify.store.tables import ClosedTask, Message

Place = tuple[datetime, object]
"""Where in the order of time the batch before ended."""


def archive_before(session: Session, before: datetime, after: Place | None, limit: int) -> tuple[int, Place | None]:
    """Move the oldest messages posted before an instant; not those of tasks and receipts that still wait, and what somebody is
    changing just now not today.

    :param after: from where on to look.
    :returns: how many were moved, and where this ended; ``None`` where there are no more.
    """
    begin_posting(session)
    still_waits = ~Message.is_done & or_(Message.task_id.is_not(None), Message.place == "receipts.unmatched")
    old = select(Message.id, Message.posted_at, still_waits.label("waits")).where(Message.posted_at < before)
    if after is not None:
        old = old.where(tuple_(Message.posted_at, Message.id) > after)
    rows = session.execute(old.order_by(Message.posted_at, Message.id).limit(limit).with_for_update(skip_locked=True)).all()
    moved = [row.id for row in rows if not row.waits]
    names = [column.name for column in ArchivedMessage.__table__.columns if column.computed is None]
    gone = delete(Message).where(Message.id.in_(moved)).returning(*(Message.__table__.c[name] for name in names)).cte("gone")
    session.execute(insert(ArchivedMessage).from_select(names, select(*(gone.c[name] for name in names))))
    return len(moved), (rows[-1].posted_at, rows[-1].id) if len(rows) == limit else None


def forget_closed_tasks(session: Session, before: datetime, limit: int) -> int:
    """:returns: how many went."""
    return _forget(session, ClosedTask.task_id, ClosedTask.closed_at < before, limit)


def forget_settled_receipts(session: Session, before: datetime, limit: int) -> int:
    """:returns: how many went."""
    is_settled = func.cardinality(UnmatchedReceipt.message_keys) == 0
    return _forget(session, UnmatchedReceipt.id, is_settled & (UnmatchedReceipt.changed_at < before), limit)


def _forget(session: Session, key: InstrumentedAttribute[object], is_old: ColumnElement[bool], limit: int) -> int:
    some = select(key).where(is_old).limit(limit)
    gone: Delete = delete(key.class_).where(key.in_(some.scalar_subquery()))
    return session.execute(gone.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined, no-any-return]
