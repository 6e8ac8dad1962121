"""The payloads of payments' calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import fields, pre_dump, validate

from services.contracts.customer import PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.paging import PageQuery, page_of
from services.contracts.payments import RECEIPT_STATES
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

IMPORT_OUTCOMES = ("new", "known", "skipped", "wrong")
RECEIVABLE_STATES = ("open", "held", "settled")
WRITE_OFF_STATES = ("started", "rejected", "withdrawn", "archived")
PAIR_STATES = ("held", "released", "final")
PAIRS_MAX = 200
STATEMENT_FILE_BYTES_MAX = 10 * 1024 * 1024
STATEMENT_ROWS_MAX = 5_000
AMOUNT_MAX: Final = Decimal("999999999999.99")

REASONS: Final[dict[str, tuple[str, str]]] = {
    "unmatched": ("付款人与任何客户的名称或开票名称都不一致。", "The payer is no customer's name or invoice name."),
    "ambiguous": ("付款人与 {count} 个客户的名称一致，请销管指派。", "The payer is {count} customers' name; to be assigned."),
    "match_undone": ("与客户“{customer}”的匹配已被人工撤销。", "Its match to {customer} was undone by hand."),
    "nothing_due": ("该客户没有待销的应收。", "The customer has no open receivable."),
    "balance_too_small": (
        "到款余额 {balance} 不足以销最早的应收 {bill}（待销 {outstanding}），可手动部分销账。",
        "The balance {balance} does not cover the oldest receivable {bill} ({outstanding} open); a partial write-off is by hand.",
    ),
    "prepaid_received_late": (
        "应收 {bill} 是预付产品，款项在账期结束日 {period_end} 之后才到，不自动销账。",
        "Receivable {bill} is of a prepaid product and the money came after its period ended on {period_end}.",
    ),
    "write_off_declined": (
        "应收 {bill} 的销账曾被驳回或撤回，不再自动发起，可手动销账。",
        "A write-off of {bill} was rejected or withdrawn; none starts by itself again, one may be started by hand.",
    ),
    "older_receivable_first": ("须先销更早的应收 {bill}。", "The older receivable {bill} comes first."),
    "no_receipt": ("没有可用的到款。", "There is no receipt with a balance."),
    "no_owner": ("客户没有跟进销售，无人确认销账。", "The customer has no owner who could confirm."),
}
"""Why no write-off started by itself: code → Chinese and English; the placeholders are the reason's params."""

MISSING: Final[dict[str, tuple[str, str]]] = {
    **REASONS,
    "waiting_for_confirmation": ("自动销账已发起，等待您确认。", "Written off automatically; waiting for your confirmation."),
    "in_approval": ("手动销账审批中。", "A write-off by hand is being approved."),
    "not_tried": ("尚未匹配到款。", "Not yet met with the receipts."),
}
"""What still keeps a bill's commission back."""

ROW_FAULTS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("缺少{field}。", "{field} is missing."),
    "not_an_amount": ("“{value}”不是金额。", "“{value}” is not an amount."),
    "too_many_places": ("金额“{value}”超过两位小数。", "The amount “{value}” has more than two decimals."),
    "not_positive": ("到款金额须大于零。", "The amount received must be above zero."),
    "too_large": ("金额“{value}”超出上限。", "The amount “{value}” is too large."),
    "not_a_time": ("“{value}”不是日期时间。", "“{value}” is not a date and time."),
    "in_the_future": ("到款时间“{value}”晚于今天。", "The time “{value}” lies in the future."),
    "number_lost_digits": (
        "{field}在表格中是数字，长号码已失真，请设为文本后重新导出。",
        "{field} is a number in the sheet and has lost digits; export it as text.",
    ),
    "too_long": ("{field}过长（上限 {max}）。", "{field} is longer than {max}."),
    "reference_taken": (
        "流水号“{reference}”已存在，但金额、时间或付款人不同。",
        "Reference “{reference}” exists already with another amount, time or payer.",
    ),
    "not_incoming": ("不是收入，已跳过。", "Not incoming money; skipped."),
}
"""Why a row of a bank's file is wrong or skipped."""


