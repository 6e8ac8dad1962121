"""Late usage: the months to rate anew, what re-rating superseded, and adjustments that later bills carry."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AMOUNT = sa.Numeric(precision=16, scale=2)
_INSTANT = sa.DateTime(timezone=True)

# Whoever writes, a hand at psql included: an adjustment is carried once, in whatever parts.
_GUARD = """
CREATE FUNCTION guard_adjustment_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    adjustment bill_adjustments;
    carried record;
BEGIN
    SELECT * INTO adjustment FROM bill_adjustments WHERE id = NEW.adjustment_id FOR UPDATE;
    SELECT coalesce(sum(used.quantity), 0) + NEW.quantity AS quantity, coalesce(sum(used.amount), 0) + NEW.amount AS amount
        INTO carried
        FROM bill_adjustment_uses AS used JOIN bills ON bills.id = used.bill_id
        WHERE used.adjustment_id = NEW.adjustment_id AND used.bill_id <> NEW.bill_id AND bills.state <> 'void';
    IF carried.quantity NOT BETWEEN least(adjustment.quantity, 0) AND greatest(adjustment.quantity, 0)
        OR carried.amount NOT BETWEEN least(adjustment.amount, 0) AND greatest(adjustment.amount, 0) THEN
        RAISE EXCEPTION 'more of adjustment % would be carried than there is', NEW.adjustment_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_adjustment_use BEFORE INSERT OR UPDATE ON bill_adjustment_uses
    FOR EACH ROW EXECUTE FUNCTION guard_adjustment_use();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON bill_adjustments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON bill_reratings FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Usage that came late before this version marked nothing: bills that do not hold what was sent by now are rated anew.
_MARK_WHAT_CAME = """
INSERT INTO late_usage (product_id, month, customer_id, marked_at)
SELECT product_id, month, customer_id, now() FROM bills
 WHERE product_id IS NOT NULL AND state <> 'void' AND EXISTS (
    SELECT FROM (
        SELECT accounts.id AS account_id, sum(usage_daily.quantity) AS quantity
          FROM accounts
          JOIN account_names ON account_names.account_id = accounts.id
          JOIN usage_daily ON usage_daily.account = account_names.name
         WHERE accounts.product_id = bills.product_id
           AND usage_daily.day >= bills.month AND usage_daily.day < bills.month + interval '1 month'
         GROUP BY accounts.id
    ) AS sent
    FULL JOIN (SELECT account_id, quantity FROM bill_accounts WHERE bill_id = bills.id) AS billed USING (account_id)
    WHERE coalesce(sent.quantity, 0) <> coalesce(billed.quantity, 0)
 )
"""


def upgrade() -> None:
    op.add_column("bills", sa.Column("adjusted", _AMOUNT, nullable=False, server_default=sa.text("0")))
    op.add_column("bill_accounts", sa.Column("adjusted_quantity", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("bill_accounts", sa.Column("adjusted_amount", _AMOUNT, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "late_usage",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("product_id", "month", name=op.f("pk_late_usage")),
    )
    op.create_index(op.f("ix_late_usage_customer_id"), "late_usage", ["customer_id"])
    op.create_table(
        "bill_reratings",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("quantity_before", sa.BigInteger(), nullable=False),
        sa.Column("quantity_after", sa.BigInteger(), nullable=False),
        sa.Column("amount_before", _AMOUNT, nullable=False),
        sa.Column("amount_after", _AMOUNT, nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rated_at", _INSTANT, nullable=False),
        sa.CheckConstraint("outcome IN ('replaced', 'adjusted')", name=op.f("ck_bill_reratings_outcome")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_reratings_bill_id")),
        sa.PrimaryKeyConstraint("bill_id", "number", name=op.f("pk_bill_reratings")),
    )
    op.create_table(
        "bill_adjustments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("rerating", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.CheckConstraint("quantity <> 0 OR amount <> 0", name=op.f("ck_bill_adjustments_something")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_adjustments_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_adjustments")),
        sa.UniqueConstraint("bill_id", "rerating", "account_id", name=op.f("uq_bill_adjustments_bill_id_rerating_account_id")),
    )
    op.create_index(op.f("ix_bill_adjustments_product_id"), "bill_adjustments", ["product_id"])
    op.create_table(
        "bill_adjustment_uses",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.ForeignKeyConstraint(["adjustment_id"], ["bill_adjustments.id"], name=op.f("fk_bill_adjustment_uses_adjustment_id")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_adjustment_uses_bill_id")),
        sa.PrimaryKeyConstraint("bill_id", "adjustment_id", name=op.f("pk_bill_adjustment_uses")),
    )
    op.create_index("ix_bill_adjustment_uses_adjustment", "bill_adjustment_uses", ["adjustment_id"])
    op.execute(_GUARD)
    op.execute(_MARK_WHAT_CAME)


def downgrade() -> None:
    """Refused where late usage was found for an agreed bill: the bill that carries it would not add up."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM bill_adjustments)")):
        raise RuntimeError("bill_adjustments holds what the tables before this migration cannot")
    for table in ("bill_adjustment_uses", "bill_adjustments", "bill_reratings", "late_usage"):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_adjustment_use()")
    op.drop_column("bill_accounts", "adjusted_amount")
    op.drop_column("bill_accounts", "adjusted_quantity")
    op.drop_column("bills", "adjusted")
