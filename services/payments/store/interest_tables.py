"""Interest and penalty: rates, exemptions, and what was accrued month by month (spec, payments.md, "Interest and penalty").

Months are kept by their first days. What of an accrued month may have changed since is marked where it changes, by triggers
(migration 0007) and by whoever sets an exemption; a run looks at the new month and at what is marked, and at nothing else.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Identity, Index, Integer, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.payments.store.tables import Amount, Tables

Rate = Numeric(7, 6)


class InterestEntry(Tables):
    """What a month cost, or brought, a customer's owner: a ``penalty`` of one receivable, or a ``credit`` for prepaid money.

    The first entry of a receivable (or customer) and month is its accrual; later ones correct it, by the difference. So they add
    up to what is right as far as is known.

    :ivar month: the first day of the month that it is for.
    :ivar number: counts the entries of a receivable (or customer) and month, from 1.
    :ivar booked_on: the last day of the month in whose run it was made; the commission statement of that month has it.
    :ivar bill_id: of a penalty alone.
    :ivar owner_id: whose commission bears it: the owner then, and of a correction whoever bore what it corrects; or nobody's.
    :ivar base: what ``rate`` was taken of, in CNY; of a correction the change of it, of any sign.
    :ivar amount: ``base`` x ``rate`` to the fen; above zero it is a penalty's charge, or a credit's gain. Of a correction, the
        change of it.
    :ivar origin: ``{"code", "params", "receipts"}``: what it was computed from, and of a correction what came to light.
    """

    __tablename__ = "interest_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    month: Mapped[date]
    number: Mapped[int]
    booked_on: Mapped[date]
    customer_id: Mapped[UUID]
    customer_name: Mapped[str] = mapped_column(Text)
    bill_id: Mapped[UUID | None]
    bill_number: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    base: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(Rate)
    amount: Mapped[Decimal] = mapped_column(Amount)
    origin: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("kind IN ('penalty', 'credit')", name="kind"),
        CheckConstraint("(kind = 'penalty') = (bill_id IS NOT NULL)", name="bill"),
        CheckConstraint("extract(day FROM month) = 1 AND booked_on > month", name="month"),
        CheckConstraint("number > 0", name="number"),
        Index(
            "uq_interest_entries_penalty", "bill_id", "month", "number", unique=True, postgresql_where=text("kind = 'penalty'")
        ),
        Index(
            "uq_interest_entries_credit", "customer_id", "month", "number", unique=True, postgresql_where=text("kind = 'credit'")
        ),
        Index("ix_interest_entries_booked_on", "booked_on", "id"),
        Index("ix_interest_entries_month", "month", "booked_on", "id"),
        Index("ix_interest_entries_owner", "owner_id", "booked_on", "id"),
        Index("ix_interest_entries_department", "owner_department_id", "booked_on", "id"),
        Index("ix_interest_entries_customer", "customer_id", "booked_on", "id"),
    )


class InterestRate(Tables):
    """The monthly rate from a month on, as management set it; of two for one month the later version holds. Never changed."""

    __tablename__ = "interest_rates"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_month: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Rate)
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[UUID | None]
    set_by_name: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("rate >= 0 AND rate <= 0.1", name="rate"),
        CheckConstraint("extract(day FROM from_month) = 1", name="from_month"),
        Index("ix_interest_rates_from_month", "from_month", "version"),
    )


class InterestMonth(Tables):
    """A month that is accrued, or being accrued, with the rate that it keeps.

    :ivar finished_shards: the numbers of the run's shards that have done their customers.
    :ivar told_at: when its owners were told what it came to.
    """

    __tablename__ = "interest_months"

    month: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Rate)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    finished_shards: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="month"),)


class InterestProgress(Tables):
    """Up to and with which month a customer's interest is accrued; what changes of those months afterwards is marked."""

    __tablename__ = "interest_progress"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    through: Mapped[date]


class InterestMark(Tables):
    """Something of an accrued month has changed, of a receivable or (without a bill) of a customer's prepaid money: the next run
    looks at it again."""

    __tablename__ = "interest_marks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    bill_id: Mapped[UUID | None]


class InterestExemption(Tables):
    """In which months an account is left out, as sales administration set it: every version is kept, the newest holds.

    :ivar periods: JSON of ``{"from_month", "to_month"}``, the days being the months' first; the last may lack an end.
    """

    __tablename__ = "interest_exemptions"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    periods: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[UUID | None]
    set_by_name: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)


class ExemptPeriod(Tables):
    """The periods of the newest versions, as a run looks them up."""

    __tablename__ = "interest_exempt_periods"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_month: Mapped[date] = mapped_column(primary_key=True)
    to_month: Mapped[date | None]
    customer_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (CheckConstraint("to_month >= from_month", name="months"),)
