"""Workflow's tables."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables


class Tables(ServiceTables):
    """The root of workflow's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Definition(Tables):
    """One version of a process definition; never changed, as running processes keep theirs.

    The newest one that does not wait is in force, whatever its origin.

    :param origin: ``shipped`` with the product, or ``administered``.
    :param digest: of the content; a file that has not changed since it was last shipped makes no new version.
    :param is_waiting: it came with the product while an administered one was in force, and waits for an administrator.
    :param published_by_name: ``None`` for what came with the product.
    :param note: why, in the publisher's words.
    """

    __tablename__ = "definitions"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    is_waiting: Mapped[bool] = mapped_column(server_default="false", default=False)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by_id: Mapped[UUID | None]
    published_by_name: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")


class DefinitionDraft(Tables):
    """What administrators are making of a definition's next version. It may be faulty; ``version`` rises by every change.

    :param based_on: the newest version of the definition that its editors have seen.
    """

    __tablename__ = "definition_drafts"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    based_on: Mapped[int]
    changed_by_id: Mapped[UUID]
    changed_by_name: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Process(Tables):
    """A running or ended approval. ``version`` rises by every event about it, under the row's lock.

    :param subject_key: what the initiator named; ``subject_type``, ``subject_id`` and ``subject_name`` are the owner's answer.
    :param node: the open one's code.
    :param asked_at: since when, by the database's clock, the owner is being asked about a start or a resubmission: it may hold
        something for it, and ``recover_starts`` finds it if nobody comes back.
    :param effect: ``none`` before it is archived, then ``awaited``, then ``in_force`` or ``failed`` once the owner says so; a
        retry makes ``failed`` ``awaited`` again.
    :param effect_attempt: the version of the ``process_archived`` that asked for it last.
    :param product_ids: the products it concerns, as its owner says; lists are filtered by them.
    :param chosen: whom the initiator chose: node code → handlers.
    :param successor_id: who acts as its initiator since that one has left.
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
    successor_id: Mapped[UUID | None]
    successor_name: Mapped[str | None] = mapped_column(Text)
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}", default=list)
    chosen: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    form: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text, server_default="none", default="none")
    effect_zh: Mapped[str] = mapped_column(Text, server_default="", default="")
    effect_en: Mapped[str] = mapped_column(Text, server_default="", default="")
    effect_attempt: Mapped[int | None]
    urged_at: Mapped[datetime | None] = mapped_column(Instant)
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
        CheckConstraint("effect IN ('none', 'awaited', 'in_force', 'failed')", name="effect_known"),
        Index("ix_processes_code", "code", "changed_at", "id"),
        Index("ix_processes_definition", "code", "definition_version", "state"),
        Index("ix_processes_started", "started_at", "code"),
        Index("ix_processes_successor", "successor_id", "changed_at", "id", postgresql_where=text("successor_id IS NOT NULL")),
        Index("ix_processes_products", "product_ids", postgresql_using="gin"),
        Index("ix_processes_effect", "changed_at", "id", postgresql_where=text("effect IN ('awaited', 'failed')")),
        CheckConstraint("asked_at IS NULL OR state IN ('starting', 'rejected')", name="asked_when_at_rest"),
        Index("ix_processes_asked", "asked_at", postgresql_where=text("asked_at IS NOT NULL")),
    )


class ProcessText(Tables):
    """What a process that has started is found by: see :class:`services.workflow.domain.searched_texts.SearchedTexts`.

    A table of its own, since every turn writes the process's row, and with it each of its indexes: of these keys there are fifty.
    """

    __tablename__ = "process_texts"

    process_id: Mapped[UUID] = mapped_column(ForeignKey("processes.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (Index("ix_process_texts_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),)


class Entry(Tables):
    """A line of a process's history, numbered from 1. Append-only: a trigger refuses every change and removal.

    See :class:`services.workflow.domain.history.Entry`; ``principal`` is for whom a deputy acted.
    """

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
    to: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    position: Mapped[str | None] = mapped_column(Text)
    principal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    added: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    attachments: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    changes: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_entries_returned", "at", postgresql_where=text("action = 'returned'")),)


class Task(Tables):
    """A step waiting, or that waited, for one person. It is ``open``, ``done`` (he or she acted) or ``closed`` (it was settled
    otherwise: ``settled_by`` and ``settled_how`` say by whom and what).

    ``code`` is the process's, so that to-do lists and counters read one index.

    :param kind: ``decide``, or ``advise`` for whom a handler asked for advice.
    :param acted_by_id: who did it: its handler, or who stood in for him or her.
    :param remind_at: when its handler is reminded; ``None`` for never, or once it is done.
    :param due_at: when its time limit is over.
    :param overdue_at: when that was said.
    """

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    process_id: Mapped[UUID] = mapped_column(ForeignKey("processes.id"))
    code: Mapped[str] = mapped_column(Text)
    node: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID]
    user_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default="decide", default="decide")
    state: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(Text)
    settled_how: Mapped[str | None] = mapped_column(Text)
    acted_by_id: Mapped[UUID | None]
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    overdue_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'closed')", name="state_known"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
        Index("uq_tasks_open", "process_id", "user_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_tasks_process", "process_id"),
        Index("ix_tasks_todo", "user_id", "opened_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_todo_by_code", "user_id", "code", "opened_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_tasks_user", "user_id", "process_id", "state"),
        CheckConstraint("kind IN ('decide', 'advise')", name="kind_known"),
        CheckConstraint("state <> 'done' OR acted_by_id IS NOT NULL", name="done_by_somebody"),
        Index("ix_tasks_done", "acted_by_id", "process_id", "settled_at", "id", postgresql_where=text("state = 'done'")),
        Index("ix_tasks_decided", "acted_by_id", "settled_at", "id", postgresql_where=text("state = 'done'")),
        Index("ix_tasks_remind", "remind_at", postgresql_where=text("state = 'open' AND remind_at IS NOT NULL")),
        Index("ix_tasks_due", "due_at", postgresql_where=text("state = 'open' AND due_at IS NOT NULL AND overdue_at IS NULL")),
    )


class Copy(Tables):
    """A process copied to somebody for his or her information, who sees it from then on.

    :param at: of the last time; ``read_at`` is when he or she first looked at it since.
    :param listed_at: by which it stands in the list: ``at``, and a thousand years later while it is unread.
    """

    __tablename__ = "copies"

    process_id: Mapped[UUID] = mapped_column(ForeignKey("processes.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    listed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_copies_user", "user_id", "at", "process_id"),
        Index("ix_copies_listed", "user_id", "listed_at", "process_id"),
    )


class Deputy(Tables):
    """Who stands in for an absent handler, from the first day to the last. One at a time: ranges of one person never overlap.

    :param ended_at: set for one that was taken back; its range counts no more.
    :param begun_at: when the deputy was told of what waited already.
    """

    __tablename__ = "deputies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    user_name: Mapped[str] = mapped_column(Text)
    deputy_id: Mapped[UUID]
    deputy_name: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    named_by: Mapped[str] = mapped_column(Text)
    named_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("deputy_id <> user_id", name="somebody_else"),
        Index("ix_deputies_user", "user_id", "last_day", postgresql_where=text("ended_at IS NULL")),
        Index("ix_deputies_beginning", "first_day", postgresql_where=text("begun_at IS NULL AND ended_at IS NULL")),
        Index("ix_deputies_deputy", "deputy_id", "last_day", postgresql_where=text("ended_at IS NULL")),
    )


class Attachment(Tables):
    """A stored file's metadata. Its uploader's alone until a process names it, that process's from then on.

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

    __table_args__ = (Index("ix_attachments_unused", "uploaded_at", postgresql_where=text("process_id IS NULL")),)


class Draft(Tables):
    """What somebody has typed into a form and not sent yet; nobody else's to see.

    :param key: the client's, for whatever it keeps apart: a process and its subject, or a selection of bills.
    :param code: the definition's, where it is the form of one.
    :param form: as it was typed; held against no definition.
    :param handlers: whom its user has chosen so far, node → users.
    :param attachment_ids: the uploads that the form names, which live as long as it does.
    :param version: rises by every save that changes something.
    """

    __tablename__ = "drafts"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    form: Mapped[dict[str, Any]]
    handlers: Mapped[dict[str, Any]]
    opinion: Mapped[str] = mapped_column(Text)
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (Index("ix_drafts_saved", "saved_at"),)


class User(Tables):
    """A copy of one of the gateway's users; ``successor_id`` is who takes over from one who has left."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    department_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    successor_id: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (
        Index("ix_users_roles", "roles", postgresql_using="gin", postgresql_where=text("active")),
        Index("ix_users_left", "id", postgresql_where=text("NOT active AND successor_id IS NOT NULL")),
    )


class Department(Tables):
    """A copy of one of the gateway's departments."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    version: Mapped[int]
