"""Receipts, receivables, write-offs and commission, with the triggers that keep their sums; the first costs, rates and banks.

Revision ID: 0001
Revises:
"""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = ("payments",)
depends_on = None

# What of a receipt and of a receivable is held, used and written off is the sum over the write-off pairs and nothing else. These
# triggers keep the sums whoever writes, a hand at psql included; the CHECK constraints on them bound what may be.
GUARDS = """
CREATE FUNCTION keep_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE receipts
           SET held = held - CASE WHEN OLD.state = 'held' THEN OLD.amount ELSE 0 END,
               used = used - CASE WHEN OLD.state = 'final' THEN OLD.amount ELSE 0 END
         WHERE id = OLD.receipt_id;
        UPDATE receivables
           SET held = held - CASE WHEN OLD.state = 'held' THEN OLD.amount ELSE 0 END,
               written_off = written_off - CASE WHEN OLD.state = 'final' THEN OLD.amount ELSE 0 END
         WHERE bill_id = OLD.bill_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE receipts
           SET held = held + CASE WHEN NEW.state = 'held' THEN NEW.amount ELSE 0 END,
               used = used + CASE WHEN NEW.state = 'final' THEN NEW.amount ELSE 0 END
         WHERE id = NEW.receipt_id;
        UPDATE receivables
           SET held = held + CASE WHEN NEW.state = 'held' THEN NEW.amount ELSE 0 END,
               written_off = written_off + CASE WHEN NEW.state = 'final' THEN NEW.amount ELSE 0 END
         WHERE bill_id = NEW.bill_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_sums AFTER INSERT OR UPDATE OR DELETE ON write_off_pairs FOR EACH ROW EXECUTE FUNCTION keep_sums();

CREATE FUNCTION guard_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'final' OR (NEW.id, NEW.write_off_id, NEW.attempt, NEW.receipt_id, NEW.bill_id, NEW.amount)
               IS DISTINCT FROM (OLD.id, OLD.write_off_id, OLD.attempt, OLD.receipt_id, OLD.bill_id, OLD.amount) THEN
            RAISE EXCEPTION 'only the state of a pair that is not final changes' USING ERRCODE = 'check_violation';
        END IF;
    -- Locked, so that neither side can go to another customer between this look and the commit.
    ELSIF NOT EXISTS (
        SELECT FROM write_offs AS w
          JOIN receipts AS r ON r.customer_id = w.customer_id
          JOIN receivables AS b ON b.customer_id = w.customer_id
         WHERE w.id = NEW.write_off_id AND r.id = NEW.receipt_id AND b.bill_id = NEW.bill_id
           FOR UPDATE OF r, b
    ) THEN
        RAISE EXCEPTION 'a write-off joins receipts and receivables of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_pair BEFORE INSERT OR UPDATE OR DELETE ON write_off_pairs FOR EACH ROW EXECUTE FUNCTION guard_pair();

CREATE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.held <> 0 OR NEW.used <> 0 THEN
            RAISE EXCEPTION 'a new receipt is neither held nor used' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a receipt is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF pg_trigger_depth() = 1 AND (NEW.held, NEW.used) IS DISTINCT FROM (OLD.held, OLD.used) THEN
        RAISE EXCEPTION 'held and used are sums over the write-off pairs' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount <> OLD.amount THEN
        RAISE EXCEPTION 'the amount of a receipt never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.held + OLD.used > 0 AND NEW.customer_id IS DISTINCT FROM OLD.customer_id THEN
        RAISE EXCEPTION 'a receipt that is held or used stays with its customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_receipt BEFORE INSERT OR UPDATE OR DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION guard_receipt();

CREATE FUNCTION guard_receivable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.held <> 0 OR NEW.written_off <> 0 THEN
            RAISE EXCEPTION 'a new receivable is neither held nor written off' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a receivable is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF pg_trigger_depth() = 1 AND (NEW.held, NEW.written_off) IS DISTINCT FROM (OLD.held, OLD.written_off) THEN
        RAISE EXCEPTION 'held and written_off are sums over the write-off pairs' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount <> OLD.amount OR NEW.customer_id <> OLD.customer_id THEN
        RAISE EXCEPTION 'the amount and the customer of a receivable never change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_receivable BEFORE INSERT OR UPDATE OR DELETE ON receivables FOR EACH ROW EXECUTE FUNCTION guard_receivable();
"""

