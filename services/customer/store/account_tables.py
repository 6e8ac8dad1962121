"""What processes registered on accounts: signatures, and words that are let through."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.table_root import Tables
from services.kit.tables import Instant


class AccountSignature(Tables):
    """A signature on an account: ``pending`` while its process runs, then ``registered`` with a channel, or ``refused`` by it.

    ``replaced`` is one that was registered anew with the same channel since. ``settled_at``: since when it is what it is.
    """

    __tablename__ = "account_signatures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    process_id: Mapped[UUID] = mapped_column(unique=True)
    signature: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    sub_number: Mapped[str] = mapped_column(Text)
    industry: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, default="")
    result_note: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("type IN ('sms', 'mms', 'both')", name="type"),
        CheckConstraint("state IN ('pending', 'registered', 'refused', 'replaced')", name="state"),
        Index("ix_account_signatures_account", "account_id", "state", "signature", "id"),
        Index("ix_account_signatures_signature", "signature", "id"),
        Index("ix_account_signatures_signature_prefix", "signature", postgresql_ops={"signature": "text_pattern_ops"}),
        Index("ix_account_signatures_settled_at", "settled_at", "id"),
    )


class AccountExemptWord(Tables):
    """A sensitive word that messages of this account may hold."""

    __tablename__ = "account_exempt_words"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
    process_id: Mapped[UUID]
    exempt_since: Mapped[datetime] = mapped_column(Instant)
