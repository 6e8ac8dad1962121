"""The tables of the funnel and the pool: moves, what was told, claims, the policy."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.table_root import Tables
from services.kit.tables import Instant


class TierMove(Tables):
    """A move in the funnel, with the facts it was decided on. Append-only. ``fell_on`` holds a fall to one a day and customer."""

    __tablename__ = "tier_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    moved_at: Mapped[datetime] = mapped_column(Instant)
    from_tier: Mapped[str | None] = mapped_column(Text)
    to_tier: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    process_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
    fell_on: Mapped[date | None]
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    former_owner_id: Mapped[UUID | None]
    former_owner_name: Mapped[str | None] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("customer_id", "fell_on"),
        UniqueConstraint("process_id"),
        Index("ix_tier_moves_customer", "customer_id", "moved_at", "id"),
    )


class FunnelNotice(Tables):
    """What a customer's people have been told, once in its period."""

    __tablename__ = "funnel_notices"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    rule: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (PrimaryKeyConstraint("customer_id", "rule", "period"),)


class Claim(Tables):
    """A customer taken out of the pool by a process on a day, however it ended: what the daily quota counts."""

    __tablename__ = "claims"

    process_id: Mapped[UUID]
    claimed_on: Mapped[date]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    claimant_id: Mapped[UUID]
    claimed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        PrimaryKeyConstraint("process_id", "claimed_on"),
        Index("ix_claims_claimant", "claimant_id", "claimed_on"),
        Index("ix_claims_customer", "customer_id"),
    )


class Policy(Tables):
    """The policy of funnel and pool, every version of it; the newest is in force. Append-only but for the replanning.

    What days the sweep looks at customers on was planned by an older version: ``replanned_to`` is the last customer that has been
    planned anew, ``replanned_at`` when all had been.
    """

    __tablename__ = "policies"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[UUID]
    set_by_name: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
    replanned_to: Mapped[UUID | None]
    replanned_at: Mapped[datetime | None] = mapped_column(Instant)
