"""What the pool's limits, the policy, protection, leavers and edits of what hangs on a customer need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_VERSIONED = ("departments", "contacts", "contact_logs")


def upgrade() -> None:
    op.add_column("customers", sa.Column("is_protected", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("customers", sa.Column("protection_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("has_left", sa.Boolean(), nullable=False, server_default="false"))
    for table in _VERSIONED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        op.alter_column(table, "version", server_default=None)
    for table, column in (("customers", "is_protected"), ("customers", "protection_reason"), ("contacts", "has_left")):
        op.alter_column(table, column, server_default=None)
    op.alter_column("account_identifiers", "process_id", nullable=True)
    op.alter_column("accounts", "process_id", nullable=True)
    _make_tables()
    _copy_more_of_the_people()


def _make_tables() -> None:
    op.create_table(
        "contact_log_additions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_log_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_log_id"], ["contact_logs.id"], name=op.f("fk_contact_log_additions_contact_log_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_log_additions")),
    )
    op.create_index("ix_contact_log_additions_log", "contact_log_additions", ["contact_log_id", "created_at", "id"])
    op.create_table(
        "claims",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("claimant_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_claims_customer_id")),
        sa.PrimaryKeyConstraint("process_id", "claimed_on", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_claimant", "claims", ["claimant_id", "claimed_on"])
    op.create_index("ix_claims_customer", "claims", ["customer_id"])
    op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replanned_to", sa.Uuid(), nullable=True),
        sa.Column("replanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )


def _copy_more_of_the_people() -> None:
    # The gateway's next migration says everybody anew, so that what is empty here is filled.
    op.add_column("users", sa.Column("login", sa.Text(), nullable=False, server_default=""))
    op.add_column("users", sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]"))
    op.add_column("users", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.alter_column("users", "login", server_default=None)
    op.alter_column("users", "roles", server_default=None)
    op.create_index("ix_users_login", "users", ["login"])
    op.create_table(
        "company_departments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_departments")),
    )
    op.create_index(op.f("ix_company_departments_parent_id"), "company_departments", ["parent_id"])


def downgrade() -> None:
    op.drop_table("company_departments")
    op.drop_index("ix_users_login", table_name="users")
    for column in ("successor_id", "roles", "login"):
        op.drop_column("users", column)
    op.alter_column("accounts", "process_id", nullable=False)
    op.alter_column("account_identifiers", "process_id", nullable=False)
    for table in ("policies", "claims", "contact_log_additions"):
        op.drop_table(table)
    for table in _VERSIONED:
        op.drop_column(table, "version")
    op.drop_column("contacts", "has_left")
    op.drop_column("customers", "protection_reason")
    op.drop_column("customers", "is_protected")
