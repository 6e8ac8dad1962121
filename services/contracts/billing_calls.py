"""The payloads of billing's calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from typing import Any

from marshmallow import EXCLUDE, fields, validate

from services.contracts.billing import (
    BILL_REFUSALS,
    BILL_STATES,
    INVOICE_TYPES,
    PRICE_KINDS,
    AccountShare,
)
from services.contracts.customer import PAYMENT_MODES, PRODUCT_TYPES, InvoiceInformation
from services.contracts.external import UsageReported
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

BILLS_MAX = 200
"""How many bills one process or one statement takes."""
QUANTITY_MAX = 10**12
USAGE_FILE_BYTES_MAX = 200 * 1024 * 1024

IMPORT_STATES = ("queued", "counted", "refused")
JOB_STATES = ("queued", "running", "done", "failed")
INVOICE_STATES = ("requested", "issued", "released")

# Usage

ReportUsage = UsageReported


class UsageCounted(Schema):
    """What became of a report. ``repeated``: it was counted before and this time changed nothing. ``unknown_accounts``: at most 100
    of those that nobody knows yet; their usage is kept and counts as soon as they are."""

    id = Id()
    source = fields.String()
    report_id = fields.String()
    repeated = fields.Boolean()
    line_count = fields.Integer()
    quantity = fields.Integer()
    unknown_accounts = fields.List(fields.String())


class UsageImportQuery(Schema):
    """``POST /usage-imports?source=…``, the file as the body. Without ``report_id`` the file's content names the report, so that the
    same file counts once."""

    source = fields.String(load_default="file", validate=validate.Length(min=1, max=64))
    report_id = fields.String(load_default="", validate=validate.Length(max=128))
    replaces = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=128))
    file_name = fields.String(load_default="", validate=validate.Length(max=255))


class ImportUsage(UsageImportQuery):
    """A file that the gateway has stored."""

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))
    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class RowError(Schema):
    """What is wrong in a row of a file; rows count from 1, the header included."""

    row = fields.Integer()
    field = fields.String()
    code = fields.String()
    value = fields.String()


class UsageImport(Schema):
    """A file: counted whole as one report, or refused whole with the errors by row (at most 1,000)."""

    id = Id()
    file_name = fields.String()
    source = fields.String()
    report_id = fields.String()
    replaces = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(IMPORT_STATES))
    row_count = fields.Integer(allow_none=True)
    errors = fields.List(fields.Nested(RowError))
    result = fields.Nested(UsageCounted, allow_none=True)
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class UsageQuery(PageQuery):
    """Daily sums; ``unknown=true`` for the accounts that nobody knows (then ``customer_id`` and ``product_id`` mean nothing)."""

    month = MonthField(load_default=None)
    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    unknown = fields.Boolean(load_default=False)


class Usage(Schema):
    account = fields.String()
    account_id = Id(allow_none=True)
    product_id = Id(allow_none=True)
    customer_id = Id(allow_none=True)
    day = fields.Date()
    operator = fields.String()
    quantity = fields.Integer()


UsagePage = page_of(Usage)

# Prices


class PriceTier(Schema):
    """Above the previous tier's bound, up to and including ``up_to``; null for no bound, as in the last."""

    up_to = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(min=1, max=QUANTITY_MAX))
    unit_price = UnitPrice(required=True, validate=validate.Range(max=10_000))


class PriceRow(Schema):
    """One operator's or country's tiers; null for all together."""

    segment = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    tiers = fields.List(fields.Nested(PriceTier), required=True, validate=validate.Length(min=1, max=50))


_price_rows = {"validate": validate.Length(min=1, max=300)}


class PriceAdjustmentForm(Schema):
    """What billing reads of a 销售调价's form."""

    class Meta:
        unknown = EXCLUDE

    product_id = Id(load_default=None, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(PriceRow), required=True, **_price_rows)


class RangeInForce(Schema):
    first_day = fields.Date()
    last_day = fields.Date(allow_none=True)


class Price(Schema):
    """A price; ``in_force`` are the days on which no newer one has won over it."""

    id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(PriceRow), attribute="rows")
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    archived_at = Instant()
    in_force = fields.List(fields.Nested(RangeInForce))
    problem = fields.Dict(keys=fields.String(), allow_none=True)


