"""What processes register: signatures and exempt words of accounts, green customers, since when a billing cycle holds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("sub_number", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("result_note", sa.Text(), nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_signatures")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_signatures_account_id")),
        sa.UniqueConstraint("process_id", name=op.f("uq_account_signatures_process_id")),
        sa.CheckConstraint("type IN ('sms', 'mms', 'both')", name=op.f("ck_account_signatures_type")),
        sa.CheckConstraint("state IN ('pending', 'registered', 'refused', 'replaced')", name=op.f("ck_account_signatures_state")),
    )
    op.create_index("ix_account_signatures_account", "account_signatures", ["account_id", "state", "signature", "id"])
    op.create_index("ix_account_signatures_signature", "account_signatures", ["signature", "id"])
    op.create_index(
        "ix_account_signatures_signature_prefix",
        "account_signatures",
        ["signature"],
        postgresql_ops={"signature": "text_pattern_ops"},
    )
    op.create_index("ix_account_signatures_settled_at", "account_signatures", ["settled_at", "id"])
    op.create_table(
        "account_exempt_words",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("exempt_since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "word", name=op.f("pk_account_exempt_words")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_exempt_words_account_id")),
    )
    op.add_column("customers", sa.Column("green_since", _INSTANT, nullable=True))
    op.add_column("customers", sa.Column("green_by_name", sa.Text(), nullable=True))
    op.add_column("customers", sa.Column("green_process_id", sa.Uuid(), nullable=True))
    op.create_index("ix_customers_green", "customers", ["name", "id"], postgresql_where=sa.text("green_since IS NOT NULL"))
    op.add_column("products", sa.Column("billing_cycle_since", _INSTANT, nullable=True))
    op.add_column("products", sa.Column("billing_cycle_process_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("products", "billing_cycle_process_id")
    op.drop_column("products", "billing_cycle_since")
    op.drop_index("ix_customers_green", table_name="customers")
    op.drop_column("customers", "green_process_id")
    op.drop_column("customers", "green_by_name")
    op.drop_column("customers", "green_since")
    op.drop_table("account_exempt_words")
    op.drop_table("account_signatures")
