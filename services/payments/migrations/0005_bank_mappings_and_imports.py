"""Ready mappings of common banks; imports with their rows; what payers are found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_INSTANT = sa.DateTime(timezone=True)

TIME_FORMATS = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d %H:%M:%S",
    "%Y%m%d %H%M%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%d-%H.%M.%S.%f",
]  # fmt: skip

# How banks begin the lines below the last entry. In none of these layouts the first column is a payer's name.
TOTALS = [
    "合计", "总计", "小计", "本页", "总笔数", "总收入", "总支出", "收入合计", "支出合计", "借方", "贷方", "期末余额", "打印",
    "注：", "注:", "以上",
]  # fmt: skip

# Where the headers come from: statements as others' programs read them (public repositories, found by their text), for no bank
# documents what its online banking exports. Each layout is repeated by a file of tests/integration/payments/statements.
MAPPINGS = (
    {
        # [HISTORYDETAIL] 凭证号,本方账号,对方账号,交易时间,借/贷,借方发生额,贷方发生额,…,对方单位名称,余额,个性化信息; also with
        # 借贷标志, 对方单位, 转入金额, 转出金额. Voucher numbers begin anew: with its time a voucher is one entry for good.
        "code": "icbc",
        "name_zh": "中国工商银行",
        "name_en": "ICBC",
        "columns": {
            "bank_account": [["本方账号", "账号"]],
            "reference": [["凭证号", "交易流水号"]],
            "received_at": [["交易时间", "入账日期"]],
            "payer_name": [["对方单位名称", "对方单位", "对方户名"]],
            "payer_account": [["对方账号"]],
            "amount": [["贷方发生额", "贷方发生额(元)", "转入金额"]],
            "currency": [["币种"]],
            "remark": [["用途", "摘要", "附言"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": {"headers": ["借/贷", "借贷标志"], "values": ["贷", "C"]},
        "outgoing": ["借方发生额", "借方发生额(元)", "转出金额"],
        "passed_over": ["[", *TOTALS],
        "account_labels": ["账号", "本方账号"],
        "unique_by": ["time"],
        "split_payer": False,
    },
    {
        # 账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,对方账号,对方开户机构,记账日期,摘要,
        # 备注,账户明细编号-交易流水号,企业流水号,凭证种类,凭证号; the amounts' headers are also written 借方发生额/元(支取),
        # and the account stands above in some. The detail number counts within the account's book, which a new one begins anew.
        "code": "ccb",
        "name_zh": "中国建设银行",
        "name_en": "CCB",
        "columns": {
            "bank_account": [["账号", "本方账号"]],
            "reference": [["账户明细编号-交易流水号", "账户明细编号", "交易流水号"]],
            "received_at": [["交易时间", "记账日期"]],
            "payer_name": [["对方户名"]],
            "payer_account": [["对方账号"]],
            "amount": [["贷方发生额（收入）", "贷方发生额/元(收入)", "贷方发生额"]],
            "currency": [["币种"]],
            "remark": [["备注", "摘要"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": None,
        "outgoing": ["借方发生额（支取）", "借方发生额/元(支取)", "借方发生额"],
        "passed_over": TOTALS,
        "account_labels": ["账号", "账户", "本方账号"],
        "unique_by": ["date"],
        "split_payer": False,
    },
    {
        # A title, 账号:…, then 交易时间,收入金额,支出金额,账户余额,对方账号,对方户名,对方开户行,摘要. No number at all: no two
        # entries of one second leave the same balance by the same amount.
        "code": "abc",
        "name_zh": "中国农业银行",
        "name_en": "ABC",
        "columns": {
            "bank_account": [["本方账号"]],
            "received_at": [["交易时间"]],
            "payer_name": [["对方户名"]],
            "payer_account": [["对方账号"]],
            "amount": [["收入金额"]],
            "balance": [["账户余额", "本次余额"]],
            "currency": [["币种"]],
            "remark": [["交易用途", "摘要", "交易摘要", "交易附言"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": None,
        "outgoing": ["支出金额"],
        "passed_over": TOTALS,
        "account_labels": ["账号", "账户"],
        "unique_by": ["time", "amount", "balance"],
        "split_payer": False,
    },
    {
        # Every header twice, as in 交易类型[ Transaction Type ]. Transaction numbers are told from the time of the day, and come
        # again on another.
        "code": "boc",
        "name_zh": "中国银行",
        "name_en": "BOC",
        "columns": {
            "bank_account": [["收款人账号[ Payee's Account Number ]", "收款人账号"]],
            "reference": [["交易流水号[ Transaction reference number ]", "交易流水号"]],
            "received_at": [
                ["交易日期[ Transaction Date ]", "交易日期"],
                ["交易时间[ Transaction time ]", "交易时间"],
            ],
            "payer_name": [["付款人名称[ Payer's Name ]", "付款人名称"]],
            "payer_account": [["付款人账号[ Debit Account No. ]", "付款人账号"]],
            "amount": [["交易金额[ Trade Amount ]", "交易金额"]],
            "currency": [["交易货币[ Trade Currency ]", "交易货币"]],
            "remark": [["用途[ Purpose ]", "用途"], ["交易附言[ Remark ]", "交易附言"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": {"headers": ["交易类型[ Transaction Type ]", "交易类型"], "values": ["来账"]},
        "outgoing": [],
        "passed_over": TOTALS,
        "account_labels": ["查询账号[ Inquirer account number ]", "查询账号"],
        "unique_by": ["date"],
        "split_payer": False,
    },
    {
        # 账号,账号名称,币种,交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,流程实例号,业务名称,用途,
        # 业务参考号,业务摘要,其它摘要,收(付)方分行名,收(付)方名称,收(付)方账号,… (36 columns), below some lines of the query.
        "code": "cmb",
        "name_zh": "招商银行",
        "name_en": "CMB",
        "columns": {
            "bank_account": [["账号", "帐号"]],
            "reference": [["流水号", "交易流水号"]],
            "received_at": [["交易日", "交易日期"], ["交易时间"]],
            "payer_name": [["收(付)方名称"]],
            "payer_account": [["收(付)方账号", "收(付)方帐号"]],
            "amount": [["贷方金额", "贷方(入账)"]],
            "currency": [["币种"]],
            "remark": [["用途", "摘要", "业务摘要"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": None,
        "outgoing": ["借方金额", "借方(出账)"],
        "passed_over": TOTALS,
        "account_labels": ["账号", "帐号"],
        "unique_by": ["date"],
        "split_payer": False,
    },
    {
        # 商家账务明细: #支付宝账务明细查询, #账号：[…], #起始日期：…, #----账务明细列表----, then 账务流水号,业务流水号,
        # 商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注; comments
        # and sums below.
        "code": "alipay",
        "name_zh": "支付宝",
        "name_en": "Alipay",
        "columns": {
            "reference": [["账务流水号"]],
            "received_at": [["发生时间", "入账时间"]],
            "payer_name": [["对方名称", "对方账号"]],
            "payer_account": [["对方账号"]],
            "amount": [["收入金额（+元）", "收入金额", "收入（+元）"]],
            "remark": [["备注"], ["商品名称"]],
        },
        "time_formats": TIME_FORMATS,
        "incoming": None,
        "outgoing": ["支出金额（-元）", "支出金额", "支出（-元）"],
        "passed_over": ["#"],
        "account_labels": ["账号"],
        "unique_by": [],
        "split_payer": True,
    },
)

# Whoever records receipts, by whatever way: their payers are found. In one order for everybody, so that nothing deadlocks.
_NOTE_PAYERS = """
CREATE FUNCTION note_payers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payers (normalised_payer) SELECT DISTINCT normalised_payer FROM added ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER note_payers AFTER INSERT ON receipts REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_payers();