class Wording(Schema):
    """A code with its parameters and its words; the words are put in when dumped."""

    words: Mapping[str, tuple[str, str]] = {}

    code = fields.String()
    params = fields.Dict(keys=fields.String())
    zh = fields.String()
    en = fields.String()

    @pre_dump
    def put_into_words(self, reason: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        code, params = reason["code"], dict(reason.get("params") or {})
        zh, en = self.words[code]
        return {"code": code, "params": params, "zh": zh.format(**params), "en": en.format(**params)}


class Reason(Wording):
    """Why nothing started by itself."""

    words = REASONS


class Missing(Wording):
    """What is missing before a bill brings commission."""

    words = MISSING


class RowFault(Wording):
    """What is wrong with a row."""

    words = ROW_FAULTS


# Receipts


class RecordReceipt(Schema):
    """A receipt typed in, or posted by another system. Repeated with the same values it is the receipt there is."""

    bank_account = fields.String(required=True, validate=validate.Length(min=1, max=64))
    reference = fields.String(required=True, validate=validate.Length(min=1, max=128))
    received_at = Instant(required=True)
    payer_name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    payer_account = fields.String(load_default="", validate=validate.Length(max=64))
    amount = Money(required=True, validate=validate.Range(min=Decimal("0.01"), max=AMOUNT_MAX))
    remark = fields.String(load_default="", validate=validate.Length(max=500))


class ImportReceipts(Schema):
    """A stored bank statement to import.

    :param mapping: which saved column mapping reads it.
    :param bank_account: for files that do not name the account they are of.
    """

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))
    file_name = fields.String(load_default="", validate=validate.Length(max=255))
    mapping = fields.String(load_default="generic", validate=validate.Length(max=50))
    bank_account = fields.String(load_default="", validate=validate.Length(max=64))


class ImportQuery(Schema):
    """``POST /receipt-imports?mapping=icbc``; the body is the file itself, its name in ``X-Filename`` or here."""

    file_name = fields.String(load_default="", validate=validate.Length(max=255))
    mapping = fields.String(load_default="generic", validate=validate.Length(max=50))
    bank_account = fields.String(load_default="", validate=validate.Length(max=64))


class ImportedRow(Schema):
    """What became of one row. ``row`` counts the file's lines from 1."""

    row = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(IMPORT_OUTCOMES))
    reference = fields.String()
    payer_name = fields.String()
    receipt_id = Id(allow_none=True)
    state = fields.String(allow_none=True)
    fault = fields.Nested(RowFault, allow_none=True)


class ReceiptImport(Schema):
    """The report of an import, row by row."""

    mapping = fields.String()
    new = fields.Integer()
    known = fields.Integer()
    skipped = fields.Integer()
    wrong = fields.Integer()
    amount = Money()
    rows = fields.List(fields.Nested(ImportedRow))


class Receipt(RecordReceipt):
    id = Id()
    held = Money()
    used = Money()
    balance = Money()
    state = fields.String(validate=validate.OneOf(RECEIPT_STATES))
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    matched_by = fields.String(allow_none=True)
    reason = fields.Nested(Reason, allow_none=True)
    created_at = Instant()
    version = fields.Integer()


class Candidate(Schema):
    """A customer that an ambiguous receipt may be of."""

    customer_id = Id()
    customer_name = fields.String()
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    matched_by = fields.String()


class PairSide(Schema):
    """What of a write-off touches this receipt or receivable."""

    write_off_id = Id()
    automatic = fields.Boolean()
    receipt_id = Id()
    payer_name = fields.String()
    bill_id = Id()
    bill_number = fields.String()
    amount = Money()
    state = fields.String(validate=validate.OneOf(PAIR_STATES))


class ReceiptDetail(Receipt):
    candidates = fields.List(fields.Nested(Candidate))
    pairs = fields.List(fields.Nested(PairSide))