class ProductPrices(Schema):
    """A product's prices on a time line, the newest first."""

    product_id = Id()
    product_name = fields.String()
    floor = UnitPrice(allow_none=True)
    items = fields.List(fields.Nested(Price))


class Volume(Schema):
    segment = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=QUANTITY_MAX))


class PriceQuoteRequest(Schema):
    """What volumes would cost: under the product's price on ``day`` (today, unless said), or under a proposed one."""

    product_id = Id(required=True)
    day = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(PriceRow), load_default=None, allow_none=True, **_price_rows)
    volumes = fields.List(fields.Nested(Volume), required=True, validate=validate.Length(min=1, max=300))


class QuoteLine(Schema):
    segment = fields.String(allow_none=True)
    tier = fields.Integer()
    above = fields.Integer()
    up_to = fields.Integer(allow_none=True)
    quantity = fields.Integer()
    unit_price = UnitPrice()
    amount = Money()


class PriceQuote(Schema):
    product_id = Id()
    price_id = Id(allow_none=True)
    kind = fields.String()
    below_floor = fields.Boolean()
    lines = fields.List(fields.Nested(QuoteLine))
    quantity = fields.Integer()
    amount = Money()


# Bills


class StartBillingRun(Schema):
    """The month's missing bills; with ``customer_id`` of one customer alone ("Generate")."""

    month = MonthField(required=True)
    customer_id = Id(load_default=None, allow_none=True)


class BillingRun(Schema):
    """A run and how far it is, in customers."""

    id = Id()
    month = MonthField()
    customer_id = Id(allow_none=True)
    state = fields.String(validate=validate.OneOf(JOB_STATES))
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    made = fields.Integer()
    refused = fields.Integer()
    errors = fields.List(fields.String())
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class BillQuery(PageQuery):
    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    month = MonthField(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(BILL_STATES))


class Bill(Schema):
    """``outstanding`` is what payments says is still owed; null before the bill is a receivable."""

    id = Id()
    number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    product_id = Id()
    product_name = fields.String()
    product_type = fields.String(validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(validate=validate.OneOf(PAYMENT_MODES))
    month = MonthField()
    quantity = fields.Integer()
    amount = Money()
    state = fields.String(validate=validate.OneOf(BILL_STATES))
    process_id = Id(allow_none=True)
    billing_cycle_months = fields.Integer()
    due_on = fields.Date(allow_none=True)
    outstanding = Money(allow_none=True)
    needs_invoice = fields.Boolean()
    invoiced = Money()
    invoice_reserved = Money()
    created_at = Instant()
    version = fields.Integer()


class LineShare(Schema):
    account_id = Id()
    quantity = fields.Integer()
    amount = Money()


class BillLine(QuoteLine):
    """How the amount came about: ``quantity`` x ``unit_price`` of the tier, rounded half-up once, by the price that ``process_id``
    put into force; and each account's share of it."""

    number = fields.Integer()
    price_id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    first_day = fields.Date()
    last_day = fields.Date()
    shares = fields.List(fields.Nested(LineShare))


class BillInvoice(Schema):
    """An invoice's part of a bill."""

    invoice_id = Id()
    number = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(INVOICE_STATES))
    amount = Money()


class BillDetail(Bill):
    rounding = fields.String()
    lines = fields.List(fields.Nested(BillLine))
    accounts = fields.List(fields.Nested(AccountShare))
    invoices = fields.List(fields.Nested(BillInvoice))


BillPage = page_of(Bill)


class BillRefusalQuery(PageQuery):
    """Those that still stand, unless ``resolved=true``."""

    customer_id = Id(load_default=None)
    month = MonthField(load_default=None)
    reason = fields.String(load_default=None, validate=validate.OneOf(BILL_REFUSALS))
    resolved = fields.Boolean(load_default=False)


class BillRefusal(Schema):
    """Why there is no bill, in words, and the action that mends it: a process to start, or a page to go to."""

    id = Id()
    month = MonthField()
    customer_id = Id()
    customer_name = fields.String()
    product_id = Id(allow_none=True)
    product_name = fields.String(allow_none=True)
    reason = fields.String(validate=validate.OneOf(BILL_REFUSALS))
    details = fields.Dict(keys=fields.String())
    words_zh = fields.String()
    words_en = fields.String()
    action = fields.Dict(keys=fields.String())
    refused_at = Instant()
    resolved_at = Instant(allow_none=True)