INSERT INTO payers (normalised_payer) SELECT DISTINCT normalised_payer FROM receipts;
"""

_RECEIPT_INDEXES = (
    ("ix_receipts_payer", ["normalised_payer", "received_at", "id"], None),
    ("ix_receipts_payer_name", ["payer_name", "id"], None),
    ("ix_receipts_pool_amount", ["amount", "id"], "held + used < amount"),
    ("ix_receipts_pool_payer_name", ["payer_name", "id"], "held + used < amount"),
    ("ix_receipts_unused", ["match", "received_at", "id"], "used < amount"),
    ("ix_receipts_used", ["received_at", "id"], "used = amount"),
)


def upgrade() -> None:
    _add_mappings()
    _add_imports()
    op.create_table(
        "payers",
        sa.Column("normalised_payer", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("letters", "pinyin", "initials")),
        sa.Column("keys", sa.ARRAY(sa.Integer()), nullable=True),
        sa.PrimaryKeyConstraint("normalised_payer", name=op.f("pk_payers")),
    )
    op.create_index("ix_payers_keys", "payers", ["keys"], postgresql_using="gin")
    op.create_index("ix_payers_to_come", "payers", ["normalised_payer"], postgresql_where=sa.text("keys IS NULL"))
    for name, columns, condition in _RECEIPT_INDEXES:
        op.create_index(name, "receipts", columns, postgresql_where=condition and sa.text(condition))
    op.execute(_NOTE_PAYERS)


def _add_mappings() -> None:
    for name in ("outgoing", "passed_over", "account_labels", "unique_by"):
        op.add_column("bank_mappings", sa.Column(name, _JSON, nullable=False, server_default="[]"))
        op.alter_column("bank_mappings", name, server_default=None)
    op.add_column("bank_mappings", sa.Column("split_payer", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("bank_mappings", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name in ("split_payer", "version"):
        op.alter_column("bank_mappings", name, server_default=None)
    op.add_column("bank_mappings", sa.Column("changed_at", _INSTANT, nullable=True))
    op.add_column("bank_mappings", sa.Column("changed_by_name", sa.Text(), nullable=True))
    names = ("columns", "time_formats", "incoming", "outgoing", "passed_over", "account_labels", "unique_by")
    table = sa.table(
        "bank_mappings",
        *(sa.column(name) for name in ("code", "name_zh", "name_en", "split_payer", "version", "changed_at")),
        *(sa.column(name, postgresql.JSONB(none_as_null=True)) for name in names),
    )
    for mapping in MAPPINGS:
        delivered = postgresql.insert(table).values({**mapping, "version": 1})
        # What somebody has made of it stays.
        op.execute(delivered.on_conflict_do_update(index_elements=["code"], set_=mapping, where=table.c.changed_at.is_(None)))


def _add_imports() -> None:
    op.create_table(
        "receipt_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("caller", _JSON, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("created_by_id", "created_by_name", "file_key", "file_name", "bank_account", "mapping")
        ),
        sa.Column("mapping_content", _JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", _JSON, nullable=True),
        sa.Column("headers", _JSON, nullable=False),
        sa.Column("header_line", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done_line", "new", "known", "skipped", "wrong")),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'refused')", name=op.f("ck_receipt_imports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_imports")),
    )
    op.create_index("ix_receipt_imports_asker", "receipt_imports", ["created_by_id", "created_at", "id"])
    op.create_index("ix_receipt_imports_created_at", "receipt_imports", ["created_at", "id"])
    op.create_table(
        "receipt_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("outcome", "reference", "payer_name")),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("match", sa.Text(), nullable=True),
        *(sa.Column(name, _JSON, nullable=True) for name in ("fault", "cells")),
        sa.CheckConstraint("outcome IN ('new', 'known', 'skipped', 'wrong')", name=op.f("ck_receipt_import_rows_outcome")),
        sa.CheckConstraint(
            "(outcome IN ('new', 'known')) = (receipt_id IS NOT NULL)", name=op.f("ck_receipt_import_rows_receipt")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["receipt_imports.id"],
            name=op.f("fk_receipt_import_rows_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_receipt_import_rows")),
    )
    op.create_index("ix_receipt_import_rows_outcome", "receipt_import_rows", ["import_id", "outcome", "row"])


def downgrade() -> None:
    op.execute("DROP TRIGGER note_payers ON receipts")
    op.execute("DROP FUNCTION note_payers")
    for name, _, _ in _RECEIPT_INDEXES:
        op.drop_index(name, table_name="receipts")
    op.drop_table("payers")
    op.drop_table("receipt_import_rows")
    op.drop_table("receipt_imports")
    # icbc was there before and is again; what was changed since cannot be read by what is before.
    op.execute("DELETE FROM bank_mappings WHERE code NOT IN ('generic', 'icbc')")
    op.execute(_ICBC_BEFORE)
    for name in (
        "outgoing",
        "passed_over",
        "account_labels",
        "unique_by",
        "split_payer",
        "version",
        "changed_at",
        "changed_by_name",
    ):
        op.drop_column("bank_mappings", name)


_ICBC_BEFORE = """
UPDATE bank_mappings SET columns = columns || '{"reference": [["凭证号", "交易流水号"], ["交易时间", "入账日期"]]}'
 WHERE code = 'icbc'
"""
