"""Payments' lists as files: their columns, as the console has them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.contracts import code_words as words
from services.contracts import payments_calls as calls
from services.contracts import payments_commission_calls as commission_calls
from services.contracts import payments_import_calls as import_calls
from services.contracts import payments_interest_calls as interest_calls
from services.contracts import payments_matching_calls as matching_calls
from services.contracts.payments_receipt_calls import Receipt
from services.contracts.payments_wording import INTEREST_ORIGINS, MISSING, NEXT_STEPS, REASONS, ROW_FAULTS
from services.contracts.wording import Words
from services.kit.list_files import ListColumn, ListSheet

_CUSTOMER: Final = ListColumn("customer_name", ("客户", "Customer"), width=32)
_OWNER: Final = ListColumn("owner_name", ("跟进销售", "Owner"))
_PAYER: Final = ListColumn("payer_name", ("付款人", "Payer"), width=32)
_REFERENCE: Final = ListColumn("reference", ("流水号", "Reference"), width=28)
_BANK_ACCOUNT: Final = ListColumn("bank_account", ("收款账户", "Bank account"), width=24)
_RATE_FORMAT: Final = "0.00####%"

Item = Mapping[str, Any]


def _worded(field: str, reasons: Words) -> Callable[[Item, int], str]:
    """The words of a field that has a code with its parameters."""

    def shown(item: Item, language: int) -> str:
        said = item[field]
        return reasons[said["code"]][language].format(**(said.get("params") or {})) if said else ""

    return shown


RECEIPTS: Final = ListSheet(
    ("到款池", "Receipts"),
    Receipt,
    [
        ListColumn("received_at", ("到款时间", "Received at")),
        _BANK_ACCOUNT,
        _REFERENCE,
        _PAYER,
        ListColumn("payer_account", ("付款账号", "Payer's account"), width=24),
        ListColumn("amount", ("到款金额", "Received")),
        ListColumn("held", ("占用中", "Held")),
        ListColumn("used", ("已销账", "Used")),
        ListColumn("balance", ("余额", "Balance")),
        ListColumn("state", ("状态", "State"), words=words.RECEIPT_STATE),
        _CUSTOMER,
        ListColumn("matched_by", ("匹配方式", "Matched by"), words=words.MATCHED_BY),
        ListColumn("reason", ("未自动销账的原因", "Why nothing started"), shown=_worded("reason", REASONS), width=40),
        ListColumn("remark", ("备注", "Remark"), width=32),
        ListColumn("created_at", ("录入时间", "Recorded at")),
    ],
)
RECEIVABLES: Final = ListSheet(
    ("应收", "Receivables"),
    calls.Receivable,
    [
        ListColumn("number", ("账单", "Bill"), width=48),
        _CUSTOMER,
        ListColumn("product_name", ("产品", "Product"), width=20),
        ListColumn("payment_mode", ("付费方式", "Payment"), words=words.PAYMENT_MODE),
        ListColumn("month", ("月份", "Month")),
        ListColumn("state", ("状态", "State"), words=words.RECEIVABLE_STATE),
        ListColumn("due_on", ("到期日", "Due")),
        ListColumn("amount", ("应收金额", "Amount")),
        ListColumn("held", ("销账中", "Held")),
        ListColumn("written_off", ("已销账", "Written off")),
        ListColumn("outstanding", ("待回款", "Outstanding")),
        ListColumn("cost", ("成本", "Cost")),
        ListColumn("reason", ("未自动销账的原因", "Why nothing started"), shown=_worded("reason", REASONS), width=40),
    ],
)

_AUTOMATIC: Final = {True: ("自动", "Automatic"), False: ("手动", "By hand")}
_REVERSAL: Final = ("冲销", "Reversal")
_THE_SYSTEM: Final = ("系统", "The system")


def _how(write_off: Item, language: int) -> str:
    return (_AUTOMATIC[write_off["automatic"]] if write_off["reverses"] is None else _REVERSAL)[language]


def _started_by(write_off: Item, language: int) -> str:
    return write_off["started_by_name"] or _THE_SYSTEM[language]


WRITE_OFFS: Final = ListSheet(
    ("销账", "Write-offs"),
    calls.WriteOff,
    [
        _CUSTOMER,
        ListColumn("state", ("状态", "State"), words=words.WRITE_OFF_STATE),
        ListColumn("amount", ("销账金额", "Amount")),
        ListColumn("automatic", ("方式", "How"), shown=_how),
        ListColumn("started_by_name", ("发起人", "Started by"), shown=_started_by),
        ListColumn("started_at", ("发起时间", "Started at")),
        ListColumn("finished_at", ("结束时间", "Ended at")),
        ListColumn("ended_by", ("结束人", "Ended by")),
        ListColumn("ended_why", ("结束说明", "How it ended"), width=32),
        ListColumn("remarks", ("备注", "Remark"), width=32),
    ],
)
INTEREST: Final = ListSheet(
    ("计息与罚息", "Interest and penalties"),
    interest_calls.InterestEntry,
    [
        _CUSTOMER,
        ListColumn("kind", ("类型", "Kind"), words=words.INTEREST_KIND),
        ListColumn("month", ("计息月份", "For month")),
        ListColumn("number", ("序号", "Number")),
        ListColumn("booked_on", ("计入日期", "Booked on")),
        ListColumn("base", ("计息基数", "Base")),
        ListColumn("rate", ("月利率", "Monthly rate"), number_format=_RATE_FORMAT),
        ListColumn("amount", ("金额", "Amount")),
        ListColumn("owner_name", ("承担人", "Borne by")),
        ListColumn("bill_number", ("账单", "Bill"), width=48),
        ListColumn("origin", ("依据", "Origin"), shown=_worded("origin", INTEREST_ORIGINS), width=48),
    ],
)


def _periods(exemption: Item, language: int) -> str:
    to = (" 至 ", " to ")[language]
    periods = [f"{each['from_month']}{to}{each['to_month'] or ''}".rstrip() for each in exemption["periods"]]
    return ("、", ", ")[language].join(periods)


INTEREST_EXEMPTIONS: Final = ListSheet(
    ("不计息账号", "Exempt accounts"),
    interest_calls.InterestExemption,
    [
        ListColumn("identifier", ("账号", "Account"), width=20),
        _CUSTOMER,
        ListColumn("is_exempt", ("本月不计息", "Exempt this month")),
        ListColumn("periods", ("不计息期间", "Periods"), shown=_periods, width=32),
        ListColumn("reason", ("原因", "Reason"), width=32),
        ListColumn("set_by_name", ("设置人", "Set by")),
        ListColumn("set_at", ("设置时间", "Set at")),
    ],
)
PAYER_ALIASES: Final = ListSheet(
    ("付款别名", "Payers' aliases"),
    matching_calls.PayerAlias,
    [
        ListColumn("payer_name", ("付款人名称", "Payer's name"), width=32),
        _CUSTOMER,
        ListColumn("assigned_by_name", ("指派人", "Assigned by")),
        ListColumn("assigned_at", ("指派时间", "Assigned at")),
        ListColumn("why", ("指派原因", "Why"), width=32),
        ListColumn("withdrawn_by_name", ("撤销人", "Withdrawn by")),
        ListColumn("withdrawn_at", ("撤销时间", "Withdrawn at")),
        ListColumn("withdrawn_why", ("撤销原因", "Why withdrawn"), width=32),
    ],
)
RECEIPT_IMPORTS: Final = ListSheet(
    ("银行对账单导入", "Imported statements"),
    import_calls.ReceiptImportSummary,
    [
        ListColumn("file_name", ("文件", "File"), width=32),
        ListColumn("state", ("状态", "State"), words=words.JOB_STATE),
        ListColumn("mapping", ("列映射", "Mapping")),
        _BANK_ACCOUNT,
        ListColumn("line_count", ("行数", "Rows")),
        ListColumn("new", ("新增", "New")),
        ListColumn("known", ("已有", "Known")),
        ListColumn("skipped", ("跳过", "Skipped")),
        ListColumn("wrong", ("有误", "Wrong")),
        ListColumn("amount", ("新增金额", "Amount of the new")),
        ListColumn("created_by_name", ("导入人", "Imported by")),
        ListColumn("created_at", ("导入时间", "Imported at")),
        ListColumn("finished_at", ("结束时间", "Ended at")),
    ],
)
IMPORTED_ROWS: Final = ListSheet(
    ("导入明细", "Imported rows"),
    import_calls.ImportedRow,
    [
        ListColumn("row", ("行号", "Row")),
        ListColumn("outcome", ("结果", "Outcome"), words=words.ROW_OUTCOME),
        _PAYER,
        _REFERENCE,
        ListColumn("state", ("匹配", "Match"), words=words.RECEIPT_STATE),
        ListColumn("fault", ("原因", "Reason"), shown=_worded("fault", ROW_FAULTS), width=40),
    ],
)


COMMISSION_BY_OWNER: Final = ListSheet(
    ("提成按销售", "Commission by salesperson"),
    commission_calls.OwnerCommission,
    [
        _OWNER,
        ListColumn("entries", ("笔数", "Entries")),
        ListColumn("written_off", ("销账金额", "Written off")),
        ListColumn("cost", ("成本", "Cost")),
        ListColumn("profit", ("利润", "Profit")),
        ListColumn("by_write_offs", ("销账提成", "By write-offs")),
        ListColumn("by_balances", ("余额抵扣提成", "By balances")),
        ListColumn("interest_credits", ("计息", "Interest credits")),
        ListColumn("penalties", ("罚息", "Penalties")),
        ListColumn("reversed", ("冲销扣回", "Reversed")),
        ListColumn("commission", ("本月提成", "Commission")),
    ],
)
MISSING_COMMISSION: Final = ListSheet(
    ("未提成账单", "Bills without commission"),
    commission_calls.MissingCommission,
    [
        ListColumn("bill_number", ("账单", "Bill"), width=48),
        _CUSTOMER,
        _OWNER,
        ListColumn("product_name", ("产品", "Product"), width=20),
        ListColumn("month", ("月份", "Month")),
        ListColumn("due_on", ("到期日", "Due")),
        ListColumn("state", ("状态", "State"), words=words.BILL_STATE),
        ListColumn("amount", ("账单金额", "Amount")),
        ListColumn("not_written_off", ("未销金额", "Not written off")),
        ListColumn("expected_commission", ("预计提成", "Expected")),
        ListColumn("reason", ("还差什么", "What is missing"), shown=_worded("reason", MISSING), width=40),
        ListColumn("next_step", ("下一步", "Next"), shown=_worded("next_step", NEXT_STEPS), width=32),
    ],
)
