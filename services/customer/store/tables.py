"""Customer's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, MetaData, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables


class Tables(ServiceTables):
    """The root of customer's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Customer(Tables):
    """A company. ``version`` rises by every change, under the row's lock."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    normalised_name: Mapped[str] = mapped_column(Text, unique=True)
    industry: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[str] = mapped_column(Text)
    tier_since: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    invoice_information: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_customers_owner", "owner_id", "name", "id"),
        Index("ix_customers_department", "owner_department_id", "name", "id"),
        Index("ix_customers_tier", "tier", "name", "id"),
    )