class ReceiptQuery(PageQuery):
    """The receipt pool: those with a balance, unless ``pool=false`` or ``state=used`` asks for others."""

    payer = fields.String(load_default="", validate=validate.Length(max=200))
    amount_from = Money(load_default=None)
    amount_to = Money(load_default=None)
    received_from = fields.Date(load_default=None)
    received_to = fields.Date(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(RECEIPT_STATES))
    customer_id = Id(load_default=None)
    pool = fields.Boolean(load_default=True)


class AssignReceipt(Schema):
    customer_id = Id(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=500))


class UnmatchReceipt(Schema):
    """``withdraw_alias``: the payer's name is no longer remembered as the customer's either."""

    why = fields.String(required=True, validate=validate.Length(min=1, max=500))
    withdraw_alias = fields.Boolean(load_default=False)


ReceiptPage = page_of(Receipt)

# Receivables


class Receivable(Schema):
    """A reconciled bill that money is owed for."""

    bill_id = Id()
    number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    product_id = Id()
    product_name = fields.String()
    product_type = fields.String(validate=validate.OneOf(PRODUCT_TYPES))
    payment_mode = fields.String(validate=validate.OneOf(PAYMENT_MODES))
    month = MonthField()
    due_on = fields.Date()
    amount = Money()
    held = Money()
    written_off = Money()
    outstanding = Money()
    state = fields.String(validate=validate.OneOf(RECEIVABLE_STATES))
    reason = fields.Nested(Reason, allow_none=True)
    version = fields.Integer()


class ReceivableDetail(Receivable):
    pairs = fields.List(fields.Nested(PairSide))


class ReceivableQuery(PageQuery):
    customer_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(RECEIVABLE_STATES))
    month = MonthField(load_default=None)
    due_to = fields.Date(load_default=None)


ReceivablePage = page_of(Receivable)

# Write-offs


class WriteOffFormPair(Schema):
    """One line of a write-off's form. Names are filled in by payments and ignored when they come."""

    receipt_id = Id(required=True)
    bill_id = Id(required=True)
    amount = Money(required=True, validate=validate.Range(min=Decimal("0.01"), max=AMOUNT_MAX))
    payer_name = fields.String(load_default="")
    bill_number = fields.String(load_default="")


class WriteOffForm(Schema):
    """销账's form."""

    pairs = fields.List(fields.Nested(WriteOffFormPair), required=True, validate=validate.Length(min=1, max=PAIRS_MAX))
    remarks = fields.String(load_default="", allow_none=True, validate=validate.Length(max=2000))


class WriteOff(Schema):
    """A write-off; its id is its process's."""

    id = Id()
    customer_id = Id()
    customer_name = fields.String()
    automatic = fields.Boolean()
    state = fields.String(validate=validate.OneOf(WRITE_OFF_STATES))
    amount = Money()
    remarks = fields.String()
    started_by_id = Id(allow_none=True)
    started_by_name = fields.String()
    started_at = Instant()
    finished_at = Instant(allow_none=True)
    version = fields.Integer()


class WriteOffDetail(WriteOff):
    pairs = fields.List(fields.Nested(PairSide))


class WriteOffQuery(PageQuery):
    customer_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(WRITE_OFF_STATES))
    automatic = fields.Boolean(load_default=None)


WriteOffPage = page_of(WriteOff)

# Commission


class CommissionEntry(Schema):
    """What one bill of one archived write-off earned: ``amount`` = (``written_off`` - ``cost``) x ``rate``."""

    id = Id()
    owner_id = Id()
    owner_name = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    bill_id = Id()
    bill_number = fields.String()
    product_type = fields.String()
    write_off_id = Id()
    written_off = Money()
    unit_cost = UnitPrice()
    cost = Money()
    rate = UnitPrice()
    amount = Money()
    earned_on = fields.Date()


class MissingCommission(Schema):
    """A bill whose money, or some of it, is not yet written off."""

    bill_id = Id()
    bill_number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    month = MonthField()
    amount = Money()
    not_written_off = Money()
    reason = fields.Nested(Missing)


class CommissionTotals(Schema):
    entries = fields.Integer()
    written_off = Money()
    cost = Money()
    profit = Money()
    commission = Money()


