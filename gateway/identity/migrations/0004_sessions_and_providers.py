"""Sessions that can be listed and that end when nobody uses them; sign-in at a company's own identity provider.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
    op.add_column("sessions", sa.Column("kind", sa.Text(), server_default="password", nullable=False))
    op.add_column("sessions", sa.Column("agent", sa.Text(), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
    op.add_column("sessions", sa.Column("sign_out_url", sa.Text(), nullable=True))
    for column in ("id", "kind", "agent", "used_at"):  # the defaults were for those that are there
        op.alter_column("sessions", column, server_default=None)
    op.create_unique_constraint(op.f("uq_sessions_id"), "sessions", ["id"])
    op.create_index(op.f("ix_sessions_used_at"), "sessions", ["used_at"], unique=False)
    _make_provider_tables()
    op.create_index(op.f("ix_users_successor_id"), "users", ["successor_id"], unique=False)
    op.create_index("ix_users_email", "users", [sa.text("lower(email)")], unique=False)


def _make_provider_tables() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_identities_user_id_issuer")),
    )
    op.create_table(
        "provider_sign_ins",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("code_verifier", sa.Text(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_provider_sign_ins")),
    )
    op.create_index("ix_provider_sign_ins_address", "provider_sign_ins", ["address", "begun_at"], unique=False)
    op.create_index(op.f("ix_provider_sign_ins_begun_at"), "provider_sign_ins", ["begun_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_users_email", table_name="users")
    op.drop_index(op.f("ix_users_successor_id"), table_name="users")
    op.drop_index(op.f("ix_provider_sign_ins_begun_at"), table_name="provider_sign_ins")
    op.drop_index("ix_provider_sign_ins_address", table_name="provider_sign_ins")
    op.drop_table("provider_sign_ins")
    op.drop_table("identities")
    op.drop_index(op.f("ix_sessions_used_at"), table_name="sessions")
    op.drop_constraint(op.f("uq_sessions_id"), "sessions")
    for column in ("sign_out_url", "used_at", "agent", "kind", "id"):
        op.drop_column("sessions", column)
