"""When beat was last heard of, wherever it runs.

Revision ID: kit_0004
Revises: kit_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "kit_0004"
down_revision = "kit_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
        comment="when something that leaves no other trace was last at work: beat, by way of a worker",
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
