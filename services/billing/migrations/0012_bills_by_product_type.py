"""Bills are listed by the type of their product."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bills_product_type", "bills", ["product_type", "month", "id"])


def downgrade() -> None:
    op.drop_index("ix_bills_product_type", table_name="bills")
