"""The audit trail is read, newest first, by what its entries say: an index for each.

Revision ID: kit_0002
Revises: kit_0001
"""

import sqlalchemy as sa
from alembic import op

revision = "kit_0002"
down_revision = "kit_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_audit_entries_at", table_name="audit_entries")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_type", "subject_id", "at", "id"], unique=False)
    op.create_index("ix_audit_entries_user", "audit_entries", ["user_id", "at", "id"], unique=False)
    op.create_index("ix_audit_entries_action", "audit_entries", ["action", "at", "id"], unique=False)
    op.create_index(
        "ix_audit_entries_reasons", "audit_entries", ["at", "id"], unique=False, postgresql_where=sa.text("why <> ''")
    )


def downgrade() -> None:
    for name in ("reasons", "action", "user", "subject", "at"):
        op.drop_index(f"ix_audit_entries_{name}", table_name="audit_entries")
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_type", "subject_id", "at"], unique=False)
