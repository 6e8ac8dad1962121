"""Which messages count which receipts as nobody's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.store.messages import forget_reads, posting_times
from services.notify.store.reminder_tables import UnmatchedReceipt
from services.notify.store.tables import Message


def lock_receipt(session: Session, receipt_id: UUID, now: datetime) -> UnmatchedReceipt:
    """What is known of it, locked; version 0 of one that was never heard of."""
    first = {"id": receipt_id, "version": 0, "message_keys": [], "changed_at": now}
    session.execute(insert(UnmatchedReceipt).values(first).on_conflict_do_nothing())
    query = select(UnmatchedReceipt).where(UnmatchedReceipt.id == receipt_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def lock_messages(session: Session, keys: Sequence[str]) -> dict[str, Message]:
    """The messages with these keys, locked in one direction; those in the archive, or not there yet, are left out."""
    query = select(Message).where(Message.deduplication_key.in_(keys)).order_by(Message.deduplication_key).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {message.deduplication_key: message for message in rows}


def count_one_more(session: Session, message: Message, now: datetime) -> None:
    """It tells of one more thing: it is news again, to whoever has read it, too. The caller has begun to post."""
    message.things += 1
    message.done_at = None
    message.posted_at = posting_times(session, [message.addressee], max(now, message.posted_at))[message.addressee]
    message.posted_in = func.pg_current_xact_id()
    forget_reads(session, [message.id])


def count_one_less(session: Session, message: Message, now: datetime) -> None:
    """One of the things is settled; with the last one the message is done."""
    message.things -= 1
    if message.things == 0:
        message.done_at = now
        forget_reads(session, [message.id])
