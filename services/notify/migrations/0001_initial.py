"""The first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("notify",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_tasks",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_closed_tasks")),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deduplication_key", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("recipient_kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(recipient_kind = 'user') = (user_id IS NOT NULL)"
            " AND (recipient_kind = 'lead') = (department_id IS NOT NULL)"
            " AND (recipient_kind = 'role') = (role IS NOT NULL)",
            name=op.f("ck_messages_one_recipient"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("deduplication_key", name=op.f("uq_messages_deduplication_key")),
    )
    op.create_index(op.f("ix_messages_customer_id"), "messages", ["customer_id"], unique=False)
    op.create_index(
        "ix_messages_lead",
        "messages",
        ["department_id", "posted_at"],
        unique=False,
        postgresql_where=sa.text("department_id IS NOT NULL"),
    )
    op.create_index(
        "ix_messages_role", "messages", ["role", "posted_at"], unique=False, postgresql_where=sa.text("role IS NOT NULL")
    )
    op.create_index(op.f("ix_messages_task_id"), "messages", ["task_id"], unique=False)
    op.create_index(
        "ix_messages_user", "messages", ["user_id", "posted_at"], unique=False, postgresql_where=sa.text("user_id IS NOT NULL")
    )
    op.create_table(
        "message_reads",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_reads_message_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "message_id", name=op.f("pk_message_reads")),
    )


def downgrade() -> None:
    op.drop_table("message_reads")
    op.drop_index("ix_messages_user", table_name="messages", postgresql_where=sa.text("user_id IS NOT NULL"))
    op.drop_index(op.f("ix_messages_task_id"), table_name="messages")
    op.drop_index("ix_messages_role", table_name="messages", postgresql_where=sa.text("role IS NOT NULL"))
    op.drop_index("ix_messages_lead", table_name="messages", postgresql_where=sa.text("department_id IS NOT NULL"))
    op.drop_index(op.f("ix_messages_customer_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_table("customers")
    op.drop_table("closed_tasks")
