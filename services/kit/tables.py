"""The tables that every service's database has beside its own: outbox, inbox, answered calls, audit, jobs.

One :data:`KIT_METADATA` serves all: each service has a database of its own, so the names never meet.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that migrations and error handling can say which."""

KIT_METADATA = MetaData(naming_convention=NAMING)

Instant = DateTime(timezone=True)


class ServiceTables(DeclarativeBase):
    """The declarative root of a service's tables. Subclass it once a service, with a ``metadata`` of its own."""

    __abstract__ = True
    type_annotation_map = {dict[str, Any]: JSONB, list[Any]: JSONB}  # noqa: RUF012  (SQLAlchemy reads a class attribute)


outbox = Table(
    "outbox",
    KIT_METADATA,
    Column("id", Uuid, primary_key=True),
    # The order of one aggregate's events: its writers hold its row lock, so their positions rise in the order they commit.
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("published_at", Instant),
    comment="events written with the state they tell of, until the relay has published them",
)
Index("ix_outbox_unpublished", outbox.c.position, postgresql_where=outbox.c.published_at.is_(None))
Index("ix_outbox_published_at", outbox.c.published_at)

inbox = Table(
    "inbox",
    KIT_METADATA,
    Column("consumer", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("handled_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("consumer", "event_id"),
    comment="events that each handler has handled",
)

answered_calls = Table(
    "answered_calls",
    KIT_METADATA,
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("answered_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("caller", "key", "call"),
    comment="answers to calls that made something, by the key under which their callers may ask again",
)

audit_entries = Table(
    "audit_entries",
    KIT_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("why", Text, nullable=False, server_default=""),
    Column("trace_id", Text, nullable=False),
    Index("ix_audit_entries_subject", "subject_type", "subject_id", "at", "id"),
    Index("ix_audit_entries_at", "at", "id"),
    Index("ix_audit_entries_user", "user_id", "at", "id"),
    Index("ix_audit_entries_action", "action", "at", "id"),
    Index("ix_audit_entries_reasons", "at", "id", postgresql_where=text("why <> ''")),
    comment="who changed what, when and why; append-only",
)

jobs = Table(
    "jobs",
    KIT_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("result", JSONB),
    Column("created_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
    UniqueConstraint("name", "key"),
    comment="long work: asked for once by its key, run in shards, safe to kill and to run again",
)

job_shards = Table(
    "job_shards",
    KIT_METADATA,
    Column("job_id", Uuid, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("result", JSONB),
    Column("error", Text),
    Column("heartbeat_at", Instant),
    PrimaryKeyConstraint("job_id", "number"),
    comment="the parts of a job that workers take",
)
Index("ix_job_shards_unfinished", job_shards.c.heartbeat_at, postgresql_where=job_shards.c.state.in_(("queued", "running")))

heartbeats = Table(
    "heartbeats",
    KIT_METADATA,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    comment="when something that leaves no other trace was last at work: beat, by way of a worker",
)
