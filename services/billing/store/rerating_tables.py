"""The tables of late usage: which months are to be rated anew, what was superseded by that, and adjustments."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.columns import Amount, MonthColumn
from services.billing.store.tables import Tables
from services.kit.clock import Month
from services.kit.tables import Instant


class LateUsage(Tables):
    """A product's month that is over and whose usage has changed since it was last rated; written by whoever counts usage, taken
    away by whoever rates it."""

    __tablename__ = "late_usage"

    product_id: Mapped[UUID]
    month: Mapped[Month] = mapped_column(MonthColumn)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    marked_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (PrimaryKeyConstraint("product_id", "month"),)


class BillRerating(Tables):
    """A bill's month was rated anew: by ``replaced`` an open bill got a new content, and ``content`` is the one it had before;
    by ``adjusted`` a reconciled one stayed as it is, and ``content`` is what the month comes to now. Never changed.

    :ivar content: ``{"lines": […], "accounts": […]}``, as in the contract's ``RatedContent``.
    """

    __tablename__ = "bill_reratings"

    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bills.id"))
    number: Mapped[int]
    outcome: Mapped[str] = mapped_column(Text)
    quantity_before: Mapped[int] = mapped_column(BigInteger)
    quantity_after: Mapped[int] = mapped_column(BigInteger)
    amount_before: Mapped[Decimal] = mapped_column(Amount)
    amount_after: Mapped[Decimal] = mapped_column(Amount)
    content: Mapped[dict[str, Any]]
    rated_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        PrimaryKeyConstraint("bill_id", "number"),
        CheckConstraint("outcome IN ('replaced', 'adjusted')", name="outcome"),
    )


class BillAdjustment(Tables):
    """What late usage changed for one account of a reconciled bill's month; the product's next bills carry it. Never changed.

    :ivar bill_id: of the reconciled bill, which itself stays as it was agreed.
    :ivar rerating: the number of the bill's :class:`BillRerating` that found it.
    :ivar quantity: in messages; below zero for a correction that took some away.
    :ivar amount: in CNY, of any sign.
    """

    __tablename__ = "bill_adjustments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bills.id"))
    rerating: Mapped[int]
    product_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID]
    identifier: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (
        UniqueConstraint("bill_id", "rerating", "account_id"),
        CheckConstraint("quantity <> 0 OR amount <> 0", name="something"),
    )


class BillAdjustmentUse(Tables):
    """A part of an adjustment on a later bill. Together the uses on bills that are not void never exceed the adjustment, which a
    trigger ensures (migration 0005)."""

    __tablename__ = "bill_adjustment_uses"

    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bills.id"))
    adjustment_id: Mapped[UUID] = mapped_column(ForeignKey("bill_adjustments.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (
        PrimaryKeyConstraint("bill_id", "adjustment_id"),
        Index("ix_bill_adjustment_uses_adjustment", "adjustment_id"),
    )
