"""Billing's contract: its events and the payloads of its calls."""

from marshmallow import fields, validate

from services.contracts.customer import PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.workflow import ProcessApplied, ProcessApplyFailed
from services.kit.money import ZERO
from services.kit.outbox import EventContract
from services.kit.schema import Id, Money, MonthField, Schema, UnitPrice

BILL_STATE_NAMES = {
    "open": ("待对账", "open"),
    "reconciling": ("对账中", "reconciling"),
    "reconciled": ("已对账", "reconciled"),
    "closed": ("已结清", "closed"),
    "void": ("已作废", "void"),
}
"""State of a bill → Chinese and English."""
BILL_STATES = tuple(BILL_STATE_NAMES)
PRICE_KINDS = ("unified", "stage", "tiered")
BILL_REFUSALS = ("no_price", "price_table_invalid", "no_usage", "account_unknown", "product_missing")
RERATING_OUTCOMES = ("replaced", "adjusted")
INVOICE_TYPES = ("ordinary", "special")
INVOICE_KINDS = ("normal", "advance", "red")
BALANCE_TYPES = ("prepay", "prepurchase")
POSTING_KINDS = ("recharge", "consumption", "refund", "correction")
BILLED_TYPES = (*PRODUCT_TYPES, "ecommerce")
"""What a bill can be for: a product, by its type, or an e-commerce order (电商购销单)."""
REVERSAL_KINDS = ("prepay_refund", "invoice", "bill", "recharge")
"""What of billing's a 冲销申请 may reverse."""

# Events


class UsageRecorded(Schema):
    """A report was counted: what it brought to one customer. Also said when an account turns up whose usage came before it."""

    customer_id = Id(required=True)
    last_day = fields.Date(required=True)
    quantity = fields.Integer(required=True)


class PriceInForce(Schema):
    """``valid_to`` is null for a price without an end."""

    price_id = Id(required=True)
    product_id = Id(required=True)
    product_name = fields.String(load_default="")
    customer_id = Id(required=True)
    customer_name = fields.String(load_default="")
    process_id = Id(required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(PRICE_KINDS))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)


class Bill(Schema):
    """A bill as others know it. An e-commerce order's has no product.

    :param covered: what balances have paid of it.
    :param agreed_difference: what a 对账 agreed beside ``amount``: below zero a credit, above zero an extra.
    :param process_id: of the 对账 that holds it or has reconciled it.
    """

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    product_id = Id(required=True, allow_none=True)
    product_name = fields.String(required=True)
    product_type = fields.String(required=True, validate=validate.OneOf(BILLED_TYPES))
    payment_mode = fields.String(required=True, validate=validate.OneOf(PAYMENT_MODES))
    month = MonthField(required=True)
    amount = Money(required=True)
    covered = Money(load_default=ZERO)
    agreed_difference = Money(load_default=ZERO)
    quantity = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(BILL_STATES))
    process_id = Id(load_default=None, allow_none=True)


class BillRefused(Schema):
    """A product (or an account) got no bill, and why."""

    customer_id = Id(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True)
    product_id = Id(required=True, allow_none=True)
    product_name = fields.String(required=True, allow_none=True)
    month = MonthField(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(BILL_REFUSALS))
    details = fields.Dict(keys=fields.String(), required=True)


