"""Notify's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, MetaData, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables
from services.notify.store.transaction_ids import TransactionId


class Tables(ServiceTables):
    """The root of notify's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


ADDRESSEE = (
    "CASE recipient_kind WHEN 'user' THEN 'user:' || user_id::text WHEN 'lead' THEN 'lead:' || department_id::text"
    " ELSE 'role:' || role || coalesce(':' || department_id::text, '') END"
)
"""As :attr:`services.notify.domain.recipients.Recipient.key` has it."""


class MessageColumns(Tables):
    """What a message is; kept as long as it is in the inbox, and in the archive after that.

    :ivar addressee: the recipient in one word, by which every list finds it.
    :ivar things: how many things it tells of: of receipts that wait, several; else one.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deduplication_key: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    recipient_kind: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(Text, Computed(ADDRESSEE, persisted=True))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None]
    task_id: Mapped[UUID | None]
    things: Mapped[int] = mapped_column(server_default=text("1"))
    posted_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    is_done: Mapped[bool] = mapped_column(Computed("done_at IS NOT NULL", persisted=True))


class Message(MessageColumns):
    """One message to one recipient; never changed but for ``done_at``, and where it tells of things that come and go.

    Every index ends as lists are sorted: those that are done apart, then by time.
    """

    __tablename__ = "messages"

    # The transaction that posted it; see store/changes.py. Only queries look at it.
    posted_in: Mapped[str] = mapped_column(TransactionId, server_default=func.pg_current_xact_id(), deferred=True)

    __table_args__ = (
        CheckConstraint(
            "(recipient_kind = 'user') = (user_id IS NOT NULL) AND (recipient_kind = 'role') = (role IS NOT NULL)"
            " AND (recipient_kind <> 'lead' OR department_id IS NOT NULL)"
            " AND (recipient_kind <> 'user' OR department_id IS NULL)",
            name="one_recipient",
        ),
        # What was promised once is sent once: a replayed event or a second sweep meets this.
        UniqueConstraint("deduplication_key"),
        Index("ix_messages_addressee", "addressee", "is_done", "posted_at", "id"),
        Index("ix_messages_place", "addressee", "place", "is_done", "posted_at", "id"),
        Index(
            "ix_messages_customer",
            "customer_id",
            "addressee",
            "is_done",
            "posted_at",
            "id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        Index("ix_messages_task", "task_id", postgresql_where=text("task_id IS NOT NULL AND NOT is_done")),
        Index("ix_messages_open_task", "addressee", postgresql_where=text("task_id IS NOT NULL AND NOT is_done")),
        Index("ix_messages_posted_at", "posted_at", "id"),
        Index("ix_messages_posted_in", "addressee", "posted_in"),
    )


class MessageRead(Tables):
    """A reader has read a message by itself; not kept of what is older than the reader's mark, nor of what is done.

    :ivar posted_at: the message's, by which lists are sorted.
    """

    __tablename__ = "message_reads"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, index=True)
    posted_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_message_reads_posted_at", "user_id", "posted_at", "message_id"),)


class ClosedTask(Tables):
    """A task that ended: a message about it that comes later (events bear any order) is done at once."""

    __tablename__ = "closed_tasks"

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Instant, index=True)


class CustomerCopy(Tables):
    """Who looks after a customer: customer's facts, copied from its events."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None]
    owner_department_id: Mapped[UUID | None]
    version: Mapped[int]
