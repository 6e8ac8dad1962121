"""Bills of e-commerce orders, billing cycles that a process agreed, and bills that a process voids."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNIT_PRICE = sa.Numeric(precision=12, scale=6)
AMOUNT = sa.Numeric(precision=16, scale=2)


def upgrade() -> None:
    op.add_column("products", sa.Column("cycle_agreed_at", sa.DateTime(timezone=True), nullable=True))

    op.alter_column("bills", "product_id", nullable=True)
    op.add_column("bills", sa.Column("order_process_id", sa.Uuid(), nullable=True))
    op.add_column("bills", sa.Column("cost", AMOUNT, nullable=True))
    op.add_column("bills", sa.Column("void_process_id", sa.Uuid(), nullable=True))
    op.add_column("bills", sa.Column("void_reason", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_bills_order_process_id"), "bills", ["order_process_id"])
    op.create_index(
        "ix_bills_void_process", "bills", ["void_process_id"], postgresql_where=sa.text("void_process_id IS NOT NULL")
    )
    op.create_check_constraint(
        op.f("ck_bills_order"),
        "bills",
        "(product_id IS NULL) = (order_process_id IS NOT NULL) AND (cost IS NULL) = (order_process_id IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_bills_voiding"),
        "bills",
        "void_process_id IS NULL OR state = 'void' OR state IN ('open', 'reconciled') AND invoiced = 0 AND invoice_reserved = 0",
    )
    op.create_check_constraint(op.f("ck_bills_voided"), "bills", "state <> 'void' OR void_process_id IS NOT NULL")
    op.create_table(
        "bill_items",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("purchase_price", UNIT_PRICE, nullable=False),
        sa.Column("sale_price", UNIT_PRICE, nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.CheckConstraint(
            "quantity > 0 AND purchase_price >= 0 AND sale_price >= 0 AND amount >= 0", name=op.f("ck_bill_items_not_below_zero")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_items_bill_id")),
        sa.PrimaryKeyConstraint("bill_id", "number", name=op.f("pk_bill_items")),
    )


def downgrade() -> None:
    op.drop_table("bill_items")
    for constraint in ("ck_bills_voided", "ck_bills_voiding", "ck_bills_order"):
        op.drop_constraint(op.f(constraint), "bills")
    op.drop_index("ix_bills_void_process", table_name="bills")
    op.drop_constraint(op.f("uq_bills_order_process_id"), "bills")
    for column in ("void_reason", "void_process_id", "cost", "order_process_id"):
        op.drop_column("bills", column)
    op.alter_column("bills", "product_id", nullable=False)
    op.drop_column("products", "cycle_agreed_at")
