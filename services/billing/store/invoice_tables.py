"""Invoices' tables.

Triggers (migrations 0002 and 0009) hold, whoever writes: ``allocated`` is the sum of an invoice's items, and of one for bills all
of it; what bills say is invoiced are the sums over the invoices; what was issued is never changed, but reversed whole by a red
one.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.columns import Amount
from services.billing.store.tables import Tables
from services.kit.tables import Instant


class Invoice(Tables):
    """An invoice from the moment it is asked for: ``requested`` holds its amounts, ``issued`` has used them, ``released`` gave
    them back, ``reversed`` was taken back by a red one. Its number is finance's and unique.

    ``kind`` is ``normal`` for bills, ``advance`` for money ``received`` before them, which later bills are set against,
    or ``red``, of a negative amount, for the one it reverses. ``reason`` is an advance's remarks and a red one's reason.
    ``allocated`` is what its items have of it.
    """

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    process_id: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(Text, server_default="normal")
    customer_id: Mapped[UUID]
    customer_name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    information: Mapped[dict[str, Any]]
    delivery: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    received: Mapped[Decimal | None] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    allocated: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    number: Mapped[str | None] = mapped_column(Text, unique=True)
    issued_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        Index("ix_invoices_customer", "customer_id", "requested_at", "id"),
        Index("ix_invoices_requested_at", "requested_at", "id"),
        Index("ix_invoices_issued_on", "issued_on", "id"),
        Index("ix_invoices_number", "number", postgresql_ops={"number": "text_pattern_ops"}),
        Index("uq_invoices_reverses", "reverses_id", unique=True, postgresql_where=text("state <> 'released'")),
        Index(
            "ix_invoices_open_advances",
            "customer_id",
            "issued_on",
            "id",
            postgresql_where=text("kind = 'advance' AND state = 'issued' AND allocated < amount"),
        ),
        CheckConstraint("type IN ('ordinary', 'special')", name="type"),
        CheckConstraint("kind IN ('normal', 'advance', 'red')", name="kind"),
        CheckConstraint("state IN ('requested', 'issued', 'released', 'reversed')", name="state"),
        CheckConstraint("state NOT IN ('issued', 'reversed') OR (number IS NOT NULL AND issued_on IS NOT NULL)", name="issued"),
        CheckConstraint("(kind = 'red') = (amount < 0) AND (kind = 'red') = (reverses_id IS NOT NULL)", name="red"),
        CheckConstraint("(kind = 'advance') = (received IS NOT NULL)", name="received"),
        CheckConstraint("allocated >= 0 AND allocated <= greatest(amount, 0)", name="allocated"),
    )


class InvoiceItem(Tables):
    """How much of a bill an invoice is for. One that was reversed keeps its items, which count no more."""

    __tablename__ = "invoice_items"

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bills.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (PrimaryKeyConstraint("invoice_id", "bill_id"), CheckConstraint("amount > 0", name="amount"))
