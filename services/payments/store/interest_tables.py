"""Interest and penalty: what was accrued, month by month (spec, payments.md, "Interest and penalty")."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.store.tables import Amount, Tables


class InterestEntry(Tables):
    """What a month cost, or brought, a customer's owner: a ``penalty`` of one receivable, or a ``credit`` for prepaid money.

    An entry booked in its own month is the accrual; one booked in a later month corrects it, by the difference. So the entries of
    a receivable (or customer) and month add up to what is right as far as is known.

    :ivar month: the first day of the month that it is for.
    :ivar booked_on: the last day of the month in whose run it was made; the commission statement of that month has it.
    :ivar bill_id: of a penalty alone.
    :ivar owner_id: whose commission bears it: the owner then, and of a correction whoever bore what it corrects; or nobody's.
    :ivar base: what ``rate`` was taken of, in CNY; of a correction the change of it, of any sign.
    :ivar amount: ``base`` x ``rate`` to the fen; above zero it is a penalty's charge, or a credit's gain.
    :ivar origin: JSON-able: what it was computed from, and of a correction what came to light.
    """

    __tablename__ = "interest_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    month: Mapped[date]
    booked_on: Mapped[date]
    customer_id: Mapped[UUID]
    customer_name: Mapped[str] = mapped_column(Text)
    bill_id: Mapped[UUID | None]
    bill_number: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    base: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    amount: Mapped[Decimal] = mapped_column(Amount)
    origin: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("kind IN ('penalty', 'credit')", name="kind"),
        CheckConstraint("(kind = 'penalty') = (bill_id IS NOT NULL)", name="bill"),
        CheckConstraint("extract(day FROM month) = 1 AND booked_on > month", name="month"),
        Index(
            "uq_interest_entries_penalty", "bill_id", "month", "booked_on", unique=True, postgresql_where=text("kind = 'penalty'")
        ),
        Index(
            "uq_interest_entries_credit",
            "customer_id",
            "month",
            "booked_on",
            unique=True,
            postgresql_where=text("kind = 'credit'"),
        ),
        Index("ix_interest_entries_booked_on", "booked_on", "id"),
        Index("ix_interest_entries_owner", "owner_id", "booked_on", "id"),
        Index("ix_interest_entries_department", "owner_department_id", "booked_on", "id"),
        Index("ix_interest_entries_customer", "customer_id", "booked_on", "id"),
    )
