"""What statements show, frozen; their files' sizes; selections for reconciliation.

Statements asked for before this have no document: those whose files are made keep them, one under way at this very moment fails
and is asked for again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("first_month", sa.Date(), nullable=True),
        sa.Column("last_month", sa.Date(), nullable=True),
        sa.Column("owed", sa.Numeric(precision=16, scale=2), nullable=True),
        sa.Column("created_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("pdf_bytes", sa.BigInteger(), nullable=True),
        sa.Column("xlsx_sha256", sa.Text(), nullable=True),
        sa.Column("xlsx_bytes", sa.BigInteger(), nullable=True),
    ]


_OF_BILLS = """
UPDATE statements SET first_month = months.first, last_month = months.last, owed = statements.amount
FROM (
    SELECT named.id, min(bills.month) AS first, max(bills.month) AS last
    FROM statements AS named
    CROSS JOIN LATERAL jsonb_array_elements_text(named.bill_ids) AS bill_id
    JOIN bills ON bills.id = bill_id::uuid
    GROUP BY named.id
) AS months
WHERE months.id = statements.id
"""


def upgrade() -> None:
    for column in _columns():
        op.add_column("statements", column)
    op.execute(_OF_BILLS)
    for name in ("first_month", "last_month", "owed"):
        op.alter_column("statements", name, nullable=False)
    op.drop_index("ix_statements_customer_id", table_name="statements")
    op.create_index("ix_statements_customer", "statements", ["customer_id", "created_at", "id"])
    op.create_index("ix_statements_created", "statements", ["created_at", "id"])
    op.create_table(
        "statement_documents",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("billed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_statement_documents_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_documents")),
    )
    op.create_table(
        "bill_selections",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("bill_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "customer_id", name=op.f("pk_bill_selections")),
    )


def downgrade() -> None:
    op.drop_table("bill_selections")
    op.drop_table("statement_documents")
    op.drop_index("ix_statements_created", table_name="statements")
    op.drop_index("ix_statements_customer", table_name="statements")
    op.create_index("ix_statements_customer_id", "statements", ["customer_id"])
    for column in reversed(_columns()):
        op.drop_column("statements", column.name)