BillRefusalPage = page_of(BillRefusal)

# Statements


_bill_ids: dict[str, Any] = {"required": True, "validate": validate.Length(min=1, max=BILLS_MAX)}


class MakeStatement(Schema):
    bill_ids = fields.List(Id(), **_bill_ids)


class Statement(Schema):
    """A statement (电子对账单); its files are there once ``state`` is ``done``."""

    id = Id()
    customer_id = Id()
    bill_ids = fields.List(Id())
    amount = Money()
    state = fields.String(validate=validate.OneOf(JOB_STATES))
    errors = fields.List(fields.String())
    created_at = Instant()


class StatementFileQuery(Schema):
    form = fields.String(required=True, validate=validate.OneOf(("pdf", "xlsx")))


class StatementFile(Schema):
    """Where the gateway finds a statement's file, and how it is called."""

    file_key = fields.String()
    file_name = fields.String()


# Reconciliation and invoices


class ReconciliationForm(Schema):
    """What billing reads of a 对账's form."""

    class Meta:
        unknown = EXCLUDE

    bill_ids = fields.List(Id(), **_bill_ids)
    agreed_difference = Money(load_default=None, allow_none=True)


class InvoicedAmount(Schema):
    """What is entered by hand for a bill."""

    class Meta:
        unknown = EXCLUDE

    bill_id = Id(required=True)
    amount = Money(required=True)


class BillInvoiceForm(Schema):
    """What billing reads of a 账单开票's form when it starts."""

    class Meta:
        unknown = EXCLUDE

    bills = fields.List(fields.Nested(InvoicedAmount), **_bill_ids)
    invoice_type = fields.String(required=True, validate=validate.OneOf(INVOICE_TYPES))
    invoice_information = fields.Nested(InvoiceInformation(unknown=EXCLUDE), load_default=None, allow_none=True)
    delivery = fields.Raw(load_default="", allow_none=True)


class InvoiceNumberForm(Schema):
    """What finance enters."""

    class Meta:
        unknown = EXCLUDE

    invoice_number = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z-]{1,40}$"))
    issued_on = fields.Date(required=True)


class InvoiceQuery(PageQuery):
    customer_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(INVOICE_STATES))
    number = fields.String(load_default="", validate=validate.Length(max=40))


