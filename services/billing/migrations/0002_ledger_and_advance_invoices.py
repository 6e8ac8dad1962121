"""The ledger of balances, with the triggers that keep it; advance and red invoices, with those that keep their sums.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AMOUNT = sa.Numeric(precision=16, scale=2)
_INSTANT = sa.DateTime(timezone=True)

# Balances are the sums of their entries whoever writes, a hand at psql included. An entry takes its place in the account's chain
# and moves the balance as it is written; when the transaction commits, every posting must sum to zero and every chain be whole.
LEDGER_GUARDS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted: post a correction', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON ledger_postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON deferrals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a balance is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.prepay <> 0 OR NEW.prepurchase <> 0 OR NEW.held <> 0 OR NEW.entry_count <> 0 THEN
            RAISE EXCEPTION 'a new balance is zero' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'a balance is the sum of its entries and refunds' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_balance BEFORE INSERT OR UPDATE OR DELETE ON balances FOR EACH ROW EXECUTE FUNCTION guard_balance();

CREATE FUNCTION take_place() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF NEW.amount < 0 AND after.prepay < 0 THEN
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

CREATE TRIGGER take_place BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION take_place();

CREATE FUNCTION check_posting(posting uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM ledger_entries WHERE posting_id = posting) THEN
        RAISE EXCEPTION 'the entries of posting % do not sum to zero', posting USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION check_whole_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_posting(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_whole_posting AFTER INSERT ON ledger_postings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_whole_posting();

CREATE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before numeric := 0;
BEGIN
    PERFORM check_posting(NEW.posting_id);
    IF NEW.position > 1 THEN
        SELECT balance_after INTO before FROM ledger_entries WHERE account_id = NEW.account_id AND position = NEW.position - 1;
    END IF;
    IF NEW.account_id IS NOT NULL AND NEW.balance_after IS DISTINCT FROM before + NEW.amount THEN
        RAISE EXCEPTION 'the entries of account % are no chain', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_entry AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry();

CREATE FUNCTION check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM balances AS b
       LEFT JOIN ledger_entries AS e ON e.account_id = b.account_id AND e.position = b.entry_count
      WHERE b.account_id = NEW.account_id AND b.entry_count > 0 AND e.balance_after IS DISTINCT FROM b.prepay + b.prepurchase;
    IF FOUND THEN
        RAISE EXCEPTION 'the balance of account % is not its last entry''s', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_balance AFTER UPDATE ON balances
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balance();

-- A posting and a 后付款申请 for one account wait for each other.
CREATE FUNCTION lock_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM balances WHERE account_id = NEW.account_id FOR UPDATE;
    RETURN NEW;
END $$;

CREATE TRIGGER lock_balance BEFORE INSERT ON deferrals FOR EACH ROW EXECUTE FUNCTION lock_balance();

CREATE FUNCTION guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a refund is never deleted: release it' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'refunded' OR OLD.state = 'held' AND NEW.account_id <> OLD.account_id THEN
        RAISE EXCEPTION 'a refund stays with its account, and what was refunded is refunded' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_refund BEFORE UPDATE OR DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION guard_refund();

CREATE FUNCTION keep_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE balances
       SET held = held + CASE WHEN NEW.state = 'held' THEN NEW.amount ELSE 0 END
                       - CASE WHEN TG_OP = 'UPDATE' AND OLD.state = 'held' THEN OLD.amount ELSE 0 END
     WHERE account_id = NEW.account_id;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_held AFTER INSERT OR UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION keep_held();
"""

