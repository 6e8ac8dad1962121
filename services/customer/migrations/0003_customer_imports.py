"""Customers come and go as files: imports with the rows they refused, exports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "customer_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("caller", _JSON, nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("confirm_near_duplicates", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("headers", _JSON, nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'refused')", name=op.f("ck_customer_imports_state")),
        sa.CheckConstraint("done = added + refused", name=op.f("ck_customer_imports_every_row_accounted_for")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_imports")),
    )
    op.create_index("ix_customer_imports_asker", "customer_imports", ["created_by_id", "created_at", "id"])
    op.create_index("ix_customer_imports_created_at", "customer_imports", ["created_at", "id"])
    op.create_table(
        "customer_import_refusals",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", _JSON, nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["customer_imports.id"],
            name=op.f("fk_customer_import_refusals_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_customer_import_refusals")),
    )
    op.create_table(
        "customer_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("caller", _JSON, nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("selection", _JSON, nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_exports")),
    )
    op.create_index("ix_customer_exports_created_at", "customer_exports", ["created_at", "id"])


def downgrade() -> None:
    for table in ("customer_exports", "customer_import_refusals", "customer_imports"):
        op.drop_table(table)
