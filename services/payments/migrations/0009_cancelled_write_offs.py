"""Automatic write-offs that end with the match that they rest on; who ended one, and why; holds that end once, and sums that no
TRUNCATE leaves behind."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES_BEFORE = ("started", "rejected", "withdrawn", "archived")

# A trigger of its own, beside the one that guards what a pair says: it runs for pairs that were released, which is never.
GUARD_RELEASED = """
CREATE FUNCTION guard_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a released pair stays released: hold its amount anew' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER guard_released BEFORE UPDATE ON write_off_pairs FOR EACH ROW
    WHEN (OLD.state = 'released' AND NEW.state <> 'released') EXECUTE FUNCTION guard_released();
"""

# After it, so that a TRUNCATE of the pairs together with what they are summed up in is none of its business.
GUARD_EMPTIED = """
CREATE FUNCTION guard_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM receipts WHERE held + used > 0) OR EXISTS (SELECT FROM receivables WHERE held + written_off > 0) THEN
        RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_emptied AFTER TRUNCATE ON write_off_pairs EXECUTE FUNCTION guard_emptied();
"""


def _allow_states(*states: str) -> None:
    allowed = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_write_offs_state"), "write_offs")
    op.create_check_constraint(op.f("ck_write_offs_state"), "write_offs", f"state IN ({allowed})")


def upgrade() -> None:
    op.add_column("write_offs", sa.Column("ended_by", sa.Text(), nullable=True))
    op.add_column("write_offs", sa.Column("ended_why", sa.Text(), nullable=True))
    _allow_states(*STATES_BEFORE, "cancelled")
    op.execute(GUARD_RELEASED)
    op.execute(GUARD_EMPTIED)


def downgrade() -> None:
    """What was cancelled counts as withdrawn, which it is nearest to."""
    op.execute("DROP TRIGGER guard_emptied ON write_off_pairs; DROP FUNCTION guard_emptied")
    op.execute("DROP TRIGGER guard_released ON write_off_pairs; DROP FUNCTION guard_released")
    op.execute("UPDATE write_offs SET state = 'withdrawn' WHERE state = 'cancelled'")
    _allow_states(*STATES_BEFORE)
    op.drop_column("write_offs", "ended_why")
    op.drop_column("write_offs", "ended_by")