class Invoice(Schema):
    id = Id()
    process_id = Id()
    customer_id = Id()
    customer_name = fields.String()
    type = fields.String(validate=validate.OneOf(INVOICE_TYPES))
    number = fields.String(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    amount = Money()
    state = fields.String(validate=validate.OneOf(INVOICE_STATES))
    requested_at = Instant()
    version = fields.Integer()


class InvoiceItem(Schema):
    bill_id = Id()
    bill_number = fields.String()
    amount = Money()


class InvoiceDetail(Invoice):
    information = fields.Nested(InvoiceInformation)
    delivery = fields.String()
    bills = fields.List(fields.Nested(InvoiceItem))


InvoicePage = page_of(Invoice)

REFUSALS = {
    "usage_report_differs": (
        "来源 {source} 的报告 {report_id} 已计入，但内容不同；更正请另发报告并用 replaces 指明。",
        "Report {report_id} of {source} was counted with other lines; send a correction that names it in “replaces”.",
    ),
    "usage_report_replaced_already": (
        "报告 {replaces} 已被报告 {by} 更正；请更正后者。",
        "Report {replaces} was corrected by {by} already; correct that one.",
    ),
    "usage_import_not_found": ("没有找到该用量导入。", "No such usage import."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "bill_not_found": ("没有找到该账单，或您无权查看。", "No such bill, or not visible to you."),
    "invoice_not_found": ("没有找到该发票，或您无权查看。", "No such invoice, or not visible to you."),
    "statement_not_found": ("没有找到该对账单，或您无权查看。", "No such statement, or not visible to you."),
    "statement_not_ready": ("对账单尚未生成完毕（{state}）。", "The statement is not ready yet ({state})."),
    "price_not_found": ("该产品在 {day} 没有价格。", "The product has no price on {day}."),
    "all_customers_forbidden": ("只有财务、销管、运营角色和管理员可以为全部客户出账。", "Only finance, sales administration, operations and admin bill all."),
    "process_withdrawn": ("该流程已撤回。", "The process was withdrawn."),
    "process_archived": ("该流程已归档。", "The process is archived already."),
    "process_code_unknown": ("计费服务不处理流程 {code}。", "Billing has no part in the process {code}."),
    "bill_held_by_another_process": (
        "账单 {number} 已在另一流程中，无法生效。",
        "Bill {number} is in another process; this one cannot take effect.",
    ),
    "invoice_number_not_entered": ("发票号码和开票日期尚未填写。", "The invoice's number and date were not entered."),
}
"""Chinese and English words of the refusals' codes."""

FIELD_REFUSALS = {
    "segment_repeated": ("该运营商或国家出现了两次。", "This operator or country appears twice."),
    "segment_mixed": ("分运营商或国家报价时，每行都须指明。", "A table names an operator or country in every row."),
    "segment_unknown": ("未知的运营商或国家：{0}。", "No such operator or country here: {0}."),
    "unified_has_one_tier": ("统一价只有一档。", "A unified price has one tier."),
    "only_last_tier_unbounded": ("只有最后一档不设上限。", "Only the last tier has no bound."),
    "last_tier_unbounded": ("最后一档不设上限。", "The last tier has no bound."),
    "tier_not_rising": ("上限须大于前一档的 {0}。", "The bound must be above the previous one, {0}."),
    "before": ("不能早于 {0}。", "May not be before {0}."),
    "after": ("不能晚于 {0}。", "May not be after {0}."),
    "month_billed": ("{0} 的账单已出，价格不能再改。", "{0} is billed already; its price stays."),
    "month_not_over": ("该月尚未结束。", "The month is not over yet."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "bill_not_found": ("没有找到该账单，或它不属于该客户。", "No such bill, or not this customer's."),
    "bill_repeated": ("该账单出现了两次。", "This bill appears twice."),
    "bill_in_process": ("账单 {0} 已在另一对账流程中。", "Bill {0} is in another reconciliation."),
    "bill_not_open": ("账单 {0} 的状态是 {1}，不能对账。", "Bill {0} is {1} and cannot be reconciled."),
    "bill_not_reconciled": ("账单 {0} 的状态是 {1}，对账后才能开票。", "Bill {0} is {1}; it is invoiced once reconciled."),
    "bills_of_several_customers": ("所选账单须属于同一客户。", "The bills must be one customer's."),
    "over_what_bill_lacks": ("超过该账单尚可开票的 {0}。", "More than the {0} that the bill still lacks."),
    "total_differs": ("开票合计 {0} 与账单合计 {1} 不一致。", "The entered total {0} differs from the bills' {1}."),
    "invoice_number_taken": ("发票号码 {0} 已被使用。", "Invoice number {0} is in use."),
    "not_a_usage_file": ("不是可读取的 CSV 或 xlsx 文件。", "Not a readable CSV or xlsx file."),
    "column_missing": ("缺少列：{0}。", "The column {0} is missing."),
    "empty_file": ("文件中没有数据行。", "The file has no rows."),
    "day_in_future": ("日期晚于今天。", "The day lies in the future."),
    "day_too_old": ("日期早于 {0} 个月前。", "The day is more than {0} months ago."),
    "digits_lost": ("长数字账号在表格中已失真，请以文本存储。", "A long number has lost digits in the sheet; store it as text."),
    "replaces_itself": ("报告不能更正自身。", "A report cannot replace itself."),
}
"""Words of the codes of errors by field."""

BILL_REFUSAL_WORDS = {
    "no_price": ("{days} 没有价格，请发起销售调价。", "No price holds on {days}; start a price adjustment."),
    "price_table_invalid": ("价格表不可用（{missing}），请重新发起销售调价。", "The price table cannot be used ({missing}); start a price adjustment."),
    "no_usage": ("当月没有发送量。", "Nothing was sent in the month."),
    "account_unknown": (
        "有用量的账号 {accounts} 不在任何产品下，与本产品的账号相似，请核对账号。",
        "Usage came for {accounts}, which no product has and which is like an account of this one; check the accounts.",
    ),
    "product_missing": ("账号 {account} 有用量但没有产品，请添加产品。", "Account {account} has usage and no product; add the product."),
}
"""Why a product got no bill, as a salesperson reads it; placeholders are filled from the refusal's details."""
