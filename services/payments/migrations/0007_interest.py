"""Rates, exemptions and accrued months; what marks them; copies of accounts and of the prepaid money on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Whoever changes what an accrued month was computed from, in whatever way, marks it: a write-off that becomes final or is
# reversed, of money that came in before a month that is accrued; a receivable that is opened when it is long due, or voided; a
# movement of prepaid money with an earlier day. The writers hold their customer's lock, as a run does: so either the run sees
# what they wrote, or they see the run's months.
MARKS = """
CREATE FUNCTION month_after(day date) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN (date_trunc('month', day::timestamp) + interval '1 month')::date;

CREATE FUNCTION mark_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO interest_marks (customer_id, bill_id, from_month)
    SELECT bill.customer_id, bill.bill_id, min(month_after((receipt.received_at AT TIME ZONE 'Asia/Shanghai')::date))
      FROM changed AS pair
      JOIN receipts AS receipt ON receipt.id = pair.receipt_id
      JOIN receivables AS bill ON bill.bill_id = pair.bill_id
     WHERE pair.state = 'final'
       AND greatest((receipt.received_at AT TIME ZONE 'Asia/Shanghai')::date, bill.due_on)
           < (SELECT max(month) FROM interest_months)
     GROUP BY bill.customer_id, bill.bill_id;
    RETURN NULL;
END $$;

CREATE TRIGGER mark_new_pairs AFTER INSERT ON write_off_pairs
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_pairs();
CREATE TRIGGER mark_turned_pairs AFTER UPDATE ON write_off_pairs
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_pairs();

CREATE FUNCTION mark_receivable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO interest_marks (customer_id, bill_id, from_month)
    SELECT NEW.customer_id, NEW.bill_id, month_after(NEW.due_on) WHERE NEW.due_on < (SELECT max(month) FROM interest_months);
    RETURN NULL;
END $$;

CREATE TRIGGER mark_new_receivable AFTER INSERT ON receivables FOR EACH ROW EXECUTE FUNCTION mark_receivable();
CREATE TRIGGER mark_voided_receivable AFTER UPDATE OF cancelled_by ON receivables
    FOR EACH ROW WHEN (OLD.cancelled_by IS DISTINCT FROM NEW.cancelled_by) EXECUTE FUNCTION mark_receivable();

CREATE FUNCTION mark_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO interest_marks (customer_id, from_month)
    SELECT customer_id, min(date_trunc('month', day::timestamp)::date) FROM added
     WHERE month_after(day) <= (SELECT month_after(max(month)) FROM interest_months)
     GROUP BY customer_id;
    RETURN NULL;
END $$;

CREATE TRIGGER mark_movements AFTER INSERT ON prepaid_movements
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mark_movements();

-- Whoever writes, a hand at psql included: what had an effect on money is never overwritten and never goes.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
"""

APPEND_ONLY = ("interest_entries", "interest_rates", "interest_exemptions", "prepaid_movements")

# The accounts that our receivables' shares tell of; those of billing's ledger come with its events, new ones with customer's.
FIRST_ACCOUNTS = """
INSERT INTO accounts (id, identifier, customer_id, version)
SELECT DISTINCT ON (1) (share ->> 'account_id')::uuid, share ->> 'identifier', customer_id, 0
  FROM receivables, jsonb_array_elements(shares) AS share ORDER BY 1, created_at DESC
"""


def upgrade() -> None:
    _create_interest_tables()
    _create_account_tables()
    op.execute(MARKS)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(FIRST_ACCOUNTS)


def _create_interest_tables() -> None:
    rate, instant = sa.Numeric(precision=7, scale=6), sa.DateTime(timezone=True)
    op.create_table(
        "interest_rates",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("rate", rate, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("set_at", instant, nullable=False),
        sa.CheckConstraint("rate >= 0 AND rate <= 0.1", name=op.f("ck_interest_rates_rate")),
        sa.CheckConstraint("extract(day FROM from_month) = 1", name=op.f("ck_interest_rates_from_month")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_interest_rates")),
    )
    op.create_index("ix_interest_rates_from_month", "interest_rates", ["from_month", "version"])
    op.create_table(
        "interest_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rate", rate, nullable=False),
        sa.Column("opened_at", instant, nullable=False),
        sa.Column("finished_shards", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("told_at", instant, nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_interest_months_month")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_interest_months")),
    )
    op.create_table(
        "interest_progress",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_interest_progress")),
    )
    op.create_table(
        "interest_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=True),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_marks")),
    )
    op.create_index(op.f("ix_interest_marks_customer_id"), "interest_marks", ["customer_id"])
    op.create_table(
        "interest_exemptions",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("periods", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("set_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_interest_exemptions")),
    )
    op.create_table(
        "interest_exempt_periods",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("to_month", sa.Date(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("to_month >= from_month", name=op.f("ck_interest_exempt_periods_months")),
        sa.PrimaryKeyConstraint("account_id", "from_month", name=op.f("pk_interest_exempt_periods")),
    )
    op.create_index(op.f("ix_interest_exempt_periods_customer_id"), "interest_exempt_periods", ["customer_id"])


def _create_account_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_customer_id"), "accounts", ["customer_id"])
    op.create_index("ix_accounts_identifier", "accounts", ["identifier", "id"])
    op.create_table(
        "prepaid_movements",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("posting_id", "account_id", name=op.f("pk_prepaid_movements")),
    )
    op.create_index("ix_prepaid_movements_customer", "prepaid_movements", ["customer_id", "day"])


def downgrade() -> None:
    """Refused where something was accrued: without the months that it is of, they would be accrued a second time."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM interest_entries)")):
        raise RuntimeError("interest_entries holds what was accrued of months that the tables before this migration do not know")
    for trigger, table in (
        ("mark_new_pairs", "write_off_pairs"),
        ("mark_turned_pairs", "write_off_pairs"),
        ("mark_new_receivable", "receivables"),
        ("mark_voided_receivable", "receivables"),
        ("refuse_change", "interest_entries"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for table in (
        "prepaid_movements",
        "accounts",
        "interest_exempt_periods",
        "interest_exemptions",
        "interest_marks",
        "interest_progress",
        "interest_months",
        "interest_rates",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION mark_pairs, mark_receivable, mark_movements, month_after, refuse_change")
