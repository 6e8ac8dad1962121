"""Matching: every name a customer is found by, what people assigned, and the policy (spec, payments.md, "Matching")."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.payments.store.tables import Tables


class KnownName(Tables):
    """A name that a customer has or had, by which near ones are found; append-only.

    Whether it is one of the customer's now, ``customer_names`` says: what was renamed or withdrawn is still a hint to whose money
    it is. ``keys`` are the numbers of :func:`~services.payments.domain.near_names.keys_of`.
    """

    __tablename__ = "known_names"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    normalised_name: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (
        # Without a list of what is pending, which every question would read to its end after an import of customers.
        Index("ix_known_names_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )


class PayerAssignment(Tables):
    """Somebody said whose a receipt is. Append-only but for the withdrawal of the alias.

    :ivar receipt_id: ``None`` of an alias from before this was kept, whose receipt is not known any more.
    :ivar is_alias: whether the payer's name was remembered as the customer's; not, if it was one of its names already, or is
        another customer's own. In force until ``withdrawn_at``.
    :ivar assigned_by_id: ``None`` where it is not known, as above.
    """

    __tablename__ = "payer_assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    receipt_id: Mapped[UUID | None]
    payer_name: Mapped[str] = mapped_column(Text)
    normalised_payer: Mapped[str] = mapped_column(Text)
    is_alias: Mapped[bool] = mapped_column(Boolean)
    assigned_at: Mapped[datetime] = mapped_column(Instant)
    assigned_by_id: Mapped[UUID | None]
    assigned_by_name: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by_id: Mapped[UUID | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(Text)
    withdrawn_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR is_alias", name="withdrawn"),
        Index("ix_payer_assignments_payer", "normalised_payer"),
        Index("ix_payer_assignments_alias", "assigned_at", "id", postgresql_where=text("is_alias")),
        Index("ix_payer_assignments_alias_of", "customer_id", "assigned_at", "id", postgresql_where=text("is_alias")),
        # A name is a customer's alias once at a time.
        Index(
            "uq_payer_assignments_in_force",
            "customer_id",
            "normalised_payer",
            unique=True,
            postgresql_where=text("is_alias AND withdrawn_at IS NULL"),
        ),
    )


class MatchingPolicy(Tables):
    """What an administrator set of matching, every version; the newest is in force. Append-only."""

    __tablename__ = "matching_policies"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[UUID]
    set_by_name: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
