"""Notify's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables
from services.notify.store.transaction_ids import TransactionId


class Tables(ServiceTables):
    """The root of notify's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Message(Tables):
    """One message to one recipient; never changed but for ``done_at``."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    # What was promised once is sent once: a replayed event or a second sweep meets this.
    deduplication_key: Mapped[str] = mapped_column(Text, unique=True)
    category: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    recipient_kind: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(Text)
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None] = mapped_column(index=True)
    task_id: Mapped[UUID | None] = mapped_column(index=True)
    posted_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    # The transaction that posted it; see store/changes.py. Only queries look at it.
    posted_in: Mapped[str] = mapped_column(TransactionId, server_default=func.pg_current_xact_id(), deferred=True)

    __table_args__ = (
        CheckConstraint(
            "(recipient_kind = 'user') = (user_id IS NOT NULL) AND (recipient_kind = 'lead') = (department_id IS NOT NULL)"
            " AND (recipient_kind = 'role') = (role IS NOT NULL)",
            name="one_recipient",
        ),
        Index("ix_messages_user", "user_id", "posted_at", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_messages_lead", "department_id", "posted_at", postgresql_where=text("department_id IS NOT NULL")),
        Index("ix_messages_role", "role", "posted_at", postgresql_where=text("role IS NOT NULL")),
        Index("ix_messages_user_posted_in", "user_id", "posted_in", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_messages_lead_posted_in", "department_id", "posted_in", postgresql_where=text("recipient_kind = 'lead'")),
        Index("ix_messages_role_posted_in", "role", "posted_in", postgresql_where=text("role IS NOT NULL")),
    )


class MessageRead(Tables):
    """A reader has read a message."""

    __tablename__ = "message_reads"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(Instant)


class ClosedTask(Tables):
    """A task that ended: a message about it that comes later (events bear any order) is done at once."""

    __tablename__ = "closed_tasks"

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Instant)


class CustomerCopy(Tables):
    """Who looks after a customer: customer's facts, copied from its events."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None]
    owner_department_id: Mapped[UUID | None]
    version: Mapped[int]