FIRST_DAY = date(2020, 1, 1)

# Product type, unit cost in CNY, commission rate. To begin with; management enters its own from the day they hold.
FIRST_COSTS_AND_RATES = (
    ("industry_sms", "0.028000", "0.10"),
    ("marketing_sms", "0.031000", "0.10"),
    ("international_sms", "0.120000", "0.08"),
    ("mms", "0.150000", "0.10"),
    ("voice", "0.060000", "0.10"),
    ("software", "0.000000", "0.15"),
)

TIME_FORMATS = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d %H:%M:%S",
    "%Y%m%d %H%M%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d-%H.%M.%S.%f",
]  # fmt: skip

MAPPINGS = (
    {
        "code": "generic",
        "name_zh": "通用模板",
        "name_en": "Generic",
        "columns": {
            "bank_account": [["收款账号", "本方账号", "账号", "bank_account"]],
            "reference": [["流水号", "交易流水号", "reference"]],
            "received_at": [["到款时间", "交易时间", "交易日期", "received_at"]],
            "payer_name": [["付款人", "付款人名称", "对方户名", "对方单位名称", "payer_name"]],
            "payer_account": [["付款账号", "对方账号", "payer_account"]],
            "amount": [["金额", "到款金额", "收入金额", "amount"]],
            "remark": [["备注", "摘要", "附言", "remark"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": None,
    },
    {
        "code": "icbc",
        "name_zh": "中国工商银行",
        "name_en": "ICBC",
        "columns": {
            "bank_account": [["本方账号", "账号"]],
            # Voucher numbers begin anew: with its time a voucher is one entry for good.
            "reference": [["凭证号", "交易流水号"], ["交易时间", "入账日期"]],
            "received_at": [["交易时间", "入账日期"]],
            "payer_name": [["对方单位名称", "对方户名"]],
            "payer_account": [["对方账号"]],
            "amount": [["贷方发生额", "贷方发生额(元)", "贷方发生额（元）"]],
            "remark": [["用途", "摘要", "附言"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": {"headers": ["借/贷", "借贷标志"], "values": ["贷", "C"]},
    },
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "bank_mappings",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_formats", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("incoming", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bank_mappings")),
    )
    op.create_table(
        "commission_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("write_off_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("bill_number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("written_off", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("unit_cost", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("rate", sa.Numeric(precision=7, scale=6), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_entries")),
        sa.UniqueConstraint("write_off_id", "bill_id", name=op.f("uq_commission_entries_write_off_id_bill_id")),
    )
    op.create_index(
        "ix_commission_entries_department", "commission_entries", ["owner_department_id", "earned_on", "id"], unique=False
    )
    op.create_index("ix_commission_entries_earned_on", "commission_entries", ["earned_on", "id"], unique=False)
    op.create_index("ix_commission_entries_owner", "commission_entries", ["owner_id", "earned_on", "id"], unique=False)
    op.create_table(
        "commission_rates",
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=7, scale=6), nullable=False),
        sa.CheckConstraint("rate >= 0 AND rate <= 1", name=op.f("ck_commission_rates_rate")),
        sa.PrimaryKeyConstraint("product_type", "valid_from", name=op.f("pk_commission_rates")),
    )
    op.create_table(
        "customer_names",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("normalised_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('name', 'invoice_name', 'alias')", name=op.f("ck_customer_names_kind")),
        sa.CheckConstraint("normalised_name <> ''", name=op.f("ck_customer_names_not_empty")),
        sa.PrimaryKeyConstraint("customer_id", "kind", "normalised_name", name=op.f("pk_customer_names")),
    )
    op.create_index("ix_customer_names_normalised", "customer_names", ["normalised_name", "customer_id"], unique=False)
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("owner_department_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_department", "customers", ["owner_department_id", "id"], unique=False)
    op.create_index("ix_customers_owner", "customers", ["owner_id", "id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payer_name", sa.Text(), nullable=False),
        sa.Column("normalised_payer", sa.Text(), nullable=False),
        sa.Column("payer_account", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("held", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("used", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=True),
        sa.Column("undone_customer_id", sa.Uuid(), nullable=True),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(match = 'matched') = (customer_id IS NOT NULL)", name=op.f("ck_receipts_matched_to_somebody")),
        sa.CheckConstraint("match IN ('unmatched', 'ambiguous', 'matched')", name=op.f("ck_receipts_match")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receipts_amount")),
        sa.CheckConstraint("customer_id IS NOT NULL OR held + used = 0", name=op.f("ck_receipts_used_for_somebody")),
        sa.CheckConstraint("held >= 0 AND used >= 0 AND held + used <= amount", name=op.f("ck_receipts_held_and_used")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("bank_account", "reference", name=op.f("uq_receipts_bank_account_reference")),
    )
    op.create_index("ix_receipts_amount", "receipts", ["amount", "id"], unique=False)
    op.create_index("ix_receipts_customer", "receipts", ["customer_id", "received_at", "id"], unique=False)
    op.create_index(
        "ix_receipts_open", "receipts", ["normalised_payer", "id"], unique=False, postgresql_where=sa.text("customer_id IS NULL")
    )
    op.create_index(
        "ix_receipts_pool", "receipts", ["received_at", "id"], unique=False, postgresql_where=sa.text("held + used < amount")
    )
    op.create_index("ix_receipts_received_at", "receipts", ["received_at", "id"], unique=False)
    op.create_table(
        "receivables",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("payment_mode", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("held", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("written_off", sa.Numeric(precision=14, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_receivables_amount")),
        sa.CheckConstraint(
            "held >= 0 AND written_off >= 0 AND held + written_off <= amount", name=op.f("ck_receivables_held_and_written_off")
        ),
        sa.PrimaryKeyConstraint("bill_id", name=op.f("pk_receivables")),
    )
    op.create_index("ix_receivables_customer", "receivables", ["customer_id", "period_start", "due_on", "number"], unique=False)
    op.create_index("ix_receivables_due_on", "receivables", ["due_on", "bill_id"], unique=False)
    op.create_index("ix_receivables_period", "receivables", ["period_start", "bill_id"], unique=False)
    op.create_index(
        "ix_receivables_unsettled",
        "receivables",
        ["customer_id", "period_start"],
        unique=False,
        postgresql_where=sa.text("written_off < amount"),
    )
    op.create_table(
        "unit_costs",
        sa.Column("product_type", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("unit_cost", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.CheckConstraint("unit_cost >= 0", name=op.f("ck_unit_costs_unit_cost")),
        sa.PrimaryKeyConstraint("product_type", "valid_from", name=op.f("pk_unit_costs")),
    )
    op.create_table(
        "write_offs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=True),
        sa.Column("started_by_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("customer_id IS NOT NULL OR state = 'withdrawn'", name=op.f("ck_write_offs_of_a_customer")),
        sa.CheckConstraint("state IN ('started', 'rejected', 'withdrawn', 'archived')", name=op.f("ck_write_offs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_offs")),
    )
    op.create_index("ix_write_offs_customer", "write_offs", ["customer_id", "started_at", "id"], unique=False)
    op.create_index("ix_write_offs_started_at", "write_offs", ["started_at", "id"], unique=False)
    op.create_index("ix_write_offs_state", "write_offs", ["state", "started_at", "id"], unique=False)
    op.create_table(
        "write_off_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("write_off_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'released', 'final')", name=op.f("ck_write_off_pairs_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_write_off_pairs_amount")),
        sa.ForeignKeyConstraint(["bill_id"], ["receivables.bill_id"], name=op.f("fk_write_off_pairs_bill_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name=op.f("fk_write_off_pairs_receipt_id")),
        sa.ForeignKeyConstraint(["write_off_id"], ["write_offs.id"], name=op.f("fk_write_off_pairs_write_off_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off_pairs")),
        sa.UniqueConstraint(
            "write_off_id",
            "attempt",
            "receipt_id",
            "bill_id",
            name=op.f("uq_write_off_pairs_write_off_id_attempt_receipt_id_bill_id"),
        ),
    )
    op.create_index("ix_write_off_pairs_bill", "write_off_pairs", ["bill_id"], unique=False)
    op.create_index("ix_write_off_pairs_receipt", "write_off_pairs", ["receipt_id"], unique=False)
    # ### end Alembic commands ###
    op.execute(GUARDS)
    op.bulk_insert(
        sa.table("unit_costs", sa.column("product_type"), sa.column("valid_from", sa.Date), sa.column("unit_cost", sa.Numeric)),
        [{"product_type": kind, "valid_from": FIRST_DAY, "unit_cost": Decimal(cost)} for kind, cost, _ in FIRST_COSTS_AND_RATES],
    )
    op.bulk_insert(
        sa.table("commission_rates", sa.column("product_type"), sa.column("valid_from", sa.Date), sa.column("rate", sa.Numeric)),
        [{"product_type": kind, "valid_from": FIRST_DAY, "rate": Decimal(rate)} for kind, _, rate in FIRST_COSTS_AND_RATES],
    )
    mappings = sa.table(
        "bank_mappings",
        *(sa.column(name) for name in ("code", "name_zh", "name_en")),
        *(sa.column(name, postgresql.JSONB(none_as_null=True)) for name in ("columns", "time_formats", "incoming")),
    )
    op.bulk_insert(mappings, list(MAPPINGS))


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_write_off_pairs_receipt", table_name="write_off_pairs")
    op.drop_index("ix_write_off_pairs_bill", table_name="write_off_pairs")
    op.drop_table("write_off_pairs")
    op.drop_index("ix_write_offs_state", table_name="write_offs")
    op.drop_index("ix_write_offs_started_at", table_name="write_offs")
    op.drop_index("ix_write_offs_customer", table_name="write_offs")
    op.drop_table("write_offs")
    op.drop_table("unit_costs")
    op.drop_index("ix_receivables_unsettled", table_name="receivables", postgresql_where=sa.text("written_off < amount"))
    op.drop_index("ix_receivables_period", table_name="receivables")
    op.drop_index("ix_receivables_due_on", table_name="receivables")
    op.drop_index("ix_receivables_customer", table_name="receivables")
    op.drop_table("receivables")
    op.drop_index("ix_receipts_received_at", table_name="receipts")
    op.drop_index("ix_receipts_pool", table_name="receipts", postgresql_where=sa.text("held + used < amount"))
    op.drop_index("ix_receipts_open", table_name="receipts", postgresql_where=sa.text("customer_id IS NULL"))
    op.drop_index("ix_receipts_customer", table_name="receipts")
    op.drop_index("ix_receipts_amount", table_name="receipts")
    op.drop_table("receipts")
    op.drop_index("ix_customers_owner", table_name="customers")
    op.drop_index("ix_customers_department", table_name="customers")
    op.drop_table("customers")
    op.drop_index("ix_customer_names_normalised", table_name="customer_names")
    op.drop_table("customer_names")
    op.drop_table("commission_rates")
    op.drop_index("ix_commission_entries_owner", table_name="commission_entries")
    op.drop_index("ix_commission_entries_earned_on", table_name="commission_entries")
    op.drop_index("ix_commission_entries_department", table_name="commission_entries")
    op.drop_table("commission_entries")
    op.drop_table("bank_mappings")
    # ### end Alembic commands ###
    op.execute("DROP FUNCTION keep_sums, guard_pair, guard_receipt, guard_receivable")
