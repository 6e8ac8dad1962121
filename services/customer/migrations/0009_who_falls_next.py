"""Who falls next is found by an index, of those tiers that fall for want of a contact log.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_customers_quiet",
        "customers",
        ["tier", sa.text("GREATEST(last_log_on, timezone('Asia/Shanghai'::text, tier_since)::date)"), "id"],
        postgresql_where=sa.text("tier IN ('trial', 'intent', 'silent') AND NOT is_protected"),
    )


def downgrade() -> None:
    op.drop_index("ix_customers_quiet", table_name="customers")
