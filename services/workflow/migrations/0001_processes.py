"""Processes, their histories, tasks and attachments; definitions; copies of users and departments.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = ("workflow",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definitions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_definitions")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )
    op.create_table(
        "processes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("owner_service", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("initiator_id", sa.Uuid(), nullable=False),
        sa.Column("initiator_name", sa.Text(), nullable=False),
        sa.Column("initiator_department_id", sa.Uuid(), nullable=True),
        sa.Column("form", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("effect", sa.Text(), server_default="none", nullable=False),
        sa.Column("effect_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("effect_en", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(effect = 'none') = (state <> 'archived')", name=op.f("ck_processes_effect_of_archived")),
        sa.CheckConstraint("(node IS NOT NULL) = (state IN ('running', 'returned'))", name=op.f("ck_processes_active_at_a_node")),
        sa.CheckConstraint("asked_at IS NULL OR state IN ('starting', 'rejected')", name=op.f("ck_processes_asked_when_at_rest")),
        sa.CheckConstraint(
            "state IN ('starting', 'refused', 'running', 'returned', 'rejected', 'withdrawn', 'archived')",
            name=op.f("ck_processes_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
    )
    op.create_index(
        "ix_processes_asked", "processes", ["asked_at"], unique=False, postgresql_where=sa.text("asked_at IS NOT NULL")
    )
    op.create_index("ix_processes_changed", "processes", ["changed_at", "id"], unique=False)
    op.create_index("ix_processes_code", "processes", ["code", "changed_at", "id"], unique=False)
    op.create_index("ix_processes_customer", "processes", ["customer_id", "changed_at", "id"], unique=False)
    op.create_index("ix_processes_department", "processes", ["initiator_department_id", "changed_at", "id"], unique=False)
    op.create_index("ix_processes_initiator", "processes", ["initiator_id", "changed_at", "id"], unique=False)
    op.create_index("uq_processes_idempotency_key", "processes", ["initiator_id", "idempotency_key"], unique=True)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(
        "ix_users_roles", "users", ["roles"], unique=False, postgresql_using="gin", postgresql_where=sa.text("active")
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_attachments_process_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("key", name=op.f("uq_attachments_key")),
    )
    op.create_index(op.f("ix_attachments_process_id"), "attachments", ["process_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=True),
        sa.Column("by_role", sa.Text(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("opinion_en", sa.Text(), nullable=False),
        sa.Column("handlers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("to_node", sa.Text(), nullable=True),
        sa.Column("to", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_entries_process_id")),
        sa.PrimaryKeyConstraint("process_id", "number", name=op.f("pk_entries")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_how", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_tasks_settled_when_not_open")),
        sa.CheckConstraint("state IN ('open', 'done', 'closed')", name=op.f("ck_tasks_state_known")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_tasks_process_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_process", "tasks", ["process_id"], unique=False)
    op.create_index(
        "ix_tasks_todo", "tasks", ["user_id", "opened_at", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_tasks_todo_by_code",
        "tasks",
        ["user_id", "code", "opened_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_tasks_user", "tasks", ["user_id", "process_id", "state"], unique=False)
    op.create_index("uq_tasks_open", "tasks", ["process_id", "user_id"], unique=True, postgresql_where=sa.text("state = 'open'"))
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index("uq_tasks_open", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_user", table_name="tasks")
    op.drop_index("ix_tasks_todo_by_code", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_todo", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_process", table_name="tasks")
    op.drop_table("tasks")
    op.drop_table("entries")
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_index(op.f("ix_attachments_process_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_users_roles", table_name="users", postgresql_using="gin", postgresql_where=sa.text("active"))
    op.drop_table("users")
    op.drop_index("uq_processes_idempotency_key", table_name="processes")
    op.drop_index("ix_processes_initiator", table_name="processes")
    op.drop_index("ix_processes_department", table_name="processes")
    op.drop_index("ix_processes_customer", table_name="processes")
    op.drop_index("ix_processes_code", table_name="processes")
    op.drop_index("ix_processes_changed", table_name="processes")
    op.drop_index("ix_processes_asked", table_name="processes", postgresql_where=sa.text("asked_at IS NOT NULL"))
    op.drop_table("processes")
    op.drop_table("departments")
    op.drop_table("definitions")
