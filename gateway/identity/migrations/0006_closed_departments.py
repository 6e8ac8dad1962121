"""Departments that are closed.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("departments", sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("departments", "closed", server_default=None)


def downgrade() -> None:
    op.drop_column("departments", "closed")
