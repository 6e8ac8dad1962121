"""What billing reads of the forms of the processes it owns; a form may hold more, which is workflow's to check."""

from typing import Any, Final

from marshmallow import EXCLUDE, fields, validate

from services.contracts.billing import BALANCE_TYPES, INVOICE_TYPES, PRICE_KINDS, REVERSAL_KINDS
from services.contracts.customer import InvoiceInformation
from services.kit.schema import Id, Money, Schema, UnitPrice

BILLS_MAX: Final = 200
"""How many bills one process or one statement takes."""
QUANTITY_MAX: Final = 10**12
AMOUNT_MAX: Final = 10**12
"""In CNY, of one recharge, limit, refund or invoice."""

BILL_IDS: Final[dict[str, Any]] = {"required": True, "validate": validate.Length(min=1, max=BILLS_MAX)}
INVOICE_NUMBER: Final = validate.Regexp(r"^[0-9A-Za-z-]{1,40}$")
PRICE_ROWS: Final[dict[str, Any]] = {"validate": validate.Length(min=1, max=300)}


class PriceTier(Schema):
    """Above the previous tier's bound, up to and including ``up_to``; null for no bound, as in the last."""

    up_to = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(min=1, max=QUANTITY_MAX))
    unit_price = UnitPrice(required=True, validate=validate.Range(max=999_999))


class PriceRow(Schema):
    """One operator's or country's tiers; null for all together."""

    segment = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    tiers = fields.List(fields.Nested(PriceTier), required=True, validate=validate.Length(min=1, max=50))


class PriceAdjustmentForm(Schema):
    """What billing reads of a 销售调价's form; ``quantity`` is of a one-off sale."""

    class Meta:
        unknown = EXCLUDE

    product_id = Id(load_default=None, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(PRICE_KINDS))
    prices = fields.List(fields.Nested(PriceRow), required=True, **PRICE_ROWS)
    quantity = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=1_000_000))


class ReconciliationForm(Schema):
    """What billing reads of a 对账's form."""

    class Meta:
        unknown = EXCLUDE

    bill_ids = fields.List(Id(), **BILL_IDS)
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

    bills = fields.List(fields.Nested(InvoicedAmount), **BILL_IDS)
    invoice_type = fields.String(required=True, validate=validate.OneOf(INVOICE_TYPES))
    invoice_information = fields.Nested(InvoiceInformation(unknown=EXCLUDE), load_default=None, allow_none=True)
    delivery = fields.Raw(load_default="", allow_none=True)


class InvoiceNumberForm(Schema):
    """What finance enters."""

    class Meta:
        unknown = EXCLUDE

    invoice_number = fields.String(required=True, validate=INVOICE_NUMBER)
    issued_on = fields.Date(required=True)


class OrderItem(Schema):
    """One kind of goods of an e-commerce order; prices in CNY a piece."""

    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1_000_000))
    purchase_price = UnitPrice(required=True, validate=validate.Range(max=999_999))
    sale_price = UnitPrice(required=True, validate=validate.Range(max=999_999))


class EcommerceOrderForm(Schema):
    """What billing reads of a 电商购销单's form."""

    class Meta:
        unknown = EXCLUDE

    supplier = fields.String(required=True, validate=validate.Length(min=1, max=200))
    items = fields.List(fields.Nested(OrderItem), required=True, validate=validate.Length(min=1, max=200))


class BillingCycleChangeForm(Schema):
    """What billing reads of a 账单周期更改's form."""

    class Meta:
        unknown = EXCLUDE

    product_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=200))
    billing_cycle_months = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=12))


class ReversalForm(Schema):
    """What billing reads of every 冲销申请's form; ``target_id`` is what is reversed."""

    class Meta:
        unknown = EXCLUDE

    kind = fields.String(required=True, validate=validate.OneOf(REVERSAL_KINDS))
    target_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=5_000))


class PrepayRefundForm(ReversalForm):
    """A reversal of kind ``prepay_refund``: ``target_id`` is the account."""

    amount = Money(required=True, validate=validate.Range(max=AMOUNT_MAX))


class RedInvoiceForm(Schema):
    """What finance enters for a reversal of kind ``invoice``."""

    class Meta:
        unknown = EXCLUDE

    red_number = fields.String(required=True, validate=INVOICE_NUMBER)
    red_issued_on = fields.Date(required=True)


class RechargeForm(Schema):
    """What billing reads of a 销售充值's form; billing itself enters ``account_id``, the actual dates are finance's."""

    class Meta:
        unknown = EXCLUDE

    account_id = Id(load_default=None, allow_none=True)
    type = fields.String(required=True, validate=validate.OneOf(BALANCE_TYPES))
    unit_price = UnitPrice(required=True, validate=validate.Range(max=10_000))
    amount = Money(required=True, validate=validate.Range(max=AMOUNT_MAX))
    messages = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=QUANTITY_MAX))
    invoice_deadline = fields.Date(required=True)
    payment_deadline = fields.Date(required=True)
    invoiced_on = fields.Date(load_default=None, allow_none=True)
    paid_on = fields.Date(load_default=None, allow_none=True)


class DeferredPaymentForm(Schema):
    """What billing reads of a 后付款申请's form; billing itself enters ``account_id``."""

    class Meta:
        unknown = EXCLUDE

    account_id = Id(load_default=None, allow_none=True)
    limit = Money(required=True, validate=validate.Range(max=AMOUNT_MAX))
    until = fields.Date(required=True)
    reason = fields.String(required=True)


class AdvanceInvoiceForm(Schema):
    """What billing reads of a 无账单开票's form when it starts."""

    class Meta:
        unknown = EXCLUDE

    amount_received = Money(required=True, validate=validate.Range(max=AMOUNT_MAX))
    invoice_amount = Money(required=True, validate=validate.Range(max=AMOUNT_MAX))
    invoice_type = fields.String(required=True, validate=validate.OneOf(INVOICE_TYPES))
    invoice_information = fields.Nested(InvoiceInformation(unknown=EXCLUDE), load_default=None, allow_none=True)
    delivery = fields.Raw(load_default="", allow_none=True)
    remarks = fields.String(required=True)
