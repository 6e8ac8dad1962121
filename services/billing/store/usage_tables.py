"""The tables of usage: what was reported, its daily sums, and the files it came in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.tables import Tables
from services.kit.tables import Instant


class UsageReport(Tables):
    """A report that was counted, whichever way it came. ``replaces`` names the one of the same source that it corrects, which may
    come later; ``is_counted`` is false for one whose correction has taken its place. ``fingerprint`` is that of its lines."""

    __tablename__ = "usage_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    report_id: Mapped[str] = mapped_column(Text)
    replaces: Mapped[str | None] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    line_count: Mapped[int]
    quantity: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[date]
    last_day: Mapped[date]
    fingerprint: Mapped[int] = mapped_column(BigInteger)
    is_counted: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (UniqueConstraint("source", "report_id"), UniqueConstraint("source", "replaces"))


usage_lines = Table(
    "usage_lines",
    Tables.metadata,
    Column("report", Uuid, nullable=False),
    Column("account", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("operator", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Index("ix_usage_lines_report", "report"),
    CheckConstraint("quantity >= 0", name="quantity"),
    comment="raw lines, as reported; a partition a month, made when its first line comes",
    postgresql_partition_by="RANGE (day)",
)


class DailySum(Tables):
    """What an account (by its name, known or not) sent on a day over an operator; all that a bill run reads."""

    __tablename__ = "usage_daily"

    account: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    operator: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("account", "day", "operator"),
        Index("ix_usage_daily_day", "day"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )


class UsageImport(Tables):
    """A file of usage: refused whole, with ``errors`` by row, or counted as one report."""

    __tablename__ = "usage_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    report_id: Mapped[str] = mapped_column(Text)
    replaces: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    row_count: Mapped[int | None]
    errors: Mapped[list[Any]]
    result: Mapped[dict[str, Any] | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("state IN ('queued', 'counted', 'refused')", name="state"),)
