"""Bills that take from balances more than once, differences that reconciliations agree on, and recharges that are reversed."""

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

# What was issued stays as it was: it is reversed by a red one, whole, and by nothing else. What an invoice for bills is for adds
# up to it from when it is asked for, whoever writes.
INVOICE_GUARDS = """
CREATE FUNCTION guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving constant text[] := '{state,allocated,version}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an invoice is never deleted: it is released, or reversed by a red one' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('issued', 'reversed') AND (
        to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving OR NEW.state NOT IN (OLD.state, 'reversed')
    ) THEN
        RAISE EXCEPTION 'what was issued is not changed: it is reversed by a red invoice' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_invoice BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION guard_invoice();

CREATE FUNCTION guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice invoices;
BEGIN
    SELECT * INTO invoice FROM invoices WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
    IF TG_OP = 'UPDATE'
        OR TG_OP = 'DELETE' AND invoice.state IN ('issued', 'reversed')
        OR TG_OP = 'INSERT' AND (invoice.kind, invoice.state) NOT IN (('normal', 'requested'), ('advance', 'issued'))
    THEN
        RAISE EXCEPTION 'what an invoice is for is settled when it is issued' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER guard_item BEFORE INSERT OR UPDATE OR DELETE ON invoice_items FOR EACH ROW EXECUTE FUNCTION guard_item();

CREATE FUNCTION check_red() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'reversed' AND NOT EXISTS (
        SELECT FROM invoices WHERE reverses_id = NEW.id AND state = 'issued' AND amount = -NEW.amount
    ) OR NEW.kind = 'red' AND NEW.state = 'issued' AND NOT EXISTS (
        SELECT FROM invoices WHERE id = NEW.reverses_id AND state = 'reversed' AND amount = -NEW.amount
    ) THEN
        RAISE EXCEPTION 'an invoice is reversed by an issued red one over as much: %', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_red AFTER INSERT OR UPDATE OF state, amount ON invoices
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'red' OR NEW.state = 'reversed') EXECUTE FUNCTION check_red();

CREATE CONSTRAINT TRIGGER check_items AFTER UPDATE OF allocated ON invoices
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_invoice();
"""

# What is owed is prepay money: a prepurchase is taken, and taken back, however much that is. {taken} is what an entry lowers.
TAKE_PLACE = """
CREATE OR REPLACE FUNCTION take_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    after balances;
    posting ledger_postings;
    credit numeric;
BEGIN
    IF NEW.account_id IS NULL THEN
        NEW.position := NULL;
        NEW.balance_after := NULL;
        RETURN NEW;
    END IF;
    SELECT * INTO posting FROM ledger_postings WHERE id = NEW.posting_id;
    IF posting.kind = 'refund' AND NEW.book <> 'prepay' THEN
        RAISE EXCEPTION 'a prepurchase is never refunded' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE balances
       SET prepay = prepay + CASE WHEN NEW.book = 'prepay' THEN NEW.amount ELSE 0 END,
           prepurchase = prepurchase + CASE WHEN NEW.book = 'prepurchase' THEN NEW.amount ELSE 0 END,
           entry_count = entry_count + 1
     WHERE account_id = NEW.account_id
    RETURNING * INTO after;
    IF {taken} AND after.prepay < 0 THEN
        SELECT CASE WHEN until >= posting.day AND posting.kind <> 'refund' THEN credit_limit ELSE 0 END INTO credit
          FROM deferrals WHERE account_id = NEW.account_id ORDER BY granted_at DESC, process_id DESC LIMIT 1;
        IF after.prepay < -coalesce(credit, 0) THEN
            RAISE EXCEPTION 'the balance of account % would fall below what it may owe', NEW.account_id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.position := after.entry_count;
    NEW.balance_after := after.prepay + after.prepurchase;
    RETURN NEW;
END $$;
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
    op.execute(INVOICE_GUARDS)
    op.create_index("ix_invoices_number", "invoices", ["number"], postgresql_ops={"number": "text_pattern_ops"})
    op.create_index("ix_invoices_issued_on", "invoices", ["issued_on", "id"])
    op.execute(TAKE_PLACE.format(taken="NEW.amount < 0 AND NEW.book = 'prepay'"))

    op.add_column(
        "bills",
        sa.Column("agreed_difference", sa.Numeric(precision=16, scale=2), server_default=sa.text("0"), nullable=False),
    )
    _replace_checks(
        invoiced="invoiced >= 0 AND invoice_reserved >= 0 AND invoiced + invoice_reserved <= amount + agreed_difference",
        covered="covered >= 0 AND covered <= amount + agreed_difference",
    )
    op.create_check_constraint(
        op.f("ck_bills_agreed_difference"), "bills", "agreed_difference = 0 OR state IN ('reconciled', 'closed')"
    )

    op.add_column("recharges", sa.Column("reversal_process_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(op.f("uq_recharges_reversal_process_id"), "recharges", ["reversal_process_id"])


def _replace_checks(**checks: str) -> None:
    for name, condition in checks.items():
        op.drop_constraint(op.f(f"ck_bills_{name}"), "bills", type_="check")
        op.create_check_constraint(op.f(f"ck_bills_{name}"), "bills", condition)


def downgrade() -> None:
    """Refused where a bill took from balances more than once, a difference was agreed on, or a recharge is reversed."""
    for table, condition in (
        ("ledger_postings", "bill_turn > 1"),
        ("bills", "agreed_difference <> 0"),
        ("recharges", "reversal_process_id IS NOT NULL"),
    ):
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table} WHERE {condition})")):  # noqa: S608  # constants
            raise RuntimeError(f"{table} holds what the tables before this migration cannot: {condition}")
    op.drop_column("recharges", "reversal_process_id")
    op.drop_constraint(op.f("ck_bills_agreed_difference"), "bills", type_="check")
    _replace_checks(
        invoiced="invoiced >= 0 AND invoice_reserved >= 0 AND invoiced + invoice_reserved <= amount",
        covered="covered >= 0 AND covered <= amount",
    )
    op.drop_column("bills", "agreed_difference")
    op.execute(TAKE_PLACE.format(taken="NEW.amount < 0"))
    for index in ("ix_invoices_issued_on", "ix_invoices_number"):
        op.drop_index(index, table_name="invoices")
    for table, trigger in (
        ("invoices", "check_items"),
        ("invoices", "check_red"),
        ("invoices", "guard_invoice"),
        ("invoice_items", "guard_item"),
        ("ledger_entries", "check_mirror"),
        ("bills", "check_covered_new_bill"),
        ("bills", "check_covered_bill"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION check_mirror, check_covered_bill, check_covered, check_red, guard_invoice, guard_item")
    op.drop_index("uq_ledger_postings_bill", table_name="ledger_postings")
    op.create_index(
        "uq_ledger_postings_bill", "ledger_postings", ["bill_id"], unique=True, postgresql_where=sa.text("kind = 'consumption'")
    )
    op.drop_column("ledger_postings", "bill_turn")
