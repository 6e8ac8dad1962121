"""Lists of receivables that stay quick however many were settled before: what is owed, what was cancelled, of a month, and by
amount and number."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_receivables_owed", ["due_on", "bill_id"], "written_off < amount AND cancelled_by IS NULL"),
    ("ix_receivables_cancelled", ["due_on", "bill_id"], "cancelled_by IS NOT NULL"),
    ("ix_receivables_period_due_on", ["period_start", "due_on", "bill_id"], None),
    ("ix_receivables_amount", ["amount", "bill_id"], None),
    ("ix_receivables_number", ["number", "bill_id"], None),
)


def upgrade() -> None:
    for name, columns, condition in INDEXES:
        op.create_index(name, "receivables", columns, postgresql_where=condition and sa.text(condition))


def downgrade() -> None:
    for name, _, _ in INDEXES:
        op.drop_index(name, table_name="receivables")
