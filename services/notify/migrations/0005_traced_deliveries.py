"""The trace that a message was posted in, beside what is to be sent of it.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries ADD COLUMN trace text")


def downgrade() -> None:
    op.execute("ALTER TABLE deliveries DROP COLUMN trace")
