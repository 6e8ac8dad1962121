"""Workflow's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables


class Tables(ServiceTables):
    """The root of workflow's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Definition(Tables):
    """One version of a process definition; never changed, as running processes keep theirs.

    :param origin: ``shipped`` with the product. The newest version counts, whatever its origin.
    :param digest: of the content; a file that has not changed since it was last shipped makes no new version.
    """

    __tablename__ = "definitions"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime] = mapped_column(Instant)


class Process(Tables):
    """A running or ended approval. ``version`` rises by every event about it, under the row's lock.

    :param subject_key: what the initiator named; ``subject_type``, ``subject_id`` and ``subject_name`` are the owner's answer.
    :param node: the open one's code.
    :param asked_at: since when, by the database's clock, the owner is being asked about a start or a resubmission: it may hold
        something for it, and ``recover_starts`` finds it if nobody comes back.
    :param effect: ``none`` before it is archived, then ``awaited``, then ``in_force`` once the owner says so.
    """

    __tablename__ = "processes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    definition_version: Mapped[int]
    owner_service: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    node: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    subject_key: Mapped[str | None] = mapped_column(Text)
    subject_type: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    subject_name: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None]
    customer_name: Mapped[str | None] = mapped_column(Text)
    initiator_id: Mapped[UUID]
    initiator_name: Mapped[str] = mapped_column(Text)
    initiator_department_id: Mapped[UUID | None]
    form: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text, server_default="none", default="none")
    effect_zh: Mapped[str] = mapped_column(Text, server_default="", default="")
    effect_en: Mapped[str] = mapped_column(Text, server_default="", default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    started_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint(
            "state IN ('starting', 'refused', 'running', 'returned', 'rejected', 'withdrawn', 'archived')", name="state_known"
        ),
        CheckConstraint("(node IS NOT NULL) = (state IN ('running', 'returned'))", name="active_at_a_node"),
        CheckConstraint("(effect = 'none') = (state <> 'archived')", name="effect_of_archived"),
        Index("uq_processes_idempotency_key", "initiator_id", "idempotency_key", unique=True),
        Index("ix_processes_changed", "changed_at", "id"),
        Index("ix_processes_initiator", "initiator_id", "changed_at", "id"),
        Index("ix_processes_department", "initiator_department_id", "changed_at", "id"),
        Index("ix_processes_customer", "customer_id", "changed_at", "id"),
        Index("ix_processes_code", "code", "changed_at", "id"),
        CheckConstraint("asked_at IS NULL OR state IN ('starting', 'rejected')", name="asked_when_at_rest"),
        Index("ix_processes_asked", "asked_at", postgresql_where=text("asked_at IS NOT NULL")),
    )


class Entry(Tables):
    """A line of a process's history, numbered from 1. Append-only: a trigger refuses every change and removal."""

    __tablename__ = "entries"

    process_id: Mapped[UUID] = mapped_column(ForeignKey("processes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    action: Mapped[str] = mapped_column(Text)
    node: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None] = mapped_column(Text)
    by_role: Mapped[str | None] = mapped_column(Text)
    opinion: Mapped[str] = mapped_column(Text)
    opinion_en: Mapped[str] = mapped_column(Text)
    handlers: Mapped[list[Any]]
    to_node: Mapped[str | None] = mapped_column(Text)
    to: Mapped[dict[str, Any] | None]
    changes: Mapped[dict[str, Any]]


class Task(Tables):
    """A step waiting, or that waited, for one person. It is ``open``, ``done`` (he or she acted) or ``closed`` (it was settled
    otherwise: ``settled_by`` and ``settled_how`` say by whom and what).

    ``code`` is the process's, so that to-do lists and counters read one index.
    """

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    process_id: Mapped[UUID] = mapped_column(ForeignKey("processes.id"))
    code: Mapped[str] = mapped_column(Text)
    node: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID]
    user_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(Text)
    settled_how: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'closed')", name="state_known"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
        Index("uq_tasks_open", "process_id", "user_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_tasks_process", "process_id"),
        Index("ix_tasks_todo", "user_id", "opened_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_todo_by_code", "user_id", "code", "opened_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_user", "user_id", "process_id", "state"),
    )


class Attachment(Tables):
    """A stored file's metadata. Its uploader's alone until a process's form names it, that process's from then on.

    :param key: names it in the file store.
    """

    __tablename__ = "attachments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    process_id: Mapped[UUID | None] = mapped_column(ForeignKey("processes.id"), index=True)


class User(Tables):
    """A copy of one of the gateway's users."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    department_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    version: Mapped[int]

    __table_args__ = (Index("ix_users_roles", "roles", postgresql_using="gin", postgresql_where=text("active")),)


class Department(Tables):
    """A copy of one of the gateway's departments."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    version: Mapped[int]
