"""The payloads of payments' calls about receivables and write-offs: what the HTTP interface takes and gives."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import fields, pre_dump, validate

from services.contracts.billing import BILLED_TYPES
from services.contracts.customer import PAYMENT_MODES
from services.contracts.paging import PageQuery, page_of
from services.contracts.payments_wording import REASONS
from services.contracts.sections import section_of
from services.kit.schema import Id, Instant, Money, MonthField, Schema

RECEIVABLE_STATES = ("open", "held", "settled", "cancelled")
WRITE_OFF_STATE_NAMES = {
    "started": ("审批中", "under approval"),
    "rejected": ("已驳回", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
    "archived": ("已归档", "archived"),
    "cancelled": ("已撤销", "cancelled"),
}
"""State of a write-off → Chinese and English."""
WRITE_OFF_STATES = tuple(WRITE_OFF_STATE_NAMES)
PAIR_STATES = ("held", "released", "final")
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
        return {**reason, "params": params, "zh": zh.format(**params), "en": en.format(**params)}


class Reason(Wording):
    """Why nothing started by itself."""

    words = REASONS


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
    """With its penalties so far, corrections included."""

    accrued_penalty = Money()
    pairs = fields.List(fields.Nested(PairSide))


class ReceivableQuery(PageQuery):
    """``unsettled=true``: only what is not written off in full, that is ``open`` or ``held``."""

    customer_id = Id(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(RECEIVABLE_STATES))
    month = MonthField(load_default=None)
    due_to = fields.Date(load_default=None)
    unsettled = fields.Boolean(load_default=False)


class Owed(Schema):
    """What a customer owes besides what is held: of how many bills, and since when the first of them is due."""

    outstanding = Money()
    bills = fields.Integer()
    oldest_due_on = fields.Date(allow_none=True)


ReceivablePage = page_of(Receivable)
ReceivableSection = section_of(Receivable)

# Write-offs


class WriteOff(Schema):
    """A write-off; its id is its process's. One that ``reverses`` another has an amount below zero.

    ``cancelled`` is an automatic one whose receipt's match was undone before it was confirmed. ``ended_by`` and ``ended_why`` say
    who rejected, withdrew or cancelled it, and why.
    """

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
    ended_by = fields.String(allow_none=True)
    ended_why = fields.String(allow_none=True)
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
