"""The payloads of billing's calls about bills: what the gateway sends and gets (spec, billing.md, "Bills")."""

from marshmallow import fields, validate

from services.contracts.billing import (
    BILL_REFUSALS,
    BILL_STATES,
    BILLED_TYPES,
    INVOICE_KINDS,
    PRICE_KINDS,
    RERATING_OUTCOMES,
    AccountShare,
)
from services.contracts.billing_invoice_calls import INVOICE_STATES
from services.contracts.billing_price_calls import QuoteLine
from services.contracts.customer import PAYMENT_MODES
from services.contracts.paging import PageQuery, page_of
from services.contracts.sections import section_of
from services.kit.schema import MAY_LACK, Id, Instant, Money, MonthField, Schema, UnitPrice

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


class BillingRunQuery(PageQuery):
    """The newest first."""

    month = MonthField(load_default=None)


class BillQuery(PageQuery):
    """``number`` is what the number begins with; its 账单- may be left out. ``overdue=true`` asks for receivables past their due
    date of which something is still owed. ``owner_id`` looks after the customer now, ``department_id`` is the owner's, those
    below it included."""

    customer_id = Id(load_default=None)
    owner_id = Id(load_default=None)
    department_id = Id(load_default=None)
    product_type = fields.String(load_default=None, validate=validate.OneOf(BILLED_TYPES))
    product_id = Id(load_default=None)
    month = MonthField(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(BILL_STATES))
    number = fields.String(load_default=None, validate=validate.Length(min=1, max=300))
    overdue = fields.Boolean(load_default=False)


class FindBills(BillQuery):
    """The same as billing is asked: ``department_ids`` instead of the one above them, since the tree is the gateway's."""

    department_ids = fields.List(Id(), load_default=None, allow_none=True)


class Bill(Schema):
    """``adjusted`` is the part of ``amount`` that late usage of earlier months put there, of any sign; ``covered`` is
    what its accounts' balances have paid; ``outstanding`` is what payments says is still owed, null before the bill is a
    receivable. ``agreed_amount`` is what is to be paid and may be invoiced: ``amount`` and its part of the difference
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
    adjusted = Money()
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


class RatedLine(QuoteLine):
    """A line of a rated month."""

    price_id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    first_day = fields.Date()
    last_day = fields.Date()


class BillLine(RatedLine):
    """How the amount came about: ``quantity`` x ``unit_price`` of the tier, rounded half-up once, by the price that
    ``process_id`` put into force; and each account's share of it."""

    number = fields.Integer()
    shares = fields.List(fields.Nested(LineShare))


class RatedContent(Schema):
    """What a month came to at one time."""

    lines = fields.List(fields.Nested(RatedLine))
    accounts = fields.List(fields.Nested(AccountShare))


class BillRerating(Schema):
    """Usage came after the bill was made. By ``replaced`` the bill, still open, was rated anew, and ``content`` is what it was
    before; by ``adjusted`` it stays as it was agreed, and ``content`` is what the month comes to now."""

    number = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(RERATING_OUTCOMES))
    quantity_before = fields.Integer()
    quantity_after = fields.Integer()
    amount_before = Money()
    amount_after = Money()
    content = fields.Nested(RatedContent)
    rated_at = Instant()


class BillAdjustment(Schema):
    """What late usage of a month that is agreed changed for one account. Of ``amount`` the bills named in ``carried_by`` carry
    ``carried``; the rest waits for the product's next bill."""

    rerating = fields.Integer()
    account_id = Id()
    identifier = fields.String()
    quantity = fields.Integer()
    amount = Money()
    carried = Money()
    carried_by = fields.String(allow_none=True)


class AdjustmentLine(Schema):
    """What a bill carries for an earlier bill's month, whose usage came late; below zero for a credit."""

    of_bill_id = Id()
    of_number = fields.String()
    of_month = MonthField()
    quantity = fields.Integer()
    amount = Money()


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
    """``covered`` is what the account's balance has paid of its share and of its part of the agreed difference;
    ``adjusted_quantity`` and ``adjusted_amount`` are the part of the share that the bill carries for earlier months."""

    agreed_difference = Money()
    covered = Money()
    adjusted_quantity = fields.Integer()
    adjusted_amount = Money()


class BillDetail(Bill):
    rounding = fields.String()
    lines = fields.List(fields.Nested(BillLine))
    items = fields.List(fields.Nested(BillItem))
    adjustments = fields.List(fields.Nested(AdjustmentLine))
    reratings = fields.List(fields.Nested(BillRerating))
    late_usage = fields.List(fields.Nested(BillAdjustment))
    accounts = fields.List(fields.Nested(BillAccount))
    invoices = fields.List(fields.Nested(BillInvoice))


BillPage = page_of(Bill)
BillSection = section_of(Bill)
BillingRunPage = page_of(BillingRun)


class BillRefusalQuery(PageQuery):
    """Those that still stand, unless ``resolved=true``."""

    customer_id = Id(load_default=None)
    month = MonthField(load_default=None)
    reason = fields.String(load_default=None, validate=validate.OneOf(BILL_REFUSALS))
    resolved = fields.Boolean(load_default=False)


class Remedy(Schema):
    """Where a refusal is mended: a process to start about a subject (``code``, ``subject_id``), or a page to open (``place``)."""

    kind = fields.String(validate=validate.OneOf(("start_process", "open")))
    code = fields.String(metadata=MAY_LACK)
    subject_id = Id(metadata=MAY_LACK)
    place = fields.String(validate=validate.OneOf(("customer_products", "product_accounts")), metadata=MAY_LACK)
    customer_id = Id(metadata=MAY_LACK)
    product_id = Id(metadata=MAY_LACK)


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
    action = fields.Nested(Remedy)
    refused_at = Instant()
    resolved_at = Instant(allow_none=True)


BillRefusalPage = page_of(BillRefusal)
