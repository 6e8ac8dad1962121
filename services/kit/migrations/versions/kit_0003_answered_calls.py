"""Answers to calls that made something, so that a call made once more is answered and not done again.

Revision ID: kit_0003
Revises: kit_0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "kit_0003"
down_revision = "kit_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_calls",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", "call", name=op.f("pk_answered_calls")),
        comment="answers to calls that made something, by the key under which their callers may ask again",
    )
    op.create_index(op.f("ix_answered_calls_answered_at"), "answered_calls", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_answered_calls_answered_at"), table_name="answered_calls")
    op.drop_table("answered_calls")
