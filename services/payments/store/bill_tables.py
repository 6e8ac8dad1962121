"""Bills as billing tells of them (spec, payments.md, "Commission": what is still missing, bill by bill)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.store.tables import Amount, Tables


class Bill(Tables):
    """Our copy of a bill. What is owed of a reconciled one is its receivable's matter; this says which are not reconciled yet.

    :ivar month: the first day of its period.
    :ivar covered: what of ``amount`` prepaid balances have paid.
    :ivar process_id: of the reconciliation that holds it or has reconciled it, as far as it was told.
    """

    __tablename__ = "bills"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    product_name: Mapped[str] = mapped_column(Text)
    product_type: Mapped[str] = mapped_column(Text)
    payment_mode: Mapped[str] = mapped_column(Text)
    month: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Amount)
    covered: Mapped[Decimal] = mapped_column(Amount)
    quantity: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    process_id: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'reconciling', 'reconciled', 'closed', 'void')", name="state"),
        Index("ix_bills_unreconciled", "month", "id", postgresql_where=text("state IN ('open', 'reconciling')")),
        Index(
            "ix_bills_customer_unreconciled", "customer_id", "month", postgresql_where=text("state IN ('open', 'reconciling')")
        ),
    )