# What is allocated of an invoice is the sum of its items. When the transaction commits, an invoice for bills has allocated its
# amount, no less, and what a bill says is invoiced and reserved are the sums over the invoices that stand and are asked for.
INVOICE_GUARDS = """
CREATE FUNCTION keep_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE invoices SET allocated = allocated - OLD.amount WHERE id = OLD.invoice_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE invoices SET allocated = allocated + NEW.amount WHERE id = NEW.invoice_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_allocated AFTER INSERT OR UPDATE OR DELETE ON invoice_items FOR EACH ROW EXECUTE FUNCTION keep_allocated();

CREATE FUNCTION guard_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND NEW.allocated <> OLD.allocated THEN
        RAISE EXCEPTION 'what is allocated of an invoice is the sum of its items' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_allocated BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION guard_allocated();

CREATE FUNCTION check_invoiced(bill uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM bills AS b, LATERAL (
        SELECT coalesce(sum(item.amount) FILTER (WHERE invoice.state = 'issued'), 0) AS invoiced,
               coalesce(sum(item.amount) FILTER (WHERE invoice.state = 'requested'), 0) AS reserved
          FROM invoice_items AS item JOIN invoices AS invoice ON invoice.id = item.invoice_id
         WHERE item.bill_id = b.id
    ) AS sums
     WHERE b.id = bill AND (b.invoiced, b.invoice_reserved) IS DISTINCT FROM (sums.invoiced, sums.reserved);
    IF FOUND THEN
        RAISE EXCEPTION 'what is invoiced of bill % is not the sum of its invoices', bill USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION check_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_invoiced(NEW.id);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_bill AFTER UPDATE OF invoiced, invoice_reserved ON bills
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_bill();

CREATE FUNCTION check_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM check_invoiced(OLD.bill_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM check_invoiced(NEW.bill_id);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_item AFTER INSERT OR UPDATE OR DELETE ON invoice_items
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_item();

CREATE FUNCTION check_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM invoices
      WHERE id = NEW.id AND kind = 'normal' AND state IN ('requested', 'issued') AND allocated <> amount;
    IF FOUND THEN
        RAISE EXCEPTION 'the items of invoice % do not add up to it', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    PERFORM check_invoiced(bill_id) FROM invoice_items WHERE invoice_id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER check_invoice AFTER INSERT OR UPDATE OF state, amount, kind ON invoices
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_invoice();
"""


def upgrade() -> None:
    _balances()
    _ledger()
    _invoices()
    op.execute(LEDGER_GUARDS)
    op.execute(INVOICE_GUARDS)


