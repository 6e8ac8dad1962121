"""Write-offs that are undone by reversing ones, receivables of voided bills, and bills that bring their own cost."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A reversing pair takes back a final one, whole: the sums follow by themselves, as its amount is below zero and its state final.
GUARD_PAIR = """
CREATE OR REPLACE FUNCTION guard_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'final' OR (NEW.id, NEW.write_off_id, NEW.attempt, NEW.receipt_id, NEW.bill_id, NEW.amount, NEW.reverses)
               IS DISTINCT FROM
               (OLD.id, OLD.write_off_id, OLD.attempt, OLD.receipt_id, OLD.bill_id, OLD.amount, OLD.reverses) THEN
            RAISE EXCEPTION 'only the state of a pair that is not final changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- Locked, so that neither side can go to another customer between this look and the commit.
    IF NOT EXISTS (
        SELECT FROM write_offs AS w
          JOIN receipts AS r ON r.customer_id = w.customer_id
          JOIN receivables AS b ON b.customer_id = w.customer_id
         WHERE w.id = NEW.write_off_id AND r.id = NEW.receipt_id AND b.bill_id = NEW.bill_id
           FOR UPDATE OF r, b
    ) THEN
        RAISE EXCEPTION 'a write-off joins receipts and receivables of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NULL AND EXISTS (SELECT FROM write_offs WHERE id = NEW.write_off_id AND reverses IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversing write-off only takes back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NOT NULL AND NOT EXISTS (
        SELECT FROM write_off_pairs AS p
          JOIN write_offs AS w ON w.reverses = p.write_off_id
         WHERE w.id = NEW.write_off_id AND p.id = NEW.reverses AND p.state = 'final' AND p.reverses IS NULL
           AND (p.receipt_id, p.bill_id, p.amount) = (NEW.receipt_id, NEW.bill_id, -NEW.amount)
    ) THEN
        RAISE EXCEPTION 'a reversing pair takes back a final one of the write-off that is reversed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_PAIR_BEFORE = """
CREATE OR REPLACE FUNCTION guard_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'final' OR (NEW.id, NEW.write_off_id, NEW.attempt, NEW.receipt_id, NEW.bill_id, NEW.amount)
               IS DISTINCT FROM (OLD.id, OLD.write_off_id, OLD.attempt, OLD.receipt_id, OLD.bill_id, OLD.amount) THEN
            RAISE EXCEPTION 'only the state of a pair that is not final changes' USING ERRCODE = 'check_violation';
        END IF;
    -- Locked, so that neither side can go to another customer between this look and the commit.
    ELSIF NOT EXISTS (
        SELECT FROM write_offs AS w
          JOIN receipts AS r ON r.customer_id = w.customer_id
          JOIN receivables AS b ON b.customer_id = w.customer_id
         WHERE w.id = NEW.write_off_id AND r.id = NEW.receipt_id AND b.bill_id = NEW.bill_id
           FOR UPDATE OF r, b
    ) THEN
        RAISE EXCEPTION 'a write-off joins receipts and receivables of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_CANCELLED = """
CREATE FUNCTION guard_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.cancelled_by IS NOT NULL AND NEW.cancelled_by IS DISTINCT FROM OLD.cancelled_by THEN
        RAISE EXCEPTION 'a receivable of a voided bill stays cancelled' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_cancelled BEFORE UPDATE ON receivables FOR EACH ROW EXECUTE FUNCTION guard_cancelled();
"""

AMOUNT = sa.Numeric(precision=14, scale=2)


def upgrade() -> None:
    op.add_column("write_offs", sa.Column("reverses", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_write_offs_reverses"), "write_offs", "write_offs", ["reverses"], ["id"])
    op.create_check_constraint(op.f("ck_write_offs_reverses"), "write_offs", "reverses <> id")
    op.create_index(
        "uq_write_offs_reverses",
        "write_offs",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("state IN ('started', 'archived')"),
    )

    op.add_column("write_off_pairs", sa.Column("reverses", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_write_off_pairs_reverses"), "write_off_pairs", "write_off_pairs", ["reverses"], ["id"])
    op.create_unique_constraint(op.f("uq_write_off_pairs_reverses"), "write_off_pairs", ["reverses"])
    op.drop_constraint(op.f("ck_write_off_pairs_amount"), "write_off_pairs")
    op.create_check_constraint(
        op.f("ck_write_off_pairs_amount"), "write_off_pairs", "amount <> 0 AND (amount > 0) = (reverses IS NULL)"
    )
    op.create_check_constraint(op.f("ck_write_off_pairs_reverses"), "write_off_pairs", "reverses IS NULL OR state = 'final'")
    op.execute(GUARD_PAIR)

    op.alter_column("receivables", "product_id", nullable=True)
    op.add_column("receivables", sa.Column("cost", AMOUNT, nullable=True))
    op.add_column("receivables", sa.Column("cancelled_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(op.f("ck_receivables_cost"), "receivables", "cost >= 0")
    op.create_check_constraint(
        op.f("ck_receivables_cancelled"), "receivables", "cancelled_by IS NULL OR held = 0 AND written_off = 0"
    )
    op.execute(GUARD_CANCELLED)

    op.alter_column("commission_entries", "unit_cost", nullable=True)
    op.add_column("commission_entries", sa.Column("reverses", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_commission_entries_reverses"), "commission_entries", "commission_entries", ["reverses"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_commission_entries_reverses"), "commission_entries", ["reverses"])
    op.create_check_constraint(
        op.f("ck_commission_entries_reverses"),
        "commission_entries",
        "written_off = 0 OR (written_off > 0) = (reverses IS NULL)",
    )
    # To begin with, as the others' first rates; what an order cost is its own purchase price.
    op.bulk_insert(
        sa.table("commission_rates", sa.column("product_type"), sa.column("valid_from", sa.Date), sa.column("rate", sa.Numeric)),
        [{"product_type": "ecommerce", "valid_from": date(2020, 1, 1), "rate": Decimal("0.10")}],
    )


def downgrade() -> None:
    """Refused where something was reversed, cancelled or ordered: the older tables could not hold it, and would miscount."""
    for table, condition in (
        ("write_offs", "reverses IS NOT NULL"),
        ("receivables", "cancelled_by IS NOT NULL OR cost IS NOT NULL OR product_id IS NULL"),
        ("commission_entries", "unit_cost IS NULL OR reverses IS NOT NULL"),
    ):
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table} WHERE {condition})")):  # noqa: S608  # constants
            raise RuntimeError(f"{table} holds what the tables before this migration cannot: {condition}")

    op.execute("DELETE FROM commission_rates WHERE product_type = 'ecommerce'")
    op.drop_column("commission_entries", "reverses")
    op.alter_column("commission_entries", "unit_cost", nullable=False)

    op.execute("DROP TRIGGER guard_cancelled ON receivables; DROP FUNCTION guard_cancelled")
    op.drop_column("receivables", "cancelled_by")
    op.drop_column("receivables", "cost")
    op.alter_column("receivables", "product_id", nullable=False)

    op.execute(GUARD_PAIR_BEFORE)
    op.drop_column("write_off_pairs", "reverses")
    op.create_check_constraint(op.f("ck_write_off_pairs_amount"), "write_off_pairs", "amount > 0")
    op.drop_column("write_offs", "reverses")
