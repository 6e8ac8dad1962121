"""The tables of usage: what was reported, its daily sums, and the files it came in (spec, billing.md, "Usage")."""

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
    come later; ``is_counted`` is false for one whose correction has taken its place.

    :ivar fingerprint: of what its lines come to (``domain.usage.Fingerprint``). Null for one from before it was made so: then its
        lines are asked, should the report come again.
    """

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
    fingerprint: Mapped[int | None] = mapped_column(BigInteger)
    is_counted: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("source", "report_id"),
        UniqueConstraint("source", "replaces"),
        Index("ix_usage_reports_recorded_at", "recorded_at", "id"),
        Index("ix_usage_reports_source", "source", "recorded_at", "id"),
    )


usage_lines = Table(
    "usage_lines",
    Tables.metadata,
    Column("report", Uuid, nullable=False),
    Column("account", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("operator", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # Reports' ids rise with time, as their lines lie: a range's bounds find them, and cost nothing to keep.
    Index("ix_usage_lines_report", "report", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
    CheckConstraint("quantity >= 0", name="quantity"),
    comment="raw lines, as reported; a partition a month, made when its first line comes",
    postgresql_partition_by="RANGE (day)",
)


class DailySum(Tables):
    """What an account (by its name, known or not) sent on a day over an operator; all that a bill run reads. A partition a month,
    made with that of the raw lines."""

    __tablename__ = "usage_daily"

    account: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    operator: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("account", "day", "operator"),
        # Says at once whether anything came for some days; a B-tree would cost every load half of what the lines cost.
        Index("ix_usage_daily_day", "day", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
        CheckConstraint("quantity >= 0", name="quantity"),
        {"postgresql_partition_by": "RANGE (day)"},
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

    __table_args__ = (
        Index("ix_usage_imports_created_at", "created_at", "id"),
        CheckConstraint("state IN ('queued', 'counted', 'refused')", name="state"),
    )
