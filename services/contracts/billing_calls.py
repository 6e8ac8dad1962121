"""The payloads of billing's calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from marshmallow import fields, validate

from services.contracts.billing import (
    BILL_REFUSALS,
    BILL_STATES,
    BILLED_TYPES,
    INVOICE_KINDS,
    PRICE_KINDS,
    AccountShare,
)
from services.contracts.billing_forms import BILL_IDS, PRICE_ROWS, QUANTITY_MAX, PriceRow
from services.contracts.billing_invoice_calls import INVOICE_STATES
from services.contracts.customer import PAYMENT_MODES
from services.contracts.external import UsageReported
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

USAGE_FILE_BYTES_MAX = 200 * 1024 * 1024

IMPORT_STATES = ("queued", "counted", "refused")
JOB_STATES = ("queued", "running", "done", "failed")

# Usage

ReportUsage = UsageReported


class UsageCounted(Schema):
    """What became of a report. ``repeated``: it was counted before and this time changed nothing. ``unknown_accounts``: at most
    100 of those that nobody knows yet; their usage is kept and counts as soon as they are."""

    id = Id()
    source = fields.String()
    report_id = fields.String()
    repeated = fields.Boolean()
    line_count = fields.Integer()
    quantity = fields.Integer()
    unknown_accounts = fields.List(fields.String())


class UsageImportQuery(Schema):
    """``POST /usage-imports?source=…``, the file as the body. Without ``report_id`` the file's content names the report, so that
    the same file counts once."""

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
    unknown_accounts = fields.Boolean(load_default=False, data_key="unknown")


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


class AgreedTier(Schema):
    up_to = fields.Integer(allow_none=True)
    unit_price = fields.String()


class AgreedRow(Schema):
    """A row as it was agreed: unit prices with six decimals, as in the process's form."""

    segment = fields.String(allow_none=True)
    tiers = fields.List(fields.Nested(AgreedTier))


class RangeInForce(Schema):
    first_day = fields.Date()
    last_day = fields.Date(allow_none=True)


class Price(Schema):
    """A price; ``in_force`` are the days on which no newer one has won over it."""

    id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(AgreedRow), attribute="rows")
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
    prices = fields.List(fields.Nested(PriceRow), load_default=None, allow_none=True, **PRICE_ROWS)
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
    """``covered`` is what its accounts' balances paid when it was made; ``outstanding`` is what payments says is still owed, null
    before the bill is a receivable. An e-commerce order's has no product but ``order_process_id`` and ``cost``;
    ``void_process_id`` asks to void it, or has."""

    id = Id()
    number = fields.String()
    customer_id = Id()
    customer_name = fields.String()
    product_id = Id(allow_none=True)
    order_process_id = Id(allow_none=True)
    product_name = fields.String()
    product_type = fields.String(validate=validate.OneOf(BILLED_TYPES))
    payment_mode = fields.String(validate=validate.OneOf(PAYMENT_MODES))
    month = MonthField()
    quantity = fields.Integer()
    amount = Money()
    covered = Money()
    cost = Money(allow_none=True)
    state = fields.String(validate=validate.OneOf(BILL_STATES))
    process_id = Id(allow_none=True)
    void_process_id = Id(allow_none=True)
    void_reason = fields.String(allow_none=True)
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
    """How the amount came about: ``quantity`` x ``unit_price`` of the tier, rounded half-up once, by the price that
    ``process_id`` put into force; and each account's share of it."""

    number = fields.Integer()
    price_id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    first_day = fields.Date()
    last_day = fields.Date()
    shares = fields.List(fields.Nested(LineShare))


class BillItem(Schema):
    """A line of an e-commerce order: ``quantity`` x ``sale_price``, rounded half-up once."""

    number = fields.Integer()
    name = fields.String()
    quantity = fields.Integer()
    purchase_price = UnitPrice()
    sale_price = UnitPrice()
    amount = Money()


class BillInvoice(Schema):
    """An invoice's part of a bill; of one that was reversed it counts no more."""

    invoice_id = Id()
    kind = fields.String(validate=validate.OneOf(INVOICE_KINDS))
    number = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(INVOICE_STATES))
    amount = Money()


class BillAccount(AccountShare):
    """``covered`` is what the account's balance paid of its share when the bill was made."""

    covered = Money()


class BillDetail(Bill):
    rounding = fields.String()
    lines = fields.List(fields.Nested(BillLine))
    items = fields.List(fields.Nested(BillItem))
    accounts = fields.List(fields.Nested(BillAccount))
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


class MakeStatement(Schema):
    bill_ids = fields.List(Id(), **BILL_IDS)


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
