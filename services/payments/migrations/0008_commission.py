"""Costs and rates that people keep, what balances earn, and our copy of bills."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("unit_costs", "commission_rates", "commission_entries")


def upgrade() -> None:
    for table in ("unit_costs", "commission_rates"):
        _set_by_people(table)
    op.add_column("receivables", sa.Column("covered_quantity", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.create_index(
        "ix_receivables_missing",
        "receivables",
        ["period_start", "bill_id"],
        postgresql_where=sa.text("written_off < amount AND cancelled_by IS NULL"),
    )
    _entries_by_origin()
    _make_bills()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _set_by_people(table: str) -> None:
    op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column(table, sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column(table, sa.Column("set_by_id", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("set_by_name", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f(f"pk_{table}"), table)
    op.create_primary_key(op.f(f"pk_{table}"), table, ["product_type", "valid_from", "version"])
    op.create_index(f"uq_{table}_version", table, ["version"], unique=True, postgresql_where=sa.text("version > 0"))


def _entries_by_origin() -> None:
    # All there are so far come from write-offs, or take back what such earned.
    op.add_column("commission_entries", sa.Column("origin", sa.Text(), nullable=False, server_default="write_off"))
    op.alter_column("commission_entries", "origin", server_default=None)
    op.add_column("commission_entries", sa.Column("process_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE commission_entries SET process_id = write_off_id")
    op.alter_column("commission_entries", "process_id", nullable=False)
    op.alter_column("commission_entries", "write_off_id", nullable=True)
    op.create_check_constraint(op.f("ck_commission_entries_origin"), "commission_entries", "origin IN ('write_off', 'balance')")
    op.create_check_constraint(
        op.f("ck_commission_entries_write_off"), "commission_entries", "(origin = 'write_off') = (write_off_id IS NOT NULL)"
    )
    op.create_index(
        "uq_commission_entries_balance",
        "commission_entries",
        ["bill_id"],
        unique=True,
        postgresql_where=sa.text("origin = 'balance' AND reverses IS NULL"),
    )
    op.create_index("ix_commission_entries_bill", "commission_entries", ["bill_id"])


def _make_bills() -> None:
    amount = sa.Numeric(precision=14, scale=2)
    op.create_table(
        "bills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("payment_mode", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", amount, nullable=False),
        sa.Column("covered", amount, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'reconciling', 'reconciled', 'closed', 'void')", name=op.f("ck_bills_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
    )
    unreconciled = sa.text("state IN ('open', 'reconciling')")
    op.create_index("ix_bills_unreconciled", "bills", ["month", "id"], postgresql_where=unreconciled)
    op.create_index("ix_bills_customer_unreconciled", "bills", ["customer_id", "month"], postgresql_where=unreconciled)


def downgrade() -> None:
    """Refused where something was set or earned that the older tables could not hold, and would miscount."""
    for table, condition in (
        ("unit_costs", "version > 0"),
        ("commission_rates", "version > 0"),
        ("commission_entries", "origin <> 'write_off'"),
        ("receivables", "covered_quantity <> 0"),
    ):
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table} WHERE {condition})")):  # noqa: S608  # constants
            raise RuntimeError(f"{table} holds what the tables before this migration cannot: {condition}")

    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER refuse_change ON {table}")
    op.drop_table("bills")
    op.drop_index("ix_commission_entries_bill", table_name="commission_entries")
    op.drop_column("commission_entries", "origin")
    op.drop_column("commission_entries", "process_id")
    op.alter_column("commission_entries", "write_off_id", nullable=False)
    op.drop_index("ix_receivables_missing", table_name="receivables")
    op.drop_column("receivables", "covered_quantity")
    for table in ("unit_costs", "commission_rates"):
        op.drop_constraint(op.f(f"pk_{table}"), table)
        for column in ("version", "reason", "set_by_id", "set_by_name", "set_at"):
            op.drop_column(table, column)
        op.create_primary_key(op.f(f"pk_{table}"), table, ["product_type", "valid_from"])
