"""Inboxes that a million messages do not slow: a word for the recipient, marks for "everything read", texts that an index finds;
the archive; what reminders are made of; receipts that are told of by the day; the policy.

Revision ID: 0002
Revises: 0001
"""

import json
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.notify.domain.searched_texts import SearchedTexts

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ADDRESSEE = (
    "CASE recipient_kind WHEN 'user' THEN 'user:' || user_id::text WHEN 'lead' THEN 'lead:' || department_id::text"
    " ELSE 'role:' || role || coalesce(':' || department_id::text, '') END"
)
_ONE_RECIPIENT = (
    "(recipient_kind = 'user') = (user_id IS NOT NULL) AND (recipient_kind = 'role') = (role IS NOT NULL)"
    " AND (recipient_kind <> 'lead' OR department_id IS NOT NULL)"
    " AND (recipient_kind <> 'user' OR department_id IS NULL)"
)
_ONE_RECIPIENT_BEFORE = (
    "(recipient_kind = 'user') = (user_id IS NOT NULL) AND (recipient_kind = 'lead') = (department_id IS NOT NULL)"
    " AND (recipient_kind = 'role') = (role IS NOT NULL)"
)
_OPEN_TASK = sa.text("task_id IS NOT NULL AND NOT is_done")
_HAS_CUSTOMER = sa.text("customer_id IS NOT NULL")
_BATCH = 2_000
_BRING_BACK = """
INSERT INTO messages (id, deduplication_key, category, place, severity, recipient_kind, user_id, department_id, role,
                      title_zh, title_en, text_zh, text_en, link, customer_id, task_id, posted_at, done_at)
SELECT id, deduplication_key, category, place, severity, recipient_kind, user_id, department_id, role,
       title_zh, title_en, text_zh, text_en, link, customer_id, task_id, posted_at, done_at
  FROM archived_messages WHERE recipient_kind <> 'role' OR department_id IS NULL
    ON CONFLICT DO NOTHING
"""
_READ_ONE_BY_ONE = """
INSERT INTO message_reads (user_id, message_id, posted_at, read_at)
SELECT marks.user_id, messages.id, messages.posted_at, marks.read_until
  FROM read_marks AS marks JOIN messages ON messages.addressee = marks.addressee AND messages.posted_at <= marks.read_until
    ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.add_column("messages", sa.Column("addressee", sa.Text(), sa.Computed(_ADDRESSEE, persisted=True), nullable=False))
    op.add_column(
        "messages", sa.Column("is_done", sa.Boolean(), sa.Computed("done_at IS NOT NULL", persisted=True), nullable=False)
    )
    op.add_column("messages", sa.Column("things", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_constraint(op.f("ck_messages_one_recipient"), "messages")
    op.create_check_constraint(op.f("ck_messages_one_recipient"), "messages", _ONE_RECIPIENT)
    for name in ("ix_messages_user", "ix_messages_lead", "ix_messages_role", "ix_messages_customer_id", "ix_messages_task_id"):
        op.drop_index(name, table_name="messages")
    op.create_index("ix_messages_addressee", "messages", ["addressee", "is_done", "posted_at", "id"])
    op.create_index("ix_messages_place", "messages", ["addressee", "place", "is_done", "posted_at", "id"])
    op.create_index(
        "ix_messages_customer",
        "messages",
        ["customer_id", "addressee", "is_done", "posted_at", "id"],
        postgresql_where=_HAS_CUSTOMER,
    )
    op.create_index("ix_messages_task", "messages", ["task_id"], postgresql_where=_OPEN_TASK)
    op.create_index("ix_messages_open_task", "messages", ["addressee"], postgresql_where=_OPEN_TASK)
    op.create_index("ix_messages_posted_at", "messages", ["posted_at", "id"])
    op.create_index(op.f("ix_closed_tasks_closed_at"), "closed_tasks", ["closed_at"])
    _change_reads()
    _make_marks_and_texts()
    _make_archive()
    _make_own_records()


def _change_reads() -> None:
    # What is done need not be read.
    op.execute("DELETE FROM message_reads USING messages WHERE messages.id = message_id AND messages.is_done")
    op.add_column("message_reads", sa.Column("posted_at", _INSTANT, nullable=True))
    op.execute("UPDATE message_reads SET posted_at = messages.posted_at FROM messages WHERE messages.id = message_id")
    op.alter_column("message_reads", "posted_at", nullable=False)
    op.create_index(op.f("ix_message_reads_message_id"), "message_reads", ["message_id"])
    op.create_index("ix_message_reads_posted_at", "message_reads", ["user_id", "posted_at", "message_id"])


def _make_marks_and_texts() -> None:
    op.create_table(
        "read_marks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("read_until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "addressee", name=op.f("pk_read_marks")),
    )
    op.create_index("ix_read_marks_addressee", "read_marks", ["addressee", "read_until"])
    op.create_table(
        "message_texts",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_texts")),
    )
    _write_texts()
    op.create_index(
        "ix_message_texts_keys", "message_texts", ["keys"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )


def _write_texts() -> None:
    connection, last = op.get_bind(), UUID(int=0)
    some = sa.text(
        "SELECT id, addressee, title_zh, text_zh, title_en, text_en FROM messages WHERE id > :last ORDER BY id LIMIT :limit"
    )
    write = sa.text(
        "INSERT INTO message_texts (message_id, text, keys) SELECT message_id, text, keys"
        " FROM json_to_recordset(CAST(:rows AS json)) AS row (message_id uuid, text text, keys integer[])"
    )
    while rows := connection.execute(some, {"last": last, "limit": _BATCH}).all():
        given = []
        for message_id, addressee, *texts in rows:
            found_by = SearchedTexts.of(addressee, texts)
            given.append({"message_id": str(message_id), "text": found_by.text, "keys": found_by.keys})
        connection.execute(write, {"rows": json.dumps(given)})
        last = rows[-1][0]


def _make_archive() -> None:
    op.create_table(
        "archived_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("deduplication_key", "category", "place", "severity")),
        sa.Column("recipient_kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("addressee", sa.Text(), sa.Computed(_ADDRESSEE, persisted=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title_zh", "title_en", "text_zh", "text_en", "link")),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("things", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("posted_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("is_done", sa.Boolean(), sa.Computed("done_at IS NOT NULL", persisted=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived_messages")),
    )
    op.create_index("ix_archived_messages_addressee", "archived_messages", ["addressee", "posted_at", "id"])
    op.create_index("ix_archived_messages_place", "archived_messages", ["addressee", "place", "posted_at", "id"])
    op.create_index(
        "ix_archived_messages_customer",
        "archived_messages",
        ["customer_id", "addressee", "posted_at", "id"],
        postgresql_where=_HAS_CUSTOMER,
    )


def _make_own_records() -> None:
    op.create_table(
        "waiting_tasks",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("reminded_at", _INSTANT, nullable=True),
        sa.Column("escalated_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_waiting_tasks")),
    )
    for name, noted in (("remind", "reminded_at"), ("escalate", "escalated_at")):
        op.create_index(
            f"ix_waiting_tasks_to_{name}", "waiting_tasks", ["asked_at"], postgresql_where=sa.text(f"{noted} IS NULL")
        )
    op.create_table(
        "unmatched_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_receipts")),
    )
    op.create_index(
        "ix_unmatched_receipts_settled",
        "unmatched_receipts",
        ["changed_at"],
        postgresql_where=sa.text("cardinality(message_keys) = 0"),
    )
    op.create_table(
        "notification_policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_notification_policies")),
    )


def downgrade() -> None:
    """What the archive holds goes back among the messages; a role's in a department go, which the version before cannot say."""
    op.execute("DELETE FROM messages WHERE recipient_kind = 'role' AND department_id IS NOT NULL")
    op.execute(_BRING_BACK)
    op.execute(_READ_ONE_BY_ONE)
    for table in (
        "notification_policies",
        "unmatched_receipts",
        "waiting_tasks",
        "archived_messages",
        "message_texts",
        "read_marks",
    ):
        op.drop_table(table)
    op.drop_index("ix_message_reads_posted_at", table_name="message_reads")
    op.drop_index(op.f("ix_message_reads_message_id"), table_name="message_reads")
    op.drop_column("message_reads", "posted_at")
    op.drop_index(op.f("ix_closed_tasks_closed_at"), table_name="closed_tasks")
    for name in ("posted_at", "open_task", "task", "customer", "place", "addressee"):
        op.drop_index(f"ix_messages_{name}", table_name="messages")
    op.drop_constraint(op.f("ck_messages_one_recipient"), "messages")
    for name in ("things", "is_done", "addressee"):
        op.drop_column("messages", name)
    op.create_check_constraint(op.f("ck_messages_one_recipient"), "messages", _ONE_RECIPIENT_BEFORE)
    op.create_index(op.f("ix_messages_customer_id"), "messages", ["customer_id"])
    op.create_index(op.f("ix_messages_task_id"), "messages", ["task_id"])
    for name, column in (("user", "user_id"), ("lead", "department_id"), ("role", "role")):
        index = f"ix_messages_{name}"
        op.create_index(index, "messages", [column, "posted_at"], postgresql_where=sa.text(f"{column} IS NOT NULL"))
