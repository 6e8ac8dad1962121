"""The first tables: copies, usage, prices, bills, refusals, statements, invoices.

Revision ID: 0001
Revises: none
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = ("billing",)
depends_on = None

FLOORS = {
    "industry_sms": "0.030000",
    "marketing_sms": "0.028000",
    "international_sms": "0.080000",
    "mms": "0.150000",
    "voice": "0.060000",
    "software": "0.000000",
}
"""Product type → the unit price in CNY below which the sales director is asked; a start, to be set by administration."""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_customer_id"), "accounts", ["customer_id"], unique=False)
    op.create_index("ix_accounts_identifier", "accounts", ["identifier", "changed_at"], unique=False)
    op.create_index(op.f("ix_accounts_product_id"), "accounts", ["product_id"], unique=False)
    op.create_table(
        "bill_refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_refusals")),
        sa.UniqueConstraint("month", "subject", name=op.f("uq_bill_refusals_month_subject")),
    )
    op.create_index("ix_bill_refusals_customer", "bill_refusals", ["customer_id", "month"], unique=False)
    op.create_index("ix_bill_refusals_month", "bill_refusals", ["month", "id"], unique=False)
    op.create_table(
        "bills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("payment_mode", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("billing_cycle_months", sa.Integer(), nullable=False),
        sa.Column("needs_invoice", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outstanding", sa.Numeric(precision=16, scale=2), nullable=True),
        sa.Column("receivable_version", sa.Integer(), nullable=False),
        sa.Column("invoice_reserved", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("invoiced", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(due_on IS NOT NULL) = (state IN ('reconciled', 'closed')) OR state = 'void'", name=op.f("ck_bills_due_on")
        ),
        sa.CheckConstraint("(state = 'open') = (process_id IS NULL) OR state = 'void'", name=op.f("ck_bills_process")),
        sa.CheckConstraint("state IN ('open', 'reconciling', 'reconciled', 'closed', 'void')", name=op.f("ck_bills_state")),
        sa.CheckConstraint(
            "invoiced >= 0 AND invoice_reserved >= 0 AND invoiced + invoice_reserved <= amount", name=op.f("ck_bills_invoiced")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
        sa.UniqueConstraint("number", name=op.f("uq_bills_number")),
    )
    op.create_index("ix_bills_customer", "bills", ["customer_id", "month", "id"], unique=False)
    op.create_index("ix_bills_month", "bills", ["month", "id"], unique=False)
    op.create_index("ix_bills_process", "bills", ["process_id"], unique=False)
    op.create_index(
        "uq_bills_product_month", "bills", ["product_id", "month"], unique=True, postgresql_where=sa.text("state <> 'void'")
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_information", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_department", "customers", ["owner_department_id"], unique=False)
    op.create_index("ix_customers_owner", "customers", ["owner_id"], unique=False)
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("information", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'issued' OR (number IS NOT NULL AND issued_on IS NOT NULL)", name=op.f("ck_invoices_issued")
        ),
        sa.CheckConstraint("state IN ('requested', 'issued', 'released')", name=op.f("ck_invoices_state")),
        sa.CheckConstraint("type IN ('ordinary', 'special')", name=op.f("ck_invoices_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("number", name=op.f("uq_invoices_number")),
        sa.UniqueConstraint("process_id", name=op.f("uq_invoices_process_id")),
    )
    op.create_index("ix_invoices_customer", "invoices", ["customer_id", "requested_at", "id"], unique=False)
    op.create_index("ix_invoices_requested_at", "invoices", ["requested_at", "id"], unique=False)
    op.create_table(
        "price_floors",
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.PrimaryKeyConstraint("product_type", name=op.f("pk_price_floors")),
    )
    op.create_table(
        "prices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("kind IN ('unified', 'stage', 'tiered')", name=op.f("ck_prices_kind")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_prices_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prices")),
        sa.UniqueConstraint("process_id", name=op.f("uq_prices_process_id")),
    )
    op.create_index("ix_prices_product", "prices", ["product_id", "archived_at"], unique=False)
    op.create_table(
        "processes",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'released', 'withdrawn', 'archived')", name=op.f("ck_processes_state")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_processes")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payment_mode", sa.Text(), nullable=False),
        sa.Column("billing_cycle_months", sa.Integer(), nullable=False),
        sa.Column("needs_invoice", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index(op.f("ix_products_customer_id"), "products", ["customer_id"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("bill_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bill_count", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("pdf_key", sa.Text(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("xlsx_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index(op.f("ix_statements_customer_id"), "statements", ["customer_id"], unique=False)
    op.create_table(
        "usage_daily",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_daily_quantity")),
        sa.PrimaryKeyConstraint("account", "day", "operator", name=op.f("pk_usage_daily")),
    )
    op.create_index("ix_usage_daily_day", "usage_daily", ["day"], unique=False)
    op.create_table(
        "usage_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'counted', 'refused')", name=op.f("ck_usage_imports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_imports")),
    )
    # Partitions are made when a month's first line comes (store/usage.py); they take over the parent's index and check.
    op.create_table(
        "usage_lines",
        sa.Column("report", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_lines_quantity")),
        comment="raw lines, as reported; a partition a month, made when its first line comes",
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("ix_usage_lines_report", "usage_lines", ["report"], unique=False)
    op.create_table(
        "usage_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_reports")),
        sa.UniqueConstraint("source", "replaces", name=op.f("uq_usage_reports_source_replaces")),
        sa.UniqueConstraint("source", "report_id", name=op.f("uq_usage_reports_source_report_id")),
    )
    op.create_index(op.f("ix_usage_reports_recorded_at"), "usage_reports", ["recorded_at"], unique=False)
    op.create_table(
        "bill_accounts",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_accounts_bill_id")),
        sa.PrimaryKeyConstraint("bill_id", "account_id", name=op.f("pk_bill_accounts")),
    )
    op.create_table(
        "bill_lines",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_lines_bill_id")),
        sa.PrimaryKeyConstraint("bill_id", "number", name=op.f("pk_bill_lines")),
    )
    op.create_table(
        "invoice_items",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_items_amount")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_invoice_items_bill_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_items_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "bill_id", name=op.f("pk_invoice_items")),
    )
    op.create_index(op.f("ix_invoice_items_bill_id"), "invoice_items", ["bill_id"], unique=False)
    op.create_table(
        "bill_line_shares",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_id", "line_number"],
            ["bill_lines.bill_id", "bill_lines.number"],
            name=op.f("fk_bill_line_shares_bill_id_line_number"),
        ),
        sa.PrimaryKeyConstraint("bill_id", "line_number", "account_id", name=op.f("pk_bill_line_shares")),
    )
    op.bulk_insert(
        sa.table("price_floors", sa.column("product_type", sa.Text()), sa.column("unit_price", sa.Numeric(12, 6))),
        [{"product_type": product_type, "unit_price": unit_price} for product_type, unit_price in FLOORS.items()],
    )


def downgrade() -> None:
    op.drop_table("bill_line_shares")
    op.drop_index(op.f("ix_invoice_items_bill_id"), table_name="invoice_items")
    op.drop_table("invoice_items")
    op.drop_table("bill_lines")
    op.drop_table("bill_accounts")
    op.drop_index(op.f("ix_usage_reports_recorded_at"), table_name="usage_reports")
    op.drop_table("usage_reports")
    op.drop_index("ix_usage_lines_report", table_name="usage_lines")
    op.drop_table("usage_lines")
    op.drop_table("usage_imports")
    op.drop_index("ix_usage_daily_day", table_name="usage_daily")
    op.drop_table("usage_daily")
    op.drop_index(op.f("ix_statements_customer_id"), table_name="statements")
    op.drop_table("statements")
    op.drop_index(op.f("ix_products_customer_id"), table_name="products")
    op.drop_table("products")
    op.drop_table("processes")
    op.drop_index("ix_prices_product", table_name="prices")
    op.drop_table("prices")
    op.drop_table("price_floors")
    op.drop_index("ix_invoices_requested_at", table_name="invoices")
    op.drop_index("ix_invoices_customer", table_name="invoices")
    op.drop_table("invoices")
    op.drop_index("ix_customers_owner", table_name="customers")
    op.drop_index("ix_customers_department", table_name="customers")
    op.drop_table("customers")
    op.drop_index("uq_bills_product_month", table_name="bills", postgresql_where=sa.text("state <> 'void'"))
    op.drop_index("ix_bills_process", table_name="bills")
    op.drop_index("ix_bills_month", table_name="bills")
    op.drop_index("ix_bills_customer", table_name="bills")
    op.drop_table("bills")
    op.drop_index("ix_bill_refusals_month", table_name="bill_refusals")
    op.drop_index("ix_bill_refusals_customer", table_name="bill_refusals")
    op.drop_table("bill_refusals")
    op.drop_index(op.f("ix_accounts_product_id"), table_name="accounts")
    op.drop_index("ix_accounts_identifier", table_name="accounts")
    op.drop_index(op.f("ix_accounts_customer_id"), table_name="accounts")
    op.drop_table("accounts")
