"""What processes are found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.workflow.store.process_texts import write_missing_texts

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process_texts",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_process_texts_process_id")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_process_texts")),
    )
    # The planner is to know how frequent the ten thousand commonest keys are, not the thousand.
    op.execute("ALTER TABLE process_texts ALTER COLUMN keys SET STATISTICS 1000")
    # By the rule as the code has it, not as it was when this was written: a list asks by today's, and would not find what an
    # older one wrote. Who changes the rule empties the table and fills it again.
    write_missing_texts(op.get_bind())
    op.create_index(
        "ix_process_texts_keys", "process_texts", ["keys"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )


def downgrade() -> None:
    op.drop_table("process_texts")
