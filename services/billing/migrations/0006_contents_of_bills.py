"""Bills' contents are held to their bills a statement at a time, and bills are found by product, state and due date.

A foreign key looks every row up by itself and locks what it finds: 240,000 times in a billing run of 20,000 bills, a third of its
time. The triggers here look all rows of a statement up at once. What a foreign key's lock is for, a bill or line that goes
away meanwhile, cannot be: bills are never deleted, and a bill's lines change only for whoever has locked the bill.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Looked up by index, whatever the plan was first made for: with a hash join a bill of one line would read all bills.
GUARDS = """
CREATE FUNCTION hold_to_bill() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE NOT EXISTS (SELECT FROM bills WHERE bills.id = added.bill_id)) THEN
        RAISE EXCEPTION 'no such bill: % is of one that is there', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION hold_to_line() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added WHERE NOT EXISTS (
            SELECT FROM bill_lines WHERE (bill_lines.bill_id, bill_lines.number) = (added.bill_id, added.line_number)
        )
    ) THEN
        RAISE EXCEPTION 'no such line: a share is of one that is there' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_shared_lines() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM bill_line_shares AS shares JOIN gone ON (shares.bill_id, shares.line_number) = (gone.bill_id, gone.number)
    ) THEN
        RAISE EXCEPTION 'a line that has shares is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a bill is never deleted: it is voided by a process' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stay with their bill', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER hold_to_bill AFTER INSERT ON bill_lines
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_to_bill();
CREATE TRIGGER hold_to_bill AFTER INSERT ON bill_accounts
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_to_bill();
CREATE TRIGGER hold_to_line AFTER INSERT ON bill_line_shares
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_to_line();
CREATE TRIGGER keep_shared_lines AFTER DELETE ON bill_lines
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_shared_lines();
CREATE TRIGGER keep_bill BEFORE DELETE OR UPDATE OF id ON bills FOR EACH ROW EXECUTE FUNCTION keep_bill();
CREATE TRIGGER keep_place BEFORE UPDATE OF bill_id, number ON bill_lines FOR EACH ROW EXECUTE FUNCTION keep_place();
CREATE TRIGGER keep_place BEFORE UPDATE OF bill_id, line_number ON bill_line_shares
    FOR EACH ROW EXECUTE FUNCTION keep_place();
CREATE TRIGGER keep_place BEFORE UPDATE OF bill_id ON bill_accounts FOR EACH ROW EXECUTE FUNCTION keep_place();
"""

FOREIGN_KEYS = (
    ("bill_lines", "fk_bill_lines_bill_id", "bills", ["bill_id"], ["id"]),
    ("bill_accounts", "fk_bill_accounts_bill_id", "bills", ["bill_id"], ["id"]),
    (
        "bill_line_shares",
        "fk_bill_line_shares_bill_id_line_number",
        "bill_lines",
        ["bill_id", "line_number"],
        ["bill_id", "number"],
    ),
)


def upgrade() -> None:
    for table, name, *_ in FOREIGN_KEYS:
        op.drop_constraint(op.f(name), table)
    op.execute(GUARDS)
    op.create_index("ix_bills_product", "bills", ["product_id", "month", "id"])
    op.create_index("ix_bills_state", "bills", ["state", "month", "id"])
    op.create_index("ix_bills_due", "bills", ["due_on", "id"], postgresql_where=sa.text("state = 'reconciled'"))


def downgrade() -> None:
    for name in ("ix_bills_due", "ix_bills_state", "ix_bills_product"):
        op.drop_index(name, table_name="bills")
    for function in ("hold_to_bill", "hold_to_line", "keep_shared_lines", "keep_bill", "keep_place"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for table, name, parent, columns, keys in FOREIGN_KEYS:
        op.create_foreign_key(op.f(name), table, parent, columns, keys)
