"""Our copies of accounts and of the prepaid money on them (spec, payments.md, "Interest and penalty")."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.store.tables import Amount, Tables


class Account(Tables):
    """Our copy of an account. Version 0: known from a bill or a balance only, its own events are still to come."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]

    __table_args__ = (Index("ix_accounts_identifier", "identifier", "id"),)


class PrepaidMovement(Tables):
    """What a posting of billing's ledger brought to an account's balance, of any sign; appended to and never changed. A
    balance at a day's end is the sum up to that day."""

    __tablename__ = "prepaid_movements"

    posting_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (Index("ix_prepaid_movements_customer", "customer_id", "day"),)
