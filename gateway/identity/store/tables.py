"""The gateway's tables: people, what they prove themselves by, and the answers kept for repeated requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables


class Tables(ServiceTables):
    """The root of the gateway's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Department(Tables):
    """A department of the company itself, never deleted: a closed one has nobody, and stays for what was done there. ``version``
    rises by every change, under the row's lock."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    # Users stand in departments and departments have leads: the second constraint is added after both tables.
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", use_alter=True), index=True)
    closed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("parent_id", "name", postgresql_nulls_not_distinct=True),
        CheckConstraint("parent_id <> id", name="not_below_itself"),
    )


class User(Tables):
    """A person or another system. Never deleted: ``active`` ends."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    is_service: Mapped[bool]
    must_change_password: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("login = lower(login)", name="login_is_lower"),
        CheckConstraint("NOT (is_service AND password_hash IS NOT NULL)", name="service_has_no_password"),
        Index("ix_users_name", "name", "id"),
        Index("ix_users_roles", "roles", postgresql_using="gin"),
        Index("ix_users_email", func.lower(email)),
    )


class Session(Tables):
    """A browser that signed in. The cookie holds the token; only its SHA-256 is here.

    ``kind`` is ``password`` or ``oidc``: how it began. ``used_at`` is behind by up to five minutes. ``sign_out_url`` is where the
    provider ends its own session, if this one began there and it has such an address.
    """

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    csrf_token: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    sign_out_url: Mapped[str | None] = mapped_column(Text)


class ApiToken(Tables):
    """A bearer token of a service user; only its SHA-256 is here."""

    __tablename__ = "api_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInAttempt(Tables):
    """An attempt counts as failed from its beginning; success takes it, and those of its login before it, away."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (
        Index("ix_sign_in_attempts_login", "login", "at"),
        Index("ix_sign_in_attempts_address", "address", "at"),
    )


class KeptAnswer(Tables):
    """The first answer to a request with an ``Idempotency-Key``; without ``status`` it is still being worked on."""

    __tablename__ = "kept_answers"

    user_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(Text)
    claimed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (PrimaryKeyConstraint("user_id", "key"),)
