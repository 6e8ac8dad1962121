"""Prices that nobody edits, who asked for them, and one-off sales, each on one bill."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION keep_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a price that was agreed is never changed or deleted: a newer one wins' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER keep_price BEFORE UPDATE OR DELETE ON prices FOR EACH ROW EXECUTE FUNCTION keep_price();

CREATE FUNCTION guard_one_off_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a one-off sale is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.price_id, NEW.product_id, NEW.due_month) IS DISTINCT FROM (OLD.price_id, OLD.product_id, OLD.due_month) THEN
        RAISE EXCEPTION 'of a one-off sale only its bill changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.bill_id IS NOT DISTINCT FROM OLD.bill_id THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM bills WHERE id = OLD.bill_id AND state <> 'void') THEN
        RAISE EXCEPTION 'one-off sale % is on a bill already', OLD.price_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM bills WHERE id = NEW.bill_id AND product_id = NEW.product_id AND state <> 'void') THEN
        RAISE EXCEPTION 'one-off sale % is billed with its own product', OLD.price_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_one_off_sale BEFORE UPDATE OR DELETE ON one_off_sales
    FOR EACH ROW EXECUTE FUNCTION guard_one_off_sale();
"""


def upgrade() -> None:
    op.add_column("prices", sa.Column("quantity", sa.BigInteger(), nullable=True))
    op.add_column("prices", sa.Column("initiated_by", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_prices_quantity"), "prices", "quantity > 0")
    op.create_table(
        "one_off_sales",
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("due_month", sa.Date(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_one_off_sales_bill_id")),
        sa.ForeignKeyConstraint(["price_id"], ["prices.id"], name=op.f("fk_one_off_sales_price_id")),
        sa.PrimaryKeyConstraint("price_id", name=op.f("pk_one_off_sales")),
    )
    op.create_index("ix_one_off_sales_product", "one_off_sales", ["product_id", "due_month"], unique=False)
    op.create_index("ix_one_off_sales_bill", "one_off_sales", ["bill_id"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Refused where something was sold once: the older tables would price usage by it."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM prices WHERE quantity IS NOT NULL)")):
        raise RuntimeError("prices holds what the tables before this migration cannot: one-off sales")
    op.drop_table("one_off_sales")
    op.execute("DROP FUNCTION guard_one_off_sale")
    op.execute("DROP TRIGGER keep_price ON prices; DROP FUNCTION keep_price")
    op.drop_constraint(op.f("ck_prices_quantity"), "prices")
    for column in ("initiated_by", "quantity"):
        op.drop_column("prices", column)
