"""Deputies are told of what waits already when they begin."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deputies", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_deputies_beginning",
        "deputies",
        ["first_day"],
        postgresql_where=sa.text("begun_at IS NULL AND ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deputies_beginning", table_name="deputies")
    op.drop_column("deputies", "begun_at")
