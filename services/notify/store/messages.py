"""Posting messages, and their end. Listing, counting and reading them: ``inbox``, ``counters`` and ``reading`` beside this."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.domain.searched_texts import SearchedTexts
from services.notify.store.inbox_tables import MessageText, ReadMark
from services.notify.store.tables import ClosedTask, Message, MessageRead

_POSTING: Final = 7_001
"""The advisory lock that whoever posts, ends or archives messages shares, and that whoever marks everything read has alone."""
_AFTER_MARK: Final = timedelta(microseconds=1)


def insert_messages(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the messages that were not sent before.

    :param rows: columns of :class:`Message`; all posted at one instant.
    :returns: the ids of those that were added.
    """
    if not rows:
        return set()
    begin_posting(session)
    rows = in_order(rows)
    times = posting_times(session, {row["addressee"] for row in rows}, rows[0]["posted_at"])
    # The addressee is the database's own word for the recipient (a computed column); it is only looked up by here.
    given = [{**row, "posted_at": times[row["addressee"]]} for row in rows]
    added = set(
        session.scalars(
            insert(Message).on_conflict_do_nothing().returning(Message.id),
            [{name: value for name, value in row.items() if name != "addressee"} for row in given],
        )
    )
    texts = [_text_row(row["id"], row["addressee"], row) for row in given if row["id"] in added]
    if texts:
        session.execute(insert(MessageText), texts)
    return added


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sorted, so that two events with the same promises wait for each other in one direction only."""
    return sorted(rows, key=lambda row: str(row["deduplication_key"]))


def begin_posting(session: Session) -> None:
    """Until the transaction's end nobody marks everything read. Without it, a message could be given its time before a reader's
    mark, be seen after it, and count as read by somebody who never saw it; and who ends messages, and so forgets who has read
    them, could wait for a reader's mark that forgets the same, and the mark for him."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_POSTING)))


def wait_for_posting(session: Session) -> None:
    """Whatever is being posted is there when this returns, and until the transaction's end nothing else is posted."""
    session.execute(select(func.pg_advisory_xact_lock(_POSTING)))


def posting_times(session: Session, addressees: Iterable[str], now: datetime) -> dict[str, datetime]:
    """When messages of this instant are posted to each: now, or just after what somebody has marked read already, where clocks
    differ or time is pretended. The caller has begun to post."""
    wanted = list(addressees)
    query = select(ReadMark.addressee, func.max(ReadMark.read_until)).group_by(ReadMark.addressee)
    rows = session.execute(query.where(ReadMark.addressee.in_(wanted), ReadMark.read_until >= now))
    marks = {row[0]: row[1] for row in rows}
    return {each: marks[each] + _AFTER_MARK if each in marks else now for each in wanted}


def write_text(session: Session, message_id: UUID, addressee: str, words: dict[str, Any]) -> None:
    """Find a message by other texts from now on."""
    row = _text_row(message_id, addressee, words)
    statement = insert(MessageText).values(row)
    written = {"text": statement.excluded.text, "keys": statement.excluded["keys"]}
    session.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=written))


def _text_row(message_id: UUID, addressee: str, words: dict[str, Any]) -> dict[str, Any]:
    texts = SearchedTexts.of(addressee, (words[name] for name in ("title_zh", "text_zh", "title_en", "text_en")))
    return {"message_id": message_id, "text": texts.text, "keys": list(texts.keys)}


def closed_tasks(session: Session, task_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these tasks have ended."""
    return set(session.scalars(select(ClosedTask.task_id).where(ClosedTask.task_id.in_(list(task_ids)))))


def close_tasks(
    session: Session, task_ids: Sequence[UUID], now: datetime
) -> Sequence[Row[UUID, str, UUID | None, UUID | None, str | None]]:
    """Note that tasks ended, and make their messages done.

    :returns: ``id`` and recipient (kind, user, department, role) of those that became so.
    """
    if not task_ids:
        return []
    begin_posting(session)
    session.execute(insert(ClosedTask).on_conflict_do_nothing(), [{"task_id": task_id, "closed_at": now} for task_id in task_ids])
    ended = update(Message).where(Message.task_id.in_(task_ids), ~Message.is_done).values(done_at=now)
    told = (Message.id, Message.recipient_kind, Message.user_id, Message.department_id, Message.role)
    done = session.execute(ended.returning(*told).execution_options(synchronize_session=False)).all()
    forget_reads(session, [row.id for row in done])
    return done


def forget_reads(session: Session, message_ids: Sequence[UUID]) -> None:
    """Who has read them is of no use any more: they are done, or there is news in them."""
    if message_ids:
        gone = delete(MessageRead).where(MessageRead.message_id.in_(message_ids))
        session.execute(gone.execution_options(synchronize_session=False))


def lock_process(session: Session, process_id: str) -> None:
    """Handle one process's events one after the other, so that a task's message and its end cannot miss each other."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(process_id, 0))))
