"""Automatic write-offs that end with the match that they rest on; who ended one, and why; holds that end once, write-offs that
stay whose they are, and money that no TRUNCATE makes disappear."""

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

# What a write-off's pairs were checked against when they were added holds of them for good.
GUARD_WRITE_OFF = """
CREATE FUNCTION guard_write_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'archived' OR EXISTS (SELECT FROM write_off_pairs WHERE write_off_id = OLD.id) THEN
        RAISE EXCEPTION 'a write-off with pairs stays its customer''s, stays archived, and reverses what it reverses'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_write_off BEFORE UPDATE ON write_offs FOR EACH ROW
    WHEN ((OLD.customer_id, OLD.reverses) IS DISTINCT FROM (NEW.customer_id, NEW.reverses)
          OR OLD.state = 'archived' AND NEW.state <> 'archived')
    EXECUTE FUNCTION guard_write_off();
"""

# No trigger of a row hears of a TRUNCATE.
NEVER_EMPTIED = ("receipts", "receivables", "write_off_pairs", "commission_entries", "interest_entries", "prepaid_movements")
GUARD_EMPTIED = """
CREATE FUNCTION guard_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
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
    op.execute(GUARD_WRITE_OFF)
    op.execute(GUARD_EMPTIED)
    for table in NEVER_EMPTIED:
        op.execute(f"CREATE TRIGGER guard_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION guard_emptied()")


def downgrade() -> None:
    """What was cancelled counts as withdrawn, which it is nearest to."""
    for table in NEVER_EMPTIED:
        op.execute(f"DROP TRIGGER guard_emptied ON {table}")
    op.execute("DROP FUNCTION guard_emptied")
    op.execute("DROP TRIGGER guard_write_off ON write_offs; DROP FUNCTION guard_write_off")
    op.execute("DROP TRIGGER guard_released ON write_off_pairs; DROP FUNCTION guard_released")
    op.execute("UPDATE write_offs SET state = 'withdrawn' WHERE state = 'cancelled'")
    _allow_states(*STATES_BEFORE)
    op.drop_column("write_offs", "ended_why")
    op.drop_column("write_offs", "ended_by")