class BillRerated(Schema):
    """Usage came after a bill was made. By ``replaced`` the bill, still open, was rated anew; by ``adjusted`` it stays as it was
    agreed, and the product's next bill carries the difference. ``quantity`` and ``amount`` are what is more than before, of any
    sign."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    product_id = Id(required=True)
    product_name = fields.String(required=True)
    month = MonthField(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(RERATING_OUTCOMES))
    quantity = fields.Integer(required=True)
    amount = Money(required=True)


class BillingCycleChanged(Schema):
    """A product's billing cycle (payment terms) is another from now on, by a process; said of each product by itself."""

    product_id = Id(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(load_default="")
    billing_cycle_months = fields.Integer(required=True, validate=validate.Range(min=1, max=12))
    process_id = Id(required=True)


class AccountShare(Schema):
    """An account's part of a bill's amount; the shares sum to it."""

    account_id = Id(required=True)
    identifier = fields.String(required=True)
    quantity = fields.Integer(required=True)
    amount = Money(required=True)


class ReconciledBill(Bill):
    """A bill that money is owed for from now on.

    ``amount`` and ``shares`` are what is owed: with the agreed difference, and without what balances have paid (``covered``),
    which nobody owes; of a bill paid in part ``quantity`` is the part of the messages that is still to be paid.

    :param covered_quantity: the rest of the bill's messages, which ``covered`` has paid; null where it was told before 0011.
    :param due_on: the end of the month that lies the billing cycle after the bill's.
    :param cost: what it was bought for, of an e-commerce order; null where the product type's unit cost counts.
    """

    covered_quantity = fields.Integer(load_default=None, allow_none=True)
    due_on = fields.Date(required=True)
    needs_invoice = fields.Boolean(required=True)
    cost = Money(load_default=None, allow_none=True)
    shares = fields.List(fields.Nested(AccountShare), required=True)


class BillVoidAsked(Schema):
    """A reconciled bill is to be voided: payments cancels its receivable (``receivable_cancelled``), or says that money is held
    or written off for it (``receivable_kept``). ``attempt`` is the version of the ``process_archived`` that asks."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    process_id = Id(required=True)
    attempt = fields.Integer(required=True)


class BillsReconciled(Schema):
    """One reconciliation's bills."""

    process_id = Id(required=True)
    customer_id = Id(required=True)
    bills = fields.List(fields.Nested(ReconciledBill), required=True)


class BillClosed(Schema):
    """The billing cycle is closed: written off and, where needed, invoiced in full. ``amount`` is with the agreed difference."""

    bill_id = Id(required=True)
    number = fields.String(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    amount = Money(required=True)


class InvoiceIssued(Schema):
    """``bill_ids`` is empty for one in advance (无账单开票), which later bills are set against."""

    invoice_id = Id(required=True)
    number = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(INVOICE_TYPES))
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    company_name = fields.String(required=True)
    amount = Money(required=True)
    issued_on = fields.Date(required=True)
    bill_ids = fields.List(Id(), required=True)
    process_id = Id(required=True)


class InvoiceReversed(Schema):
    """An invoice was taken back by a red one (红冲): what it was for can be invoiced anew."""

    invoice_id = Id(required=True)
    number = fields.String(required=True)
    red_invoice_id = Id(required=True)
    red_number = fields.String(required=True)
    red_issued_on = fields.Date(required=True)
    type = fields.String(required=True, validate=validate.OneOf(INVOICE_TYPES))
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    amount = Money(required=True)
    bill_ids = fields.List(Id(), required=True)
    process_id = Id(required=True)
    reason = fields.String(required=True)


class AccountRecharged(Schema):
    """A 销售充值 credited an account: ``paid_bills`` of it went to older bills at once; ``balance`` is all its money then."""

    process_id = Id(required=True)
    account_id = Id(required=True)
    identifier = fields.String(required=True)
    product_id = Id(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(BALANCE_TYPES))
    amount = Money(required=True)
    unit_price = UnitPrice(required=True)
    messages = fields.Integer(required=True)
    paid_bills = Money(load_default=ZERO)
    balance = Money(required=True)


class BalanceLow(Schema):
    """An account's balance fell below ``threshold``, or did not suffice for a bill: ``not_covered`` of its share stays owed."""

    account_id = Id(required=True)
    identifier = fields.String(required=True)
    product_id = Id(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    balance = Money(required=True)
    threshold = Money(required=True)
    bill_id = Id(required=True, allow_none=True)
    not_covered = Money(required=True)


class BalanceMovement(Schema):
    """What a posting brought to one account, of any sign, and all the account's money after it."""

    account_id = Id(required=True)
    identifier = fields.String(required=True)
    amount = Money(required=True)
    balance = Money(required=True)


class BalanceMoved(Schema):
    """A posting of the ledger moved one customer's prepaid money. ``day`` is its business day; each posting is told once, and
    they may come in any order."""

    posting_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(POSTING_KINDS))
    day = fields.Date(required=True)
    customer_id = Id(required=True)
    customer_name = fields.String(required=True)
    bill_id = Id(required=True, allow_none=True)
    process_id = Id(required=True, allow_none=True)
    entries = fields.List(fields.Nested(BalanceMovement), required=True, validate=validate.Length(min=1))


EVENTS = {
    "usage_recorded": EventContract(1, UsageRecorded),
    "price_in_force": EventContract(1, PriceInForce),
    "billing_cycle_changed": EventContract(1, BillingCycleChanged),
    "bill_made": EventContract(1, Bill),
    "bill_changed": EventContract(1, Bill),
    "bill_refused": EventContract(1, BillRefused),
    "bill_rerated": EventContract(1, BillRerated),
    "bills_reconciled": EventContract(1, BillsReconciled),
    "bill_void_asked": EventContract(1, BillVoidAsked),
    "bill_closed": EventContract(1, BillClosed),
    "invoice_issued": EventContract(1, InvoiceIssued),
    "invoice_reversed": EventContract(1, InvoiceReversed),
    "account_recharged": EventContract(1, AccountRecharged),
    "balance_low": EventContract(1, BalanceLow),
    "balance_moved": EventContract(1, BalanceMoved),
    "process_applied": EventContract(1, ProcessApplied),
    "process_apply_failed": EventContract(1, ProcessApplyFailed),
}
