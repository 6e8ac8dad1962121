"""The payloads of payments' calls about receipts: recorded, listed, matched."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields, pre_load, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.payments import RECEIPT_STATES
from services.contracts.payments_calls import AMOUNT_MAX, Owed, PairSide, Reason
from services.contracts.payments_matching_calls import Suggestion
from services.contracts.sections import section_of
from services.kit.schema import Id, Instant, Money, Schema


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
    """A customer that an ambiguous receipt may be of. Of one whom the caller does not see, nothing but who looks after it."""

    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    owner_id = Id(allow_none=True)
    owner_name = fields.String(allow_none=True)
    matched_by = fields.String(allow_none=True)
    owed = fields.Nested(Owed, allow_none=True)


class ReceiptDetail(Receipt):
    """With the ``candidates`` of an ambiguous one, and who is suggested for one that is nobody's."""

    candidates = fields.List(fields.Nested(Candidate))
    suggestions = fields.List(fields.Nested(Suggestion))
    pairs = fields.List(fields.Nested(PairSide))


class ReceiptQuery(PageQuery):
    """The receipt pool: those with a balance, unless ``pool=false`` or ``state=used`` asks for others. ``payer``: any part of the
    payer's name, its pinyin, or its initials. Days are Shanghai's, both included.

    Sorts: received_at, amount, payer_name.
    """

    payer = fields.String(load_default="", validate=validate.Length(max=200))
    amount_from = Money(load_default=None)
    amount_to = Money(load_default=None)
    received_from = fields.Date(load_default=None)
    received_to = fields.Date(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(RECEIPT_STATES))
    customer_id = Id(load_default=None)
    pool = fields.Boolean(load_default=True)


class AssignReceipt(Schema):
    """``remember``: whether the payer's name becomes an alias of the customer's; null for yes, unless it is another customer's
    own name. Then ``why`` is required."""

    customer_id = Id(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=500))
    remember = fields.Boolean(load_default=None, allow_none=True)


class UnmatchReceipt(Schema):
    """``withdraw_alias``: the payer's name is no longer remembered as the customer's either."""

    why = fields.String(required=True, validate=validate.Length(min=1, max=500))
    withdraw_alias = fields.Boolean(load_default=False)


ReceiptPage = page_of(Receipt)
ReceiptSection = section_of(Receipt)
