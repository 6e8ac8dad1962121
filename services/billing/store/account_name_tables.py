"""Whose usage a name is (spec, billing.md, "Usage": unknown accounts "can be assigned later")."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.tables import Account, Tables
from services.kit.tables import Instant


class AccountName(Tables):
    """The account that usage under a name belongs to. A name that is not here is unknown.

    Every account's identifier stands here; should two rows of ``accounts`` hold one for a moment, the later one has it. A name
    that nobody knows can be assigned by hand; then ``assigned_at``, by whom and why are set. Nothing of usage is moved by either.
    """

    __tablename__ = "account_names"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    assigned_at: Mapped[datetime | None] = mapped_column(Instant)
    assigned_by: Mapped[str | None] = mapped_column(Text)
    assigned_by_name: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_account_names_account", "account_id"),
        Index("ix_account_names_assigned", "assigned_at", "name", postgresql_where=text("assigned_at IS NOT NULL")),
        CheckConstraint(
            "(assigned_at IS NULL) = (reason IS NULL) AND (assigned_at IS NULL) = (assigned_by IS NULL)", name="assigned"
        ),
    )
