"""The payloads of billing's calls about prepaid balances."""

from marshmallow import fields, validate

from services.contracts.billing import BALANCE_TYPES, POSTING_KINDS
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Money, Schema, UnitPrice


class LedgerQuery(PageQuery):
    pass


class Balance(Schema):
    """An account's prepaid money: ``total`` is ``prepay`` and ``prepurchase`` together, below zero what is owed.

    ``held`` is the part of ``prepay`` that running refunds have reserved. ``limit`` is how far below zero ``prepay`` may go until
    ``until``, by the newest 后付款申请; both null without one, and its limit stands here even after its date.
    """

    account_id = Id()
    identifier = fields.String()
    product_id = Id()
    customer_id = Id()
    total = Money()
    prepay = Money()
    prepurchase = Money()
    held = Money()
    limit = Money(allow_none=True)
    until = fields.Date(allow_none=True)


class BalanceQuery(PageQuery):
    """``low=true`` for those below the threshold at which ``balance_low`` is said."""

    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    low = fields.Boolean(load_default=None)


class ListedBalance(Balance):
    """A prepaid account with its balance and its last entry; of one that never had money, zeros and no entry."""

    status = fields.String()
    product_name = fields.String()
    customer_name = fields.String()
    is_low = fields.Boolean()
    last_kind = fields.String(allow_none=True, validate=validate.OneOf(POSTING_KINDS))
    last_amount = Money(allow_none=True)
    last_day = fields.Date(allow_none=True)


BalancePage = page_of(ListedBalance)


class LedgerEntry(Schema):
    """What happened to a balance, and the balance after it. Above zero it is money in.

    A ``consumption`` names its bill, a ``correction`` the posting that it undoes. A recharge tells what was agreed and, once
    finance has entered them, when it was invoiced and paid.
    """

    posting_id = Id()
    position = fields.Integer()
    kind = fields.String(validate=validate.OneOf(POSTING_KINDS))
    type = fields.String(validate=validate.OneOf(BALANCE_TYPES))
    amount = Money()
    balance_after = Money()
    day = fields.Date()
    posted_at = Instant()
    reason = fields.String()
    process_id = Id(allow_none=True)
    bill_id = Id(allow_none=True)
    bill_number = fields.String(allow_none=True)
    reverses_id = Id(allow_none=True)
    unit_price = UnitPrice(allow_none=True)
    messages = fields.Integer(allow_none=True)
    invoice_deadline = fields.Date(allow_none=True)
    payment_deadline = fields.Date(allow_none=True)
    invoiced_on = fields.Date(allow_none=True)
    paid_on = fields.Date(allow_none=True)


class Recharge(Schema):
    """What an archived 销售充值 agreed and credited, and when it was really invoiced and paid. Its id is its process's.

    ``reversal_process_id`` asks to reverse it, or has: then it ``is_reversed``.
    """

    process_id = Id()
    posting_id = Id()
    account_id = Id()
    identifier = fields.String()
    customer_id = Id()
    type = fields.String(validate=validate.OneOf(BALANCE_TYPES))
    amount = Money()
    unit_price = UnitPrice()
    messages = fields.Integer()
    invoice_deadline = fields.Date()
    payment_deadline = fields.Date()
    invoiced_on = fields.Date(allow_none=True)
    paid_on = fields.Date(allow_none=True)
    reversal_process_id = Id(allow_none=True)
    is_reversed = fields.Boolean()
    version = fields.Integer()


class ChangeRecharge(Schema):
    """The actual dates: what is left out stays, null takes one out again. ``version`` is that of what the caller saw."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))
    invoiced_on = fields.Date(allow_none=True)
    paid_on = fields.Date(allow_none=True)


class Ledger(page_of(LedgerEntry)):  # type: ignore[misc]  # the page's schema is made by a function
    """An account's balance, and a page of its entries, the latest first."""

    balance = fields.Nested(Balance)