def _balances() -> None:
    op.add_column("bills", sa.Column("covered", _AMOUNT, server_default=sa.text("0"), nullable=False))
    op.create_check_constraint(op.f("ck_bills_covered"), "bills", "covered >= 0 AND covered <= amount")
    op.create_table(
        "balances",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("prepay", _AMOUNT, server_default=sa.text("0"), nullable=False),
        sa.Column("prepurchase", _AMOUNT, server_default=sa.text("0"), nullable=False),
        sa.Column("held", _AMOUNT, server_default=sa.text("0"), nullable=False),
        sa.Column("entry_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("prepurchase >= 0", name=op.f("ck_balances_prepurchase")),
        sa.CheckConstraint("held = 0 OR (held > 0 AND held <= prepay)", name=op.f("ck_balances_held")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_balances")),
    )
    op.create_table(
        "deferrals",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credit_limit", _AMOUNT, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("granted_at", _INSTANT, nullable=False),
        sa.CheckConstraint("credit_limit > 0", name=op.f("ck_deferrals_credit_limit")),
        sa.ForeignKeyConstraint(["account_id"], ["balances.account_id"], name=op.f("fk_deferrals_account_id")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_deferrals")),
    )
    op.create_index("ix_deferrals_account", "deferrals", ["account_id", "granted_at", "process_id"])
    op.create_table(
        "refunds",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.CheckConstraint("state IN ('held', 'released', 'refunded')", name=op.f("ck_refunds_state")),
        sa.ForeignKeyConstraint(["account_id"], ["balances.account_id"], name=op.f("fk_refunds_account_id")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_account_id"), "refunds", ["account_id"])


def _ledger() -> None:
    op.create_table(
        "ledger_postings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.Column("bill_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posted_at", _INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('recharge', 'consumption', 'refund', 'correction')", name=op.f("ck_ledger_postings_kind")),
        sa.CheckConstraint(
            "kind NOT IN ('recharge', 'refund') OR process_id IS NOT NULL", name=op.f("ck_ledger_postings_process")
        ),
        sa.CheckConstraint("kind <> 'consumption' OR bill_id IS NOT NULL", name=op.f("ck_ledger_postings_bill")),
        sa.CheckConstraint("(kind = 'correction') = (reverses_id IS NOT NULL)", name=op.f("ck_ledger_postings_correction")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_ledger_postings_bill_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_postings.id"], name=op.f("fk_ledger_postings_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_postings")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_postings_reverses_id")),
    )
    op.create_index(
        "uq_ledger_postings_process",
        "ledger_postings",
        ["kind", "process_id"],
        unique=True,
        postgresql_where=sa.text("kind <> 'correction'"),
    )
    op.create_index(
        "uq_ledger_postings_bill", "ledger_postings", ["bill_id"], unique=True, postgresql_where=sa.text("kind = 'consumption'")
    )
    op.create_table(
        "ledger_entries",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("balance_after", _AMOUNT, nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.CheckConstraint(
            "book IN ('prepay', 'prepurchase', 'cash', 'revenue', 'refunds')", name=op.f("ck_ledger_entries_book")
        ),
        sa.CheckConstraint(
            "(book IN ('prepay', 'prepurchase')) = (account_id IS NOT NULL)", name=op.f("ck_ledger_entries_account")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["balances.account_id"], name=op.f("fk_ledger_entries_account_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["ledger_postings.id"], name=op.f("fk_ledger_entries_posting_id")),
        sa.PrimaryKeyConstraint("posting_id", "number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("account_id", "position", name=op.f("uq_ledger_entries_account_id_position")),
    )
    op.create_table(
        "recharges",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("invoice_deadline", sa.Date(), nullable=False),
        sa.Column("payment_deadline", sa.Date(), nullable=False),
        sa.Column("invoiced_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("messages > 0", name=op.f("ck_recharges_messages")),
        sa.ForeignKeyConstraint(["posting_id"], ["ledger_postings.id"], name=op.f("fk_recharges_posting_id")),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_recharges")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_recharges_posting_id")),
    )


def _invoices() -> None:
    op.add_column("invoices", sa.Column("kind", sa.Text(), server_default="normal", nullable=False))
    op.add_column("invoices", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("invoices", sa.Column("received", _AMOUNT, nullable=True))
    op.add_column("invoices", sa.Column("allocated", _AMOUNT, server_default=sa.text("0"), nullable=False))
    op.add_column("invoices", sa.Column("reverses_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_invoices_reverses_id"), "invoices", "invoices", ["reverses_id"], ["id"])
    op.execute(
        "UPDATE invoices SET allocated = items.amount"
        " FROM (SELECT invoice_id, sum(amount) AS amount FROM invoice_items GROUP BY invoice_id) AS items"
        " WHERE items.invoice_id = invoices.id"
    )
    for name in ("ck_invoices_state", "ck_invoices_issued"):
        op.drop_constraint(op.f(name), "invoices", type_="check")
    for name, condition in (
        ("state", "state IN ('requested', 'issued', 'released', 'reversed')"),
        ("issued", "state NOT IN ('issued', 'reversed') OR (number IS NOT NULL AND issued_on IS NOT NULL)"),
        ("kind", "kind IN ('normal', 'advance', 'red')"),
        ("red", "(kind = 'red') = (amount < 0) AND (kind = 'red') = (reverses_id IS NOT NULL)"),
        ("received", "(kind = 'advance') = (received IS NOT NULL)"),
        ("allocated", "allocated >= 0 AND allocated <= greatest(amount, 0)"),
    ):
        op.create_check_constraint(op.f(f"ck_invoices_{name}"), "invoices", condition)
    op.create_index(
        "uq_invoices_reverses", "invoices", ["reverses_id"], unique=True, postgresql_where=sa.text("state <> 'released'")
    )
    op.create_index(
        "ix_invoices_open_advances",
        "invoices",
        ["customer_id", "issued_on", "id"],
        postgresql_where=sa.text("kind = 'advance' AND state = 'issued' AND allocated < amount"),
    )


def downgrade() -> None:
    """Refused where money was posted, or an invoice is of a kind that the older tables do not know."""
    for table, condition in (
        ("ledger_postings", "true"),
        ("deferrals", "true"),
        ("refunds", "true"),
        ("invoices", "kind <> 'normal' OR state = 'reversed'"),
    ):
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table} WHERE {condition})")):  # noqa: S608  # constants
            raise RuntimeError(f"{table} holds what the tables before this migration cannot: {condition}")

    for table, triggers in (
        ("invoice_items", ("keep_allocated", "check_item")),
        ("invoices", ("guard_allocated", "check_invoice")),
        ("bills", ("check_bill",)),
    ):
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {trigger}")
    op.execute("DROP FUNCTION check_invoiced")
    for index in ("ix_invoices_open_advances", "uq_invoices_reverses"):
        op.drop_index(index, table_name="invoices")
    for name in ("state", "issued", "kind", "red", "received", "allocated"):
        op.drop_constraint(op.f(f"ck_invoices_{name}"), "invoices", type_="check")
    for column in ("reverses_id", "allocated", "received", "reason", "kind"):
        op.drop_column("invoices", column)
    op.create_check_constraint(op.f("ck_invoices_state"), "invoices", "state IN ('requested', 'issued', 'released')")
    op.create_check_constraint(
        op.f("ck_invoices_issued"), "invoices", "state <> 'issued' OR (number IS NOT NULL AND issued_on IS NOT NULL)"
    )

    for table in ("recharges", "ledger_entries", "ledger_postings", "refunds", "deferrals", "balances"):
        op.drop_table(table)
    op.execute(
        "DROP FUNCTION refuse_change, guard_balance, take_place, check_whole_posting, check_entry, check_balance, check_posting,"
        " lock_balance, guard_refund, keep_held"
    )
    op.drop_column("bills", "covered")
