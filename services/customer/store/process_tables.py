"""What this service knows of others' rows: the processes it prepared, the gateway's users and departments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.table_root import Tables
from services.kit.tables import Instant


class PreparedProcess(Tables):
    """What this service knows of a process it owns. A row in state ``withdrawn`` also refuses a preparation that comes too late.

    ``product_id`` is the product it is about; null where it is about the customer, or makes its product when it is archived.
    ``version`` is the process's when it was last prepared or released: a rejection not newer than that is out of date, and so is
    a preparation that is older.
    """

    __tablename__ = "prepared_processes"

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("products.id"), index=True)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'released', 'withdrawn', 'applied')", name="state"),
        Index("ix_prepared_processes_customer", "customer_id"),
    )


class User(Tables):
    """A copy of the gateway's users: their names, where they belong, and who took over from those who have left."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text)
    department_id: Mapped[UUID | None]
    roles: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool]
    successor_id: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (Index("ix_users_login", "login"),)


class CompanyDepartment(Tables):
    """A copy of the gateway's departments: the company's own tree."""

    __tablename__ = "company_departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    lead_id: Mapped[UUID | None]
    version: Mapped[int]
