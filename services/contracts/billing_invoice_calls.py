"""The payloads of billing's calls about invoices."""

from marshmallow import fields, validate

from services.contracts.billing import INVOICE_KINDS, INVOICE_TYPES
from services.contracts.customer import InvoiceInformation
from services.contracts.paging import PageQuery, page_of
from services.contracts.sections import section_of
from services.kit.schema import Id, Instant, Money, Schema

INVOICE_STATE_NAMES = {
    "requested": ("申请中", "requested"),
    "issued": ("已开具", "issued"),
    "released": ("已释放", "released"),
    "reversed": ("已红冲", "reversed"),
}
"""State of an invoice → Chinese and English."""
INVOICE_STATES = tuple(INVOICE_STATE_NAMES)


class InvoiceQuery(PageQuery):
    """Released ones only when asked for. ``number`` is how it begins; the days are when it was issued, both included."""

    customer_id = Id(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(INVOICE_KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(INVOICE_STATES))
    number = fields.String(load_default="", validate=validate.Length(max=40))
    issued_from = fields.Date(load_default=None)
    issued_to = fields.Date(load_default=None)


class Invoice(Schema):
    """``kind``: ``normal`` for bills; ``advance`` for money ``received`` before them, of which ``allocated`` is set against later
    bills; ``red``, of a negative amount, for the one it ``reverses``, which is ``reversed`` then."""

    id = Id()
    process_id = Id()
    kind = fields.String(validate=validate.OneOf(INVOICE_KINDS))
    customer_id = Id()
    customer_name = fields.String()
    type = fields.String(validate=validate.OneOf(INVOICE_TYPES))
    number = fields.String(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    received = Money(allow_none=True)
    amount = Money()
    allocated = Money()
    reverses_id = Id(allow_none=True)
    state = fields.String(validate=validate.OneOf(INVOICE_STATES))
    requested_at = Instant()
    version = fields.Integer()


class InvoiceItem(Schema):
    bill_id = Id()
    bill_number = fields.String()
    amount = Money()


class InvoiceDetail(Invoice):
    """``reason`` is an advance's remarks, or why a red one reverses; ``reversed_by`` is the red one that was issued."""

    information = fields.Nested(InvoiceInformation)
    delivery = fields.String()
    reason = fields.String()
    bills = fields.List(fields.Nested(InvoiceItem))
    reversed_by_id = Id(allow_none=True)
    reversed_by_number = fields.String(allow_none=True)


InvoicePage = page_of(Invoice)
InvoiceSection = section_of(Invoice)
