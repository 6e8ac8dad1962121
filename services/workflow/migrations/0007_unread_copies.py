"""What was copied to somebody is listed by an index, the unread first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("copies", sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE copies SET listed_at = CASE WHEN read_at IS NULL THEN at + interval '365000 days' ELSE at END")
    op.alter_column("copies", "listed_at", nullable=False)
    op.create_index("ix_copies_listed", "copies", ["user_id", "listed_at", "process_id"])


def downgrade() -> None:
    op.drop_index("ix_copies_listed", table_name="copies")
    op.drop_column("copies", "listed_at")
