"""Definitions that people publish: by whom, why, after which version; their drafts; indexes of counts and statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definitions", sa.Column("is_waiting", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("definitions", sa.Column("published_by_id", sa.Uuid(), nullable=True))
    op.add_column("definitions", sa.Column("published_by_name", sa.Text(), nullable=True))
    op.add_column("definitions", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "definition_drafts",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_definition_drafts")),
    )
    op.create_index("ix_processes_definition", "processes", ["code", "definition_version", "state"])
    op.create_index("ix_processes_started", "processes", ["started_at", "code"])
    op.create_index("ix_entries_returned", "entries", ["at"], postgresql_where=sa.text("action = 'returned'"))


def downgrade() -> None:
    op.drop_index("ix_entries_returned", table_name="entries")
    op.drop_index("ix_processes_started", table_name="processes")
    op.drop_index("ix_processes_definition", table_name="processes")
    op.drop_table("definition_drafts")
    for column in ("note", "published_by_name", "published_by_id", "is_waiting"):
        op.drop_column("definitions", column)
