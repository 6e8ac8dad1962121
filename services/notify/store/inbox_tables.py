"""What inboxes are read by: what a message is found by, up to where a reader has read everything, and the archive."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.notify.store.tables import MessageColumns, Tables


class ReadMark(Tables):
    """Up to where a reader has read all that was sent to an addressee: nothing older is unread. Only ever moves on."""

    __tablename__ = "read_marks"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    addressee: Mapped[str] = mapped_column(Text, primary_key=True)
    read_until: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_read_marks_addressee", "addressee", "read_until"),)


class MessageText(Tables):
    """What a message is found by, in the archive, too: see :class:`services.notify.domain.searched_texts.SearchedTexts`.

    A table of its own, since a message's row is written again when it is done, and with it each of its indexes (decision 0012).
    """

    __tablename__ = "message_texts"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (Index("ix_message_texts_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),)


class ArchivedMessage(MessageColumns):
    """A message past the months that messages are kept (policy); read by whoever asks for the archive, and never changed."""

    __tablename__ = "archived_messages"

    __table_args__ = (
        Index("ix_archived_messages_addressee", "addressee", "posted_at", "id"),
        Index("ix_archived_messages_place", "addressee", "place", "posted_at", "id"),
        Index(
            "ix_archived_messages_customer",
            "customer_id",
            "addressee",
            "posted_at",
            "id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
    )
