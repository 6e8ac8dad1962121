"""The payloads of billing's calls about bills: what the gateway sends and gets (spec, billing.md, "Bills")."""

from marshmallow import fields, validate

from services.contracts.billing import (
    BILL_REFUSALS,
    BILL_STATES,
    BILLED_TYPES,
    INVOICE_KINDS,
    PRICE_KINDS,
    AccountShare,
)
from services.contracts.billing_invoice_calls import INVOICE_STATES
from services.contracts.billing_price_calls import QuoteLine
from services.contracts.customer import PAYMENT_MODES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

JOB_STATES = ("queued", "running", "done", "failed")


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
    """``covered`` is what its accounts' balances have paid; ``outstanding`` is what payments says is still owed, null before the
    bill is a receivable. ``agreed_amount`` is what is to be paid and may be invoiced: ``amount`` and its part of the difference
    that its reconciliation agreed. ``expected_due_on`` is when it is due, or would be were it reconciled now.

    An e-commerce order's has no product but ``order_process_id`` and ``cost``; ``void_process_id`` asks to void it, or has."""

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
    agreed_difference = Money()
    agreed_amount = Money()
    covered = Money()
    cost = Money(allow_none=True)
    state = fields.String(validate=validate.OneOf(BILL_STATES))
    process_id = Id(allow_none=True)
    void_process_id = Id(allow_none=True)
    void_reason = fields.String(allow_none=True)
    billing_cycle_months = fields.Integer()
    due_on = fields.Date(allow_none=True)
    expected_due_on = fields.Date()
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
    """``covered`` is what the account's balance has paid of its share and of its part of the agreed difference."""

    agreed_difference = Money()
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
