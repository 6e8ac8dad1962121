"""Billing's lists as files: their columns, as the console has them."""

from collections.abc import Mapping
from typing import Any, Final

from services.contracts import billing_calls as calls
from services.contracts import billing_invoice_calls as invoice_calls
from services.contracts import billing_ledger_calls as ledger_calls
from services.contracts import billing_statement_calls as statement_calls
from services.contracts import billing_usage_calls as usage_calls
from services.contracts import code_words as words
from services.contracts.segment_words import segment_name
from services.kit.list_files import LANGUAGES, ListColumn, ListSheet

_CUSTOMER: Final = ListColumn("customer_name", ("客户", "Customer"), width=32)
_PRODUCT: Final = ListColumn("product_name", ("产品", "Product"), width=20)
_MONTH: Final = ListColumn("month", ("账期", "Month"))
_QUANTITY: Final = ListColumn("quantity", ("数量", "Quantity"))
_SOURCE: Final = ListColumn("source", ("来源", "Source"))
_REPORT: Final = ListColumn("report_id", ("报告编号", "Report"), width=32)
_REPLACES: Final = ListColumn("replaces", ("更正的报告", "Replaces"), width=32)
_DAYS: Final = (ListColumn("first_day", ("首日", "First day")), ListColumn("last_day", ("末日", "Last day")))

BILLS: Final = ListSheet(
    ("账单", "Bills"),
    calls.Bill,
    [
        ListColumn("number", ("账单编号", "Bill number"), width=48),
        _CUSTOMER,
        _PRODUCT,
        ListColumn("product_type", ("产品类型", "Product type"), words=words.PRODUCT_TYPE),
        ListColumn("payment_mode", ("付费方式", "Payment"), words=words.PAYMENT_MODE),
        _MONTH,
        ListColumn("state", ("状态", "State"), words=words.BILL_STATE),
        _QUANTITY,
        ListColumn("amount", ("账单金额", "Amount")),
        ListColumn("adjusted", ("其中补量调整", "Of it late usage")),
        ListColumn("agreed_difference", ("约定差额", "Agreed difference")),
        ListColumn("agreed_amount", ("应付金额", "Agreed amount")),
        ListColumn("covered", ("余额抵扣", "Paid from balance")),
        ListColumn("outstanding", ("未回款", "Outstanding")),
        ListColumn("needs_invoice", ("需要开票", "Needs invoices")),
        ListColumn("invoiced", ("已开票", "Invoiced")),
        ListColumn("due_on", ("到期日", "Due")),
        ListColumn("expected_due_on", ("预计到期日", "Expected due")),
        ListColumn("cost", ("成本", "Cost")),
        ListColumn("created_at", ("生成时间", "Made at")),
    ],
)


def _why(refusal: Mapping[str, Any], language: int) -> Any:
    return refusal[f"words_{LANGUAGES[language]}"]


BILL_REFUSALS: Final = ListSheet(
    ("未出账单", "Products without a bill"),
    calls.BillRefusal,
    [
        _CUSTOMER,
        _PRODUCT,
        _MONTH,
        ListColumn("reason", ("原因", "Reason"), words=words.REFUSAL_REASON),
        ListColumn("words_zh", ("说明", "Why"), shown=_why, width=48),
        ListColumn("refused_at", ("时间", "At")),
        ListColumn("resolved_at", ("解决时间", "Resolved at")),
    ],
)
BILLING_RUNS: Final = ListSheet(
    ("出账记录", "Billing runs"),
    calls.BillingRun,
    [
        _MONTH,
        ListColumn("state", ("状态", "State"), words=words.JOB_STATE),
        ListColumn("done", ("已处理客户", "Customers done")),
        ListColumn("total", ("客户数", "Customers")),
        ListColumn("made", ("生成账单", "Bills made")),
        ListColumn("refused", ("未出账单", "Without a bill")),
        ListColumn("created_at", ("开始时间", "Started")),
        ListColumn("finished_at", ("结束时间", "Ended")),
    ],
)
STATEMENTS: Final = ListSheet(
    ("对账单", "Statements"),
    statement_calls.StatementRow,
    [
        _CUSTOMER,
        ListColumn("first_month", ("起始账期", "First month")),
        ListColumn("last_month", ("结束账期", "Last month")),
        ListColumn("bill_count", ("账单数", "Bills")),
        ListColumn("amount", ("账单金额", "Amount")),
        ListColumn("owed", ("应收金额", "To be paid")),
        ListColumn("state", ("状态", "State"), words=words.JOB_STATE),
        ListColumn("created_by_name", ("生成人", "Made by")),
        ListColumn("created_at", ("生成时间", "Made at")),
    ],
)
INVOICES: Final = ListSheet(
    ("发票", "Invoices"),
    invoice_calls.Invoice,
    [
        ListColumn("number", ("发票号码", "Invoice number"), width=24),
        _CUSTOMER,
        ListColumn("state", ("状态", "State"), words=words.INVOICE_STATE),
        ListColumn("kind", ("类别", "Kind"), words=words.INVOICE_KIND),
        ListColumn("type", ("发票类型", "Type"), words=words.INVOICE_TYPE),
        ListColumn("amount", ("开票金额", "Amount")),
        ListColumn("received", ("已收金额", "Amount received")),
        ListColumn("allocated", ("已对应账单", "Set against bills")),
        ListColumn("issued_on", ("开票日期", "Issued on")),
        ListColumn("requested_at", ("申请时间", "Asked for")),
    ],
)
BALANCES: Final = ListSheet(
    ("余额", "Balances"),
    ledger_calls.ListedBalance,
    [
        ListColumn("identifier", ("账号", "Account"), width=20),
        _CUSTOMER,
        _PRODUCT,
        ListColumn("status", ("账号状态", "Status"), words=words.ACCOUNT_STATUS),
        ListColumn("total", ("当前余额", "Balance")),
        ListColumn("is_low", ("余额不足", "Low balance")),
        ListColumn("prepay", ("预付余额", "Prepay")),
        ListColumn("prepurchase", ("预购余额", "Prepurchase")),
        ListColumn("held", ("占用", "Held")),
        ListColumn("limit", ("后付额度", "Deferred limit")),
        ListColumn("until", ("额度到期", "Limit until")),
        ListColumn("last_day", ("最近变动", "Latest entry")),
        ListColumn("last_kind", ("变动类型", "Its kind"), words=words.LEDGER_KIND),
        ListColumn("last_amount", ("变动金额", "Its amount")),
    ],
)
LEDGER: Final = ListSheet(
    ("余额流水", "Ledger"),
    ledger_calls.LedgerEntry,
    [
        ListColumn("day", ("日期", "Day")),
        ListColumn("kind", ("类型", "Kind"), words=words.LEDGER_KIND),
        ListColumn("type", ("充值类型", "Of"), words=words.RECHARGE_TYPE),
        ListColumn("amount", ("金额", "Amount")),
        ListColumn("balance_after", ("变动后余额", "Balance after")),
        ListColumn("bill_number", ("账单", "Bill"), width=48),
        ListColumn("unit_price", ("单价", "Unit price")),
        ListColumn("messages", ("条数", "Messages")),
        ListColumn("reason", ("说明", "Reason"), width=32),
        ListColumn("invoice_deadline", ("约定开票日期", "Invoice by")),
        ListColumn("invoiced_on", ("实际开票日期", "Invoiced on")),
        ListColumn("payment_deadline", ("约定收款日期", "Pay by")),
        ListColumn("paid_on", ("实际收款日期", "Paid on")),
        ListColumn("posted_at", ("入账时间", "Posted at")),
    ],
)


