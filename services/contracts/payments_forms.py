"""What payments reads of the forms of the processes it owns."""

from decimal import Decimal
from typing import Final

from marshmallow import EXCLUDE, fields, validate

from services.contracts.payments_calls import AMOUNT_MAX
from services.kit.schema import Id, Money, Schema

PAIRS_MAX: Final = 200


class WriteOffFormPair(Schema):
    """One line of a write-off's form. Names are filled in by payments and ignored when they come."""

    receipt_id = Id(required=True)
    bill_id = Id(required=True)
    amount = Money(required=True, validate=validate.Range(min=Decimal("0.01"), max=AMOUNT_MAX))
    payer_name = fields.String(load_default="")
    bill_number = fields.String(load_default="")


class WriteOffForm(Schema):
    """销账's form."""

    pairs = fields.List(fields.Nested(WriteOffFormPair), required=True, validate=validate.Length(min=1, max=PAIRS_MAX))
    remarks = fields.String(load_default="", allow_none=True, validate=validate.Length(max=2000))


class ReversalForm(Schema):
    """What payments reads of a 冲销申请's form; ``target_id`` is the write-off that is reversed."""

    class Meta:
        unknown = EXCLUDE

    kind = fields.String(required=True, validate=validate.Equal("write_off"))
    target_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=5_000))