class CommissionQuery(Schema):
    month = MonthField(required=True)
    owner_id = Id(load_default=None)
    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.String(load_default="", validate=validate.Length(max=1000))


class CommissionStatement(Schema):
    """A month's commission: totals, a page of the entries, and (with the first page) what is still missing.

    ``missing`` lists at most 200 bills, the oldest; ``missing_count`` counts all.
    """

    month = MonthField()
    totals = fields.Nested(CommissionTotals)
    entries = fields.List(fields.Nested(CommissionEntry))
    next_cursor = fields.String(allow_none=True)
    missing = fields.List(fields.Nested(MissingCommission))
    missing_count = fields.Integer()


class DashboardQuery(Schema):
    """Without a month, the present one."""

    month = MonthField(load_default=None)


class DayOfProfit(Schema):
    """What one day's archived write-offs brought, and what the month had brought by its end."""

    day = fields.Date()
    profit = Money()
    commission = Money()
    profit_to_date = Money()
    commission_to_date = Money()


class MonthOfProfit(Schema):
    month = MonthField()
    profit = Money()
    commission = Money()
    days = fields.List(fields.Nested(DayOfProfit))


class ProfitAndCommission(Schema):
    """Profit and commission by day: a month to date against the whole month before."""

    month = fields.Nested(MonthOfProfit)
    last_month = fields.Nested(MonthOfProfit)


REFUSALS: Final = {
    "receipt_not_found": ("没有找到该到款，或您无权查看。", "No such receipt, or not visible to you."),
    "receivable_not_found": ("没有找到该应收，或您无权查看。", "No such receivable, or not visible to you."),
    "write_off_not_known_yet": ("销账资料尚未同步，请稍后重试。", "The write-off is not known here yet; please try again."),
    "write_off_not_found": ("没有找到该销账，或您无权查看。", "No such write-off, or not visible to you."),
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "reference_taken": (
        "账户 {bank_account} 的流水号“{reference}”已存在，但内容不同。",
        "Reference “{reference}” of account {bank_account} exists already with other values.",
    ),
    "bank_mapping_not_found": ("没有名为“{mapping}”的列映射。", "There is no column mapping called “{mapping}”."),
    "statement_unreadable": ("文件无法读取：须为 UTF-8 或 GBK 的 CSV，或 xlsx。", "Not readable: CSV in UTF-8 or GBK, or xlsx."),
    "statement_columns_missing": ("文件中找不到这些列：{columns}。", "The file lacks these columns: {columns}."),
    "statement_too_many_rows": ("一次最多导入 {max} 行，请拆分文件。", "At most {max} rows at once; split the file."),
    "receipt_matched_already": ("该到款已匹配客户“{customer}”。", "The receipt is matched to {customer} already."),
    "receipt_not_matched": ("该到款尚未匹配客户。", "The receipt is matched to nobody."),
    "receipt_in_use": ("该到款已占用 {held}、已销 {used}，不能取消匹配。", "Of the receipt {held} is held and {used} used."),
    "process_withdrawn": ("该流程已撤回。", "The process was withdrawn."),
    "write_off_settled": ("该销账已归档，不能更改。", "The write-off is archived and stays as it is."),
    "unit_cost_not_set": ("产品类型 {product_type} 在 {day} 没有成本单价。", "No unit cost of {product_type} holds on {day}."),
    "commission_rate_not_set": ("产品类型 {product_type} 在 {day} 没有提成比例。", "No rate of {product_type} holds on {day}."),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS: Final = {
    "receipt_not_found": ("该客户没有这笔到款。", "The customer has no such receipt."),
    "receivable_not_found": ("该客户没有这笔应收。", "The customer has no such receivable."),
    "over_balance": ("超过到款余额 {0}。", "More than the receipt's balance of {0}."),
    "over_outstanding": ("超过应收待销金额 {0}。", "More than the {0} that is open of the receivable."),
    "pair_twice": ("同一到款与应收出现了两次。", "The same receipt and receivable stand here twice."),
}
"""Words of the field errors that only payments makes; ``{0}`` is the code's parameter."""
