"""A draft keeps all that is typed and chosen beside the form, too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("handlers", JSONB(), nullable=False, server_default="{}"))
    op.add_column("drafts", sa.Column("opinion", sa.Text(), nullable=False, server_default=""))
    op.alter_column("drafts", "handlers", server_default=None)
    op.alter_column("drafts", "opinion", server_default=None)


def downgrade() -> None:
    op.drop_column("drafts", "opinion")
    op.drop_column("drafts", "handlers")
