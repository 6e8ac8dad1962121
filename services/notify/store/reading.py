"""Noting what a reader has read: these, or everything."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.planning import plan_for_values
from services.notify.store.addressees import addressees_of
from services.notify.store.inbox_tables import ReadMark
from services.notify.store.messages import wait_for_posting
from services.notify.store.seats import is_read_by, read_by, reader_of, seats_of
from services.notify.store.tables import Message, MessageRead


def mark_read(session: Session, caller: Caller, message_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Mark these of the reader's unread messages read, in one statement: of two at once one marks each.

    :returns: those that were unread until now; what is not the reader's is not touched.
    """
    reader = reader_of(caller)
    if reader is None or not message_ids:
        return []
    rows = (
        select(literal(reader), Message.id, Message.posted_at, literal(now))
        .where(Message.id.in_(message_ids), Message.addressee.in_(addressees_of(caller)), ~is_read_by(caller))
        .order_by(Message.id)
    )
    marks = insert(MessageRead).from_select(["user_id", "message_id", "posted_at", "read_at"], rows).on_conflict_do_nothing()
    return list(session.scalars(marks.returning(MessageRead.message_id)))


def mark_all_read(session: Session, caller: Caller) -> int:
    """Mark everything that there is for the reader read, however much it is: a mark for each addressee that the reader is now.
    Who comes to be another one later (a role, say) has read nothing of that one's.

    :returns: how many were unread until now.
    """
    reader = reader_of(caller)
    if reader is None:
        return 0
    wait_for_posting(session)
    plan_for_values(session)
    seats = seats_of(caller)
    of_seat = (Message.addressee == seats.c.addressee, ~Message.is_done, Message.posted_at > seats.c.read_until)
    unread = select(func.count().label("number")).where(*of_seat, ~read_by(caller)).correlate(seats).lateral("unread")
    newest = select(func.max(Message.posted_at).label("at")).where(*of_seat).correlate(seats).lateral("newest")
    joined = seats.join(newest, true()).join(unread, true())
    found = session.execute(select(seats.c.addressee, newest.c.at, unread.c.number).select_from(joined)).all()
    marks = [{"user_id": reader, "addressee": row.addressee, "read_until": row.at} for row in found if row.at is not None]
    if marks:
        mark = insert(ReadMark)
        later = func.greatest(ReadMark.read_until, mark.excluded.read_until)
        session.execute(mark.on_conflict_do_update(index_elements=["user_id", "addressee"], set_={"read_until": later}), marks)
        # What the mark says need not be said one by one.
        of_marks = select(Message.id).where(Message.id == MessageRead.message_id, Message.addressee.in_(addressees_of(caller)))
        known = delete(MessageRead).where(MessageRead.user_id == reader, of_marks.exists())
        session.execute(known.execution_options(synchronize_session=False))
    return sum(row.number for row in found)
