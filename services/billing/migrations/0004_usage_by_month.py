"""Daily sums by month, names of accounts, and reports known by what their lines come to."""

import hashlib
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SUMMARIZED = {"autosummarize": "on"}


def upgrade() -> None:
    _partition_daily_sums()
    op.drop_index("ix_usage_lines_report", table_name="usage_lines")
    op.create_index("ix_usage_lines_report", "usage_lines", ["report"], postgresql_using="brin", postgresql_with=_SUMMARIZED)

    op.alter_column("usage_reports", "fingerprint", nullable=True)
    # Of the lines one by one; now it is of what they come to. It is made anew of the lines when a report comes again.
    op.execute("UPDATE usage_reports SET fingerprint = NULL")
    op.drop_index("ix_usage_reports_recorded_at", table_name="usage_reports")
    op.create_index("ix_usage_reports_recorded_at", "usage_reports", ["recorded_at", "id"])
    op.create_index("ix_usage_reports_source", "usage_reports", ["source", "recorded_at", "id"])
    op.create_index("ix_usage_imports_created_at", "usage_imports", ["created_at", "id"])
    _name_accounts()


def _partition_daily_sums() -> None:
    op.execute("ALTER TABLE usage_daily RENAME TO usage_daily_unparted")
    op.execute("ALTER TABLE usage_daily_unparted RENAME CONSTRAINT pk_usage_daily TO pk_usage_daily_unparted")
    op.create_table(
        "usage_daily",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_daily_quantity")),
        sa.PrimaryKeyConstraint("account", "day", "operator", name=op.f("pk_usage_daily")),
        postgresql_partition_by="RANGE (day)",
    )
    # Every month that has raw lines has sums; ``store/usage_partitions.py`` makes the two together from now on.
    op.execute("""
        DO $$
        DECLARE first date;
        BEGIN
            FOR first IN
                SELECT DISTINCT date_trunc('month', day)::date FROM usage_daily_unparted
                UNION SELECT to_date(substring(inhrelid::regclass::text FROM '\\d{4}_\\d{2}$'), 'YYYY_MM')
                FROM pg_inherits WHERE inhparent = 'usage_lines'::regclass
            LOOP
                EXECUTE format('CREATE TABLE %I PARTITION OF usage_daily FOR VALUES FROM (%L) TO (%L)',
                    to_char(first, '"usage_daily_"YYYY_MM'), first, first + interval '1 month');
            END LOOP;
        END $$
    """)
    op.execute("INSERT INTO usage_daily SELECT account, day, operator, quantity FROM usage_daily_unparted")
    op.drop_table("usage_daily_unparted")
    op.create_index("ix_usage_daily_day", "usage_daily", ["day"], postgresql_using="brin", postgresql_with=_SUMMARIZED)


def _name_accounts() -> None:
    op.create_table(
        "account_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.Column("assigned_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(assigned_at IS NULL) = (reason IS NULL) AND (assigned_at IS NULL) = (assigned_by IS NULL)",
            name=op.f("ck_account_names_assigned"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_names_account_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account_names")),
    )
    op.create_index("ix_account_names_account", "account_names", ["account_id"])
    op.create_index(
        "ix_account_names_assigned",
        "account_names",
        ["assigned_at", "name"],
        postgresql_where=sa.text("assigned_at IS NOT NULL"),
    )
    op.execute("""
        INSERT INTO account_names (name, account_id)
        SELECT DISTINCT ON (identifier) identifier, id FROM accounts ORDER BY identifier, changed_at DESC, id DESC
    """)


def downgrade() -> None:
    """Refused where a name was assigned by hand: the older tables would take the usage under it for nobody's."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM account_names WHERE assigned_at IS NOT NULL)")):
        raise RuntimeError("account_names holds what the tables before this migration cannot: names assigned by hand")
    op.drop_table("account_names")
    op.drop_index("ix_usage_imports_created_at", table_name="usage_imports")
    op.drop_index("ix_usage_reports_source", table_name="usage_reports")
    op.drop_index("ix_usage_reports_recorded_at", table_name="usage_reports")
    op.create_index("ix_usage_reports_recorded_at", "usage_reports", ["recorded_at"])
    _fingerprint_lines()
    op.alter_column("usage_reports", "fingerprint", nullable=False)
    op.drop_index("ix_usage_lines_report", table_name="usage_lines")
    op.create_index("ix_usage_lines_report", "usage_lines", ["report"])

    op.execute("ALTER TABLE usage_daily RENAME TO usage_daily_parted")
    op.execute("ALTER TABLE usage_daily_parted RENAME CONSTRAINT pk_usage_daily TO pk_usage_daily_parted")
    op.execute("ALTER INDEX ix_usage_daily_day RENAME TO ix_usage_daily_parted_day")
    op.create_table(
        "usage_daily",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_daily_quantity")),
        sa.PrimaryKeyConstraint("account", "day", "operator", name=op.f("pk_usage_daily")),
    )
    op.execute("INSERT INTO usage_daily SELECT account, day, operator, quantity FROM usage_daily_parted")
    op.drop_table("usage_daily_parted")
    op.create_index("ix_usage_daily_day", "usage_daily", ["day"])


def _fingerprint_lines() -> None:
    """As it was made before this version: of the lines one by one, whatever their order."""
    connection = op.get_bind()
    lines = connection.execute(
        sa.text("SELECT report, account, day, operator, quantity FROM usage_lines ORDER BY report"),
        execution_options={"yield_per": 10_000},
    )
    fingerprints = [
        {"report": report, "fingerprint": sum(_fingerprint(line) for line in of_report) % (1 << 63)}
        for report, of_report in groupby(lines, key=lambda line: line.report)
    ]
    if fingerprints:
        connection.execute(sa.text("UPDATE usage_reports SET fingerprint = :fingerprint WHERE id = :report"), fingerprints)


def _fingerprint(line: sa.Row[tuple[object, ...]]) -> int:
    return int.from_bytes(hashlib.blake2b("\t".join(map(str, line[1:])).encode(), digest_size=8).digest(), "big")