def _operator(used: Mapping[str, Any], language: int) -> str:
    return segment_name(used["operator"], LANGUAGES[language])


USAGE: Final = ListSheet(
    ("每日用量", "Usage by day"),
    usage_calls.Usage,
    [
        ListColumn("account", ("账号", "Account"), width=20),
        ListColumn("day", ("日期", "Day")),
        ListColumn("operator", ("运营商 / 国家", "Operator / country"), shown=_operator, width=20),
        _QUANTITY,
    ],
)
USAGE_REPORTS: Final = ListSheet(
    ("用量上报记录", "Usage reports"),
    usage_calls.UsageReport,
    [
        _REPORT,
        ListColumn("counted", ("已计入", "Counted")),
        _SOURCE,
        ListColumn("way", ("方式", "Way"), words=words.USAGE_WAY),
        _REPLACES,
        *_DAYS,
        ListColumn("line_count", ("行数", "Lines")),
        _QUANTITY,
        ListColumn("recorded_at", ("收到时间", "Came at")),
    ],
)


def _wrong_rows(each: Any, _language: int) -> int:
    return len(each["errors"] if isinstance(each, Mapping) else each.errors)


USAGE_IMPORTS: Final = ListSheet(
    ("用量文件", "Usage files"),
    usage_calls.UsageImport,
    [
        ListColumn("file_name", ("文件", "File"), width=32),
        ListColumn("state", ("状态", "State"), words=words.JOB_STATE),
        _SOURCE,
        _REPORT,
        _REPLACES,
        ListColumn("row_count", ("行数", "Rows")),
        ListColumn("errors", ("错误", "Wrong"), shown=_wrong_rows),
        ListColumn("created_at", ("收到时间", "Came at")),
        ListColumn("finished_at", ("结束时间", "Ended")),
    ],
)


def _alike(unknown: Mapping[str, Any], language: int) -> str:
    return ("、", ", ")[language].join(account["identifier"] for account in unknown["alike"])


UNKNOWN_ACCOUNTS: Final = ListSheet(
    ("未归属账号", "Unknown accounts"),
    usage_calls.UnknownAccount,
    [
        ListColumn("name", ("上报的账号名", "Reported name"), width=24),
        *_DAYS,
        _QUANTITY,
        ListColumn("alike", ("可能的账号", "Accounts it is like"), shown=_alike, width=32),
    ],
)
ASSIGNED_NAMES: Final = ListSheet(
    ("已归属的账号名", "Assigned names"),
    usage_calls.AssignedName,
    [
        ListColumn("name", ("上报的账号名", "Reported name"), width=24),
        ListColumn("identifier", ("账号", "Account"), width=20),
        _CUSTOMER,
        ListColumn("reason", ("原因", "Reason"), width=32),
        ListColumn("assigned_by", ("操作人", "Assigned by")),
        ListColumn("assigned_at", ("时间", "At")),
    ],
)
