"""What interest and penalties were accrued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    amount, rate = sa.Numeric(precision=14, scale=2), sa.Numeric(precision=7, scale=6)
    op.create_table(
        "interest_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=True),
        sa.Column("bill_number", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("base", amount, nullable=False),
        sa.Column("rate", rate, nullable=False),
        sa.Column("amount", amount, nullable=False),
        sa.Column("origin", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("kind IN ('penalty', 'credit')", name=op.f("ck_interest_entries_kind")),
        sa.CheckConstraint("(kind = 'penalty') = (bill_id IS NOT NULL)", name=op.f("ck_interest_entries_bill")),
        sa.CheckConstraint("extract(day FROM month) = 1 AND booked_on > month", name=op.f("ck_interest_entries_month")),
        sa.CheckConstraint("number > 0", name=op.f("ck_interest_entries_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_entries")),
    )
    for kind, key in (("penalty", "bill_id"), ("credit", "customer_id")):
        op.create_index(
            f"uq_interest_entries_{kind}",
            "interest_entries",
            [key, "month", "number"],
            unique=True,
            postgresql_where=sa.text(f"kind = '{kind}'"),
        )
    op.create_index("ix_interest_entries_month", "interest_entries", ["month", "booked_on", "id"])
    op.create_index("ix_interest_entries_booked_on", "interest_entries", ["booked_on", "id"])
    for name in ("owner", "customer"):
        op.create_index(f"ix_interest_entries_{name}", "interest_entries", [f"{name}_id", "booked_on", "id"])
    op.create_index("ix_interest_entries_department", "interest_entries", ["owner_department_id", "booked_on", "id"])


def downgrade() -> None:
    op.drop_table("interest_entries")
