"""What lists of follow-ups, products, accounts and contracts are read by; and the product that a process is about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PLANNED = sa.text("follow_up_on IS NOT NULL")


def upgrade() -> None:
    op.add_column("prepared_processes", sa.Column("product_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_prepared_processes_product_id"), "prepared_processes", "products", ["product_id"], ["id"])
    op.create_index(op.f("ix_prepared_processes_product_id"), "prepared_processes", ["product_id"])
    op.create_index("ix_contact_logs_planned", "contact_logs", ["follow_up_on", "id"], postgresql_where=_PLANNED)
    op.create_index("ix_contact_logs_planned_of", "contact_logs", ["customer_id", "follow_up_on"], postgresql_where=_PLANNED)
    op.create_index("ix_products_name", "products", ["name", "id"])
    op.create_index("ix_products_created_at", "products", ["created_at", "id"])
    op.create_index("ix_accounts_status", "accounts", ["status", "identifier"])
    op.create_index("ix_accounts_opened_at", "accounts", ["opened_at", "id"])
    op.create_index("ix_contracts_created_at", "contracts", ["created_at", "id"])
    op.create_index("ix_contracts_amount", "contracts", [sa.text("coalesce(amount, -1)"), "id"])
    op.create_index("ix_contracts_number_prefix", "contracts", ["number"], postgresql_ops={"number": "text_pattern_ops"})


def downgrade() -> None:
    for index, table in (
        ("ix_contracts_number_prefix", "contracts"),
        ("ix_contracts_amount", "contracts"),
        ("ix_contracts_created_at", "contracts"),
        ("ix_accounts_opened_at", "accounts"),
        ("ix_accounts_status", "accounts"),
        ("ix_products_created_at", "products"),
        ("ix_products_name", "products"),
        ("ix_contact_logs_planned_of", "contact_logs"),
        ("ix_contact_logs_planned", "contact_logs"),
        ("ix_prepared_processes_product_id", "prepared_processes"),
    ):
        op.drop_index(index, table_name=table)
    op.drop_column("prepared_processes", "product_id")
