"""What notify itself looks after: tasks that wait, receipts that are nobody's, and the policy of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.notify.store.tables import Tables


class WaitingTask(Tables):
    """A task without a time limit of its own that waits for its handler; gone when somebody has dealt with it.

    :ivar said: the event's fields that a reminder shows, ``task`` among them.
    :ivar asked_at: since when it waits.
    """

    __tablename__ = "waiting_tasks"

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    said: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    escalated_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_waiting_tasks_to_remind", "asked_at", postgresql_where=text("reminded_at IS NULL")),
        Index("ix_waiting_tasks_to_escalate", "asked_at", postgresql_where=text("escalated_at IS NULL")),
    )


class UnmatchedReceipt(Tables):
    """A receipt as the newest event has it: in which messages it is counted as nobody's.

    :ivar message_keys: of those messages; empty of one that is somebody's.
    :ivar changed_at: when that was heard.
    """

    __tablename__ = "unmatched_receipts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    message_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_unmatched_receipts_settled", "changed_at", postgresql_where=text("cardinality(message_keys) = 0")),
    )


class NotificationPolicy(Tables):
    """What an administrator set of reminders and the archive, every version; the newest is in force. Append-only."""

    __tablename__ = "notification_policies"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[UUID]
    set_by_name: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
