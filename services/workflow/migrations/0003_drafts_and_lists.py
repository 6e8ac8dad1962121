"""Drafts; unused uploads to be found; lists of what one has decided, by when, and of what is copied, the unread first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_INSTANT = sa.DateTime(timezone=True)
_DONE = sa.text("state = 'done'")


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("form", _JSONB, nullable=False),
        sa.Column("attachment_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_saved", "drafts", ["saved_at"])
    op.create_index("ix_attachments_unused", "attachments", ["uploaded_at"], postgresql_where=sa.text("process_id IS NULL"))
    # Whether a decision was one's last on its process is read beside it.
    op.drop_index("ix_tasks_done", table_name="tasks")
    op.create_index("ix_tasks_done", "tasks", ["acted_by_id", "process_id", "settled_at", "id"], postgresql_where=_DONE)
    op.create_index("ix_tasks_decided", "tasks", ["acted_by_id", "settled_at", "id"], postgresql_where=_DONE)


def downgrade() -> None:
    op.drop_index("ix_tasks_decided", table_name="tasks")
    op.drop_index("ix_tasks_done", table_name="tasks")
    op.create_index("ix_tasks_done", "tasks", ["acted_by_id", "process_id"], postgresql_where=_DONE)
    op.drop_index("ix_attachments_unused", table_name="attachments")
    op.drop_table("drafts")
