"""Bills that take from balances more than once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What a bill says is covered is what the ledger holds for it, and a correction mirrors what it undoes, whoever writes: both are
# looked at when the transaction commits, by each entry, so that none is added to an old posting unseen.
GUARDS = """
CREATE FUNCTION check_covered(bill uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM bills AS b, LATERAL (
        SELECT coalesce(-sum(entry.amount), 0) AS covered
          FROM ledger_postings AS posting JOIN ledger_entries AS entry ON entry.posting_id = posting.id
         WHERE posting.bill_id = b.id AND posting.kind = 'consumption' AND entry.account_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM ledger_postings AS undone WHERE undone.reverses_id = posting.id)
    ) AS held
     WHERE b.id = bill AND b.covered <> held.covered;
    IF FOUND THEN
        RAISE EXCEPTION 'what is covered of bill % is not what the ledger holds for it', bill USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION check_covered_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_covered(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_covered_bill AFTER UPDATE OF covered ON bills
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_covered_bill();

CREATE CONSTRAINT TRIGGER check_covered_new_bill AFTER INSERT ON bills
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.covered <> 0) EXECUTE FUNCTION check_covered_bill();

CREATE FUNCTION check_mirror() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posting ledger_postings;
    undone ledger_postings;
BEGIN
    SELECT * INTO posting FROM ledger_postings WHERE id = NEW.posting_id;
    IF posting.kind <> 'correction' THEN
        SELECT * INTO posting FROM ledger_postings WHERE reverses_id = NEW.posting_id;
    END IF;
    IF posting.kind = 'correction' THEN
        SELECT * INTO undone FROM ledger_postings WHERE id = posting.reverses_id;
        IF undone.kind NOT IN ('recharge', 'consumption') OR undone.bill_id IS DISTINCT FROM posting.bill_id OR EXISTS (
            SELECT FROM ledger_entries WHERE posting_id IN (posting.id, undone.id)
             GROUP BY book, account_id HAVING sum(amount) <> 0
        ) THEN
            RAISE EXCEPTION 'correction % is no mirror of what it undoes', posting.id USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    SELECT * INTO posting FROM ledger_postings WHERE id = NEW.posting_id;
    IF posting.bill_id IS NOT NULL THEN
        PERFORM check_covered(posting.bill_id);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_mirror AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_mirror();
"""

# A bill of before took once, and kept saying so after it had given it back.
OLD_ROWS = """
ALTER TABLE ledger_postings DISABLE TRIGGER refuse_change;
UPDATE ledger_postings SET bill_turn = 1 WHERE kind = 'consumption';
ALTER TABLE ledger_postings ENABLE TRIGGER refuse_change;
UPDATE bills SET covered = 0
  FROM ledger_postings AS taken JOIN ledger_postings AS undone ON undone.reverses_id = taken.id
 WHERE taken.bill_id = bills.id AND taken.kind = 'consumption';
"""


def upgrade() -> None:
    op.add_column("ledger_postings", sa.Column("bill_turn", sa.Integer(), nullable=True))
    op.execute(OLD_ROWS)
    op.create_check_constraint(
        op.f("ck_ledger_postings_bill_turn"),
        "ledger_postings",
        "(kind = 'consumption') = (bill_turn IS NOT NULL) AND bill_turn > 0",
    )
    op.drop_index("uq_ledger_postings_bill", table_name="ledger_postings")
    op.create_index(
        "uq_ledger_postings_bill",
        "ledger_postings",
        ["bill_id", "bill_turn"],
        unique=True,
        postgresql_where=sa.text("kind = 'consumption'"),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Refused where a bill took from balances more than once."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM ledger_postings WHERE bill_turn > 1)")):
        raise RuntimeError("ledger_postings holds what the tables before this migration cannot: bill_turn > 1")
    for table, trigger in (
        ("ledger_entries", "check_mirror"),
        ("bills", "check_covered_new_bill"),
        ("bills", "check_covered_bill"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION check_mirror, check_covered_bill, check_covered")
    op.drop_index("uq_ledger_postings_bill", table_name="ledger_postings")
    op.create_index(
        "uq_ledger_postings_bill", "ledger_postings", ["bill_id"], unique=True, postgresql_where=sa.text("kind = 'consumption'")
    )
    op.drop_column("ledger_postings", "bill_turn")
