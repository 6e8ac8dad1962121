"""The first tables: customers and what hangs on them, the funnel, the processes prepared here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = ("customer",)
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("contract_numbers")))
    op.create_table(
        "account_identifiers",
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_account_identifiers")),
    )
    op.create_index(op.f("ix_account_identifiers_process_id"), "account_identifiers", ["process_id"], unique=False)
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("normalised_name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("tier_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_information", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("claim_process_id", sa.Uuid(), nullable=True),
        sa.Column("claimant_id", sa.Uuid(), nullable=True),
        sa.Column("claimant_name", sa.Text(), nullable=True),
        sa.Column("claimant_department_id", sa.Uuid(), nullable=True),
        sa.Column("last_log_on", sa.Date(), nullable=True),
        sa.Column("filled_items", sa.Integer(), nullable=False),
        sa.Column("test_account_archived", sa.Boolean(), nullable=False),
        sa.Column("has_account", sa.Boolean(), nullable=False),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("last_usage_on", sa.Date(), nullable=True),
        sa.Column("fell_with", sa.Text(), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(tier = 'pool') = (owner_id IS NULL)", name=op.f("ck_customers_owner_unless_in_pool")),
        sa.CheckConstraint(
            "claim_process_id IS NULL OR (tier = 'pool' AND claimant_id IS NOT NULL)", name=op.f("ck_customers_claimed_from_pool")
        ),
        sa.CheckConstraint("tier IN ('contract', 'trial', 'intent', 'silent', 'pool')", name=op.f("ck_customers_tier")),
        sa.CheckConstraint("filled_items BETWEEN 0 AND 5", name=op.f("ck_customers_filled_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("normalised_name", name=op.f("uq_customers_normalised_name")),
    )
    op.create_index(
        "ix_customers_claim",
        "customers",
        ["claim_process_id"],
        unique=True,
        postgresql_where=sa.text("claim_process_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_claimant", "customers", ["claimant_id"], unique=False, postgresql_where=sa.text("claimant_id IS NOT NULL")
    )
    op.create_index("ix_customers_department", "customers", ["owner_department_id", "name", "id"], unique=False)
    op.create_index("ix_customers_name", "customers", ["name", "id"], unique=False)
    op.create_index(
        "ix_customers_next_look",
        "customers",
        ["next_look_on", "id"],
        unique=False,
        postgresql_where=sa.text("next_look_on IS NOT NULL"),
    )
    op.create_index("ix_customers_owner", "customers", ["owner_id", "name", "id"], unique=False)
    op.create_index(
        "ix_customers_tax_number", "customers", ["tax_number"], unique=False, postgresql_where=sa.text("tax_number <> ''")
    )
    op.create_index("ix_customers_tier", "customers", ["tier", "name", "id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("monthly_volume", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("is_standard", sa.Boolean(), nullable=False),
        sa.Column("is_auto_renewing", sa.Boolean(), nullable=False),
        sa.Column("renews_contract_id", sa.Uuid(), nullable=True),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stamped_scan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_contracts_term")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contracts_customer_id")),
        sa.ForeignKeyConstraint(["renews_contract_id"], ["contracts.id"], name=op.f("fk_contracts_renews_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name=op.f("uq_contracts_number")),
        sa.UniqueConstraint("process_id", name=op.f("uq_contracts_process_id")),
    )
    op.create_index("ix_contracts_customer", "contracts", ["customer_id", "valid_to", "id"], unique=False)
    op.create_index("ix_contracts_valid_to", "contracts", ["valid_to", "id"], unique=False)
    op.create_table(
        "departments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_departments_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("customer_id", "name", name=op.f("uq_departments_customer_id_name")),
    )
    op.create_table(
        "funnel_notices",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_funnel_notices_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "rule", "period", name=op.f("pk_funnel_notices")),
    )
    op.create_table(
        "prepared_processes",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('prepared', 'released', 'withdrawn', 'applied')", name=op.f("ck_prepared_processes_state")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_prepared_processes_customer_id")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_prepared_processes")),
    )
    op.create_index("ix_prepared_processes_customer", "prepared_processes", ["customer_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payment_mode", sa.Text(), nullable=False),
        sa.Column("billing_cycle_months", sa.Integer(), nullable=False),
        sa.Column("needs_invoice", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("billing_cycle_months BETWEEN 1 AND 12", name=op.f("ck_products_billing_cycle")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_products_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("customer_id", "name", name=op.f("uq_products_customer_id_name")),
    )
    op.create_table(
        "tier_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_tier", sa.Text(), nullable=True),
        sa.Column("to_tier", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fell_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("former_owner_id", sa.Uuid(), nullable=True),
        sa.Column("former_owner_name", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_tier_moves_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_moves")),
        sa.UniqueConstraint("customer_id", "fell_on", name=op.f("uq_tier_moves_customer_id_fell_on")),
        sa.UniqueConstraint("process_id", name=op.f("uq_tier_moves_process_id")),
    )
    op.create_index("ix_tier_moves_customer", "tier_moves", ["customer_id", "moved_at", "id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("interface", sa.Text(), nullable=False),
        sa.Column("sub_number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("interface IN ('http', 'cmpp', 'smpp', 'sgip', 'web')", name=op.f("ck_accounts_interface")),
        sa.CheckConstraint("status IN ('trial', 'active', 'blocked', 'closed')", name=op.f("ck_accounts_status")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_accounts_customer_id")),
        sa.ForeignKeyConstraint(["identifier"], ["account_identifiers.identifier"], name=op.f("fk_accounts_identifier")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_accounts_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("identifier", name=op.f("uq_accounts_identifier")),
    )
    op.create_index(op.f("ix_accounts_customer_id"), "accounts", ["customer_id"], unique=False)
    op.create_index(
        "ix_accounts_identifier_prefix",
        "accounts",
        ["identifier"],
        unique=False,
        postgresql_ops={"identifier": "text_pattern_ops"},
    )
    op.create_index("ix_accounts_product", "accounts", ["product_id", "identifier"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("qq", sa.Text(), nullable=False),
        sa.Column("wechat", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("is_decision_maker", sa.Boolean(), nullable=False),
        sa.Column("filled_items", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_contacts_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_customer", "contacts", ["customer_id", "name", "id"], unique=False)
    op.create_index("ix_contacts_mobile", "contacts", ["mobile"], unique=False, postgresql_ops={"mobile": "text_pattern_ops"})
    op.create_index("ix_contacts_name", "contacts", ["name"], unique=False, postgresql_ops={"name": "text_pattern_ops"})
    op.create_table(
        "contract_products",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_contract_products_contract_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_contract_products_product_id")),
        sa.PrimaryKeyConstraint("contract_id", "product_id", name=op.f("pk_contract_products")),
    )
    op.create_index(op.f("ix_contract_products_product_id"), "contract_products", ["product_id"], unique=False)
    op.create_table(
        "contact_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('visit', 'call', 'wechat', 'email', 'other')", name=op.f("ck_contact_logs_channel")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_logs_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contact_logs_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_logs")),
    )
    op.create_index("ix_contact_logs_customer", "contact_logs", ["customer_id", "at", "id"], unique=False)
    op.create_index(
        "ix_contact_logs_follow_up",
        "contact_logs",
        ["follow_up_on", "id"],
        unique=False,
        postgresql_where=sa.text("follow_up_on IS NOT NULL AND reminded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_contact_logs_follow_up",
        table_name="contact_logs",
        postgresql_where=sa.text("follow_up_on IS NOT NULL AND reminded_at IS NULL"),
    )
    op.drop_index("ix_contact_logs_customer", table_name="contact_logs")
    op.drop_table("contact_logs")
    op.drop_index(op.f("ix_contract_products_product_id"), table_name="contract_products")
    op.drop_table("contract_products")
    op.drop_index("ix_contacts_name", table_name="contacts", postgresql_ops={"name": "text_pattern_ops"})
    op.drop_index("ix_contacts_mobile", table_name="contacts", postgresql_ops={"mobile": "text_pattern_ops"})
    op.drop_index("ix_contacts_customer", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_accounts_product", table_name="accounts")
    op.drop_index("ix_accounts_identifier_prefix", table_name="accounts", postgresql_ops={"identifier": "text_pattern_ops"})
    op.drop_index(op.f("ix_accounts_customer_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index("ix_tier_moves_customer", table_name="tier_moves")
    op.drop_table("tier_moves")
    op.drop_table("products")
    op.drop_index("ix_prepared_processes_customer", table_name="prepared_processes")
    op.drop_table("prepared_processes")
    op.drop_table("funnel_notices")
    op.drop_table("departments")
    op.drop_index("ix_contracts_valid_to", table_name="contracts")
    op.drop_index("ix_contracts_customer", table_name="contracts")
    op.drop_table("contracts")
    op.drop_table("users")
    op.drop_index("ix_customers_tier", table_name="customers")
    op.drop_index("ix_customers_tax_number", table_name="customers", postgresql_where=sa.text("tax_number <> ''"))
    op.drop_index("ix_customers_owner", table_name="customers")
    op.drop_index("ix_customers_next_look", table_name="customers", postgresql_where=sa.text("next_look_on IS NOT NULL"))
    op.drop_index("ix_customers_name", table_name="customers")
    op.drop_index("ix_customers_department", table_name="customers")
    op.drop_index("ix_customers_claimant", table_name="customers", postgresql_where=sa.text("claimant_id IS NOT NULL"))
    op.drop_index("ix_customers_claim", table_name="customers", postgresql_where=sa.text("claim_process_id IS NOT NULL"))
    op.drop_table("customers")
    op.drop_index(op.f("ix_account_identifiers_process_id"), table_name="account_identifiers")
    op.drop_table("account_identifiers")
    op.execute(sa.schema.DropSequence(sa.Sequence("contract_numbers")))
