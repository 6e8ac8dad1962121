"""What people want sent to them, and what is sent."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.notify.store.tables import Tables


class MessagePreferences(Tables):
    """What one user has set; whoever has no row gets messages in the inbox alone. Times are Shanghai's."""

    __tablename__ = "message_preferences"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(Text)
    digest_at: Mapped[time]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours"),)


class MessageChannel(Tables):
    """One channel of a user's: which categories go over it, at once or in the digest.

    ``target`` tells addresses apart without being one: the user's id, or the hash of a robot's address, which many may have set.
    ``webhook_url`` and ``secret`` are sealed (:mod:`services.kit.sealing`).
    """

    __tablename__ = "message_channels"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("message_preferences.user_id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    is_on: Mapped[bool]
    target: Mapped[str] = mapped_column(Text)
    webhook_url: Mapped[str | None] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)
    at_once: Mapped[list[str]] = mapped_column(ARRAY(Text))
    digest: Mapped[list[str]] = mapped_column(ARRAY(Text))
    least_severity: Mapped[str] = mapped_column(Text)
    tested_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("(channel = 'email') = (webhook_url IS NULL)", name="address"),)


class Letter(Tables):
    """What goes, or went, to one target at one time: the deliveries that were due.

    ``user_id`` is whose digest it is, which there is one of a day and channel; ``None`` for what goes out at once.
    """

    __tablename__ = "letters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    digest_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    # On the clock's time, whatever time is pretended: a worker that died is waited for so long.
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    said: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(user_id IS NULL) = (digest_on IS NULL)", name="digest"),
        UniqueConstraint("user_id", "channel", "digest_on"),
        Index("ix_letters_waiting", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_letters_failed", "channel", "settled_at", postgresql_where=text("state = 'failed'")),
        Index("ix_letters_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
    )


class Delivery(Tables):
    """A message that is to reach a user over a channel; ``letter_id`` once it is in one. What need not be sent any more goes.

    ``trace`` is the ``traceparent`` that the message was posted in: of the click it comes from.
    """

    __tablename__ = "deliveries"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, index=True)
    target: Mapped[str] = mapped_column(Text)
    digest_on: Mapped[date | None]
    due_at: Mapped[datetime] = mapped_column(Instant)
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    trace: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_deliveries_due", "due_at", postgresql_where=text("letter_id IS NULL")),)
