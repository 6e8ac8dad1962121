"""Names by which nearly equal ones are found, who assigned what to whom, bank accounts, and the policy of matching."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.payments.domain.near_names import NameParts, keys_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = "kit_0001"  # who assigned what stands in the audit trail

_BATCH = 2000
_INSTANT = sa.DateTime(timezone=True)
_LETTERS = "regexp_replace(normalize(payer_account, NFKC), '[^0-9A-Za-z]', '', 'g')"
_PAYER_ACCOUNT_KEY = f"CASE WHEN length({_LETTERS}) >= 6 THEN upper({_LETTERS}) ELSE '' END"

# Who assigned the aliases there are: the audit trail tells it of the receipts that were given to the customer under that name.
_TELL_WHO_ASSIGNED = """
INSERT INTO payer_assignments
    (id, customer_id, receipt_id, payer_name, normalised_payer, is_alias, assigned_at, assigned_by_id, assigned_by_name, why)
SELECT gen_random_uuid(), names.customer_id, assigned.receipt_id, names.name, names.normalised_name, true, names.noted_at,
       assigned.user_id, coalesce(assigned.user_name, ''), coalesce(assigned.why, '')
  FROM customer_names AS names
  LEFT JOIN LATERAL (
    SELECT receipts.id AS receipt_id, nullif(entries.user_id, '')::uuid AS user_id, entries.user_name, entries.why
      FROM receipts
      JOIN audit_entries AS entries ON entries.subject_type = 'receipt' AND entries.subject_id = receipts.id::text
       AND entries.action = 'receipt_assigned'
     WHERE receipts.customer_id = names.customer_id AND receipts.normalised_payer = names.normalised_name
     ORDER BY abs(extract(epoch FROM entries.at - names.noted_at)), entries.id LIMIT 1
  ) AS assigned ON true
 WHERE names.kind = 'alias'
"""


def upgrade() -> None:
    op.create_table(
        "known_names",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("normalised_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "normalised_name", name=op.f("pk_known_names")),
    )
    # The planner is to know how frequent the ten thousand commonest keys are, not the thousand.
    op.execute("ALTER TABLE known_names ALTER COLUMN keys SET STATISTICS 1000")
    _fill_known_names()
    op.create_index("ix_known_names_keys", "known_names", ["keys"], postgresql_using="gin", postgresql_with={"fastupdate": "off"})
    _make_assignments()
    op.execute(_TELL_WHO_ASSIGNED)
    # Everybody sees what is nobody's: whose it was thought to be is not told there any more.
    op.execute("""UPDATE receipts SET reason = reason || '{"params": {}}' WHERE reason ->> 'code' = 'match_undone'""")
    op.create_table(
        "matching_policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_by_name", sa.Text(), nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_matching_policies")),
    )
    # Customer's next migration says everybody anew who has a bank account, so that what is empty here is filled.
    op.add_column("customers", sa.Column("bank_account", sa.Text(), nullable=False, server_default=""))
    op.alter_column("customers", "bank_account", server_default=None)
    op.create_index("ix_customers_bank_account", "customers", ["bank_account"], postgresql_where=sa.text("bank_account <> ''"))
    op.add_column(
        "receipts",
        sa.Column("payer_account_key", sa.Text(), sa.Computed(_PAYER_ACCOUNT_KEY, persisted=True), nullable=False),
    )
    op.create_index(
        "ix_receipts_payer_account",
        "receipts",
        ["payer_account_key", "received_at"],
        postgresql_where=sa.text("payer_account_key <> ''"),
    )
    op.create_index(
        "ix_receipts_undone", "receipts", ["normalised_payer"], postgresql_where=sa.text("undone_customer_id IS NOT NULL")
    )


def _make_assignments() -> None:
    op.create_table(
        "payer_assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("payer_name", sa.Text(), nullable=False),
        sa.Column("normalised_payer", sa.Text(), nullable=False),
        sa.Column("is_alias", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", _INSTANT, nullable=False),
        sa.Column("assigned_by_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_by_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", _INSTANT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_by_name", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.CheckConstraint("withdrawn_at IS NULL OR is_alias", name=op.f("ck_payer_assignments_withdrawn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_assignments")),
    )
    is_alias, in_force = sa.text("is_alias"), sa.text("is_alias AND withdrawn_at IS NULL")
    op.create_index("ix_payer_assignments_payer", "payer_assignments", ["normalised_payer"])
    op.create_index("ix_payer_assignments_alias", "payer_assignments", ["assigned_at", "id"], postgresql_where=is_alias)
    op.create_index(
        "ix_payer_assignments_alias_of",
        "payer_assignments",
        ["customer_id", "assigned_at", "id"],
        postgresql_where=is_alias,
    )
    op.create_index(
        "uq_payer_assignments_in_force",
        "payer_assignments",
        ["customer_id", "normalised_payer"],
        unique=True,
        postgresql_where=in_force,
    )


def _fill_known_names() -> None:
    # Readings need a dictionary, which the database has not. The rule is taken as the code has it, not as it was when this was
    # written: a payer's name asks by today's rule and would not find what an older one wrote. Who changes it refills the table.
    connection = op.get_bind()
    insert = sa.text(
        "INSERT INTO known_names (customer_id, normalised_name, name, keys)"
        " SELECT customer_id, normalised_name, name, keys FROM json_to_recordset(CAST(:rows AS json))"
        " AS row (customer_id uuid, normalised_name text, name text, keys integer[])"
    )
    batch = sa.text(
        "SELECT DISTINCT ON (customer_id, normalised_name) customer_id, normalised_name, name FROM customer_names"
        " WHERE (customer_id, normalised_name) > (:customer_id, :name) ORDER BY customer_id, normalised_name, kind LIMIT :limit"
    )
    last = {"customer_id": "00000000-0000-0000-0000-000000000000", "name": ""}
    while names := connection.execute(batch, {**last, "limit": _BATCH}).all():
        rows = [
            {
                "customer_id": str(customer_id),
                "normalised_name": normalised,
                "name": name,
                "keys": keys_of(NameParts.of(name)),
            }
            for customer_id, normalised, name in names
        ]
        connection.execute(insert, {"rows": json.dumps(rows)})
        last = {"customer_id": rows[-1]["customer_id"], "name": rows[-1]["normalised_name"]}


def downgrade() -> None:
    op.drop_index("ix_receipts_undone", table_name="receipts")
    op.drop_index("ix_receipts_payer_account", table_name="receipts")
    op.drop_column("receipts", "payer_account_key")
    op.drop_index("ix_customers_bank_account", table_name="customers")
    op.drop_column("customers", "bank_account")
    op.drop_table("matching_policies")
    op.drop_table("payer_assignments")
    op.drop_table("known_names")
