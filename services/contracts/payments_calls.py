"""The payloads of payments' calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import fields, pre_dump, pre_load, validate

from services.contracts.billing import BILLED_TYPES
from services.contracts.customer import PAYMENT_MODES
from services.contracts.paging import PageQuery, page_of
from services.contracts.payments import RECEIPT_STATES
from services.contracts.payments_wording import MISSING, REASONS, ROW_FAULTS
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

IMPORT_OUTCOMES = ("new", "known", "skipped", "wrong")
RECEIVABLE_STATES = ("open", "held", "settled", "cancelled")
WRITE_OFF_STATE_NAMES = {
    "started": ("审批中", "under approval"),
    "rejected": ("已驳回", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
    "archived": ("已归档", "archived"),
}
"""State of a write-off → Chinese and English."""
WRITE_OFF_STATES = tuple(WRITE_OFF_STATE_NAMES)
PAIR_STATES = ("held", "released", "final")
STATEMENT_FILE_BYTES_MAX = 10 * 1024 * 1024
STATEMENT_ROWS_MAX = 5_000
AMOUNT_MAX: Final = Decimal("999999999999.99")


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
    """A receipt typed in, or posted by another system. Repeated with the same values it is the receipt there is.

    Blanks around a value are nobody's intention, and would make another reference of it: they are taken off.
    """

    bank_account = fields.String(required=True, validate=validate.Length(min=1, max=64))
    reference = fields.String(required=True, validate=validate.Length(min=1, max=128))
    received_at = Instant(required=True)
    payer_name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    payer_account = fields.String(load_default="", validate=validate.Length(max=64))
    amount = Money(required=True, validate=validate.Range(min=Decimal("0.01"), max=AMOUNT_MAX))
    remark = fields.String(load_default="", validate=validate.Length(max=500))

    @pre_load
    def take_off_blanks(self, receipt: Any, **_: Any) -> Any:
        if not isinstance(receipt, Mapping):
            return receipt
        return {name: value.strip() if isinstance(value, str) else value for name, value in receipt.items()}


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
    """A reconciled bill that money is owed for; ``cancelled`` when the bill was voided. An e-commerce order's has no product, and
    says at what ``cost`` it was bought."""

    bill_id = Id()
    number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    product_id = Id(allow_none=True)
    product_name = fields.String()
    product_type = fields.String(validate=validate.OneOf(BILLED_TYPES))
    payment_mode = fields.String(validate=validate.OneOf(PAYMENT_MODES))
    month = MonthField()
    due_on = fields.Date()
    amount = Money()
    held = Money()
    written_off = Money()
    outstanding = Money()
    cost = Money(allow_none=True)
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


class WriteOff(Schema):
    """A write-off; its id is its process's. One that ``reverses`` another has an amount below zero."""

    id = Id()
    customer_id = Id()
    customer_name = fields.String()
    reverses = Id(allow_none=True)
    automatic = fields.Boolean()
    state = fields.String(validate=validate.OneOf(WRITE_OFF_STATES))
    amount = Money()
    remarks = fields.String()
    started_by_id = Id(allow_none=True)
    started_by_name = fields.String()
    started_at = Instant()
    finished_at = Instant(allow_none=True)
    version = fields.Integer()


class WriteOffReversal(Schema):
    """The reversal that a write-off is under, or was undone by once it is ``archived``."""

    id = Id()
    state = fields.String(validate=validate.OneOf(WRITE_OFF_STATES))
    reason = fields.String()


class WriteOffDetail(WriteOff):
    pairs = fields.List(fields.Nested(PairSide))
    reversal = fields.Nested(WriteOffReversal, allow_none=True)


class WriteOffQuery(PageQuery):
    customer_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(WRITE_OFF_STATES))
    automatic = fields.Boolean(load_default=None)


WriteOffPage = page_of(WriteOff)

# Commission


class CommissionEntry(Schema):
    """What one bill of one archived write-off earned: ``amount`` = (``written_off`` - ``cost``) x ``rate``.

    One that ``reverses`` another takes it back: its amounts are below zero. No ``unit_cost`` where the bill brought its cost.
    """

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
    unit_cost = UnitPrice(allow_none=True)
    cost = Money()
    rate = UnitPrice()
    amount = Money()
    earned_on = fields.Date()
    reverses = Id(allow_none=True)


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
    """``commission`` = ``earned`` less ``reversed``."""

    entries = fields.Integer()
    written_off = Money()
    cost = Money()
    profit = Money()
    earned = Money()
    reversed = Money()
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
