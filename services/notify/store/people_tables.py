"""Notify's copy of the people: no more of the gateway's users and departments than finding a message's receivers takes."""

from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.store.tables import Tables


class User(Tables):
    """A copy of one of the gateway's users."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    department_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    version: Mapped[int]

    __table_args__ = (Index("ix_users_roles", "roles", postgresql_using="gin", postgresql_where=text("active")),)


class Department(Tables):
    """A copy of one of the gateway's departments."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    version: Mapped[int]
