"""The payloads of customer's calls about the pool, transfers, protection and the policy."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.kit.schema import Id, Schema, not_blank

TRANSFER_MAX = 1_000

_REASON = (validate.Length(min=1, max=2000), not_blank)


class ReleaseCustomer(Schema):
    reason = fields.String(required=True, validate=_REASON)


class ProtectCustomer(Schema):
    """Whether the customer never falls, from now on."""

    is_protected = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=_REASON)


class TransferCustomers(Schema):
    """To whom, and which: ``customer_ids``, or all of ``from_user_id``'s that the caller sees."""

    customer_ids = fields.List(Id(), load_default=None, validate=validate.Length(min=1, max=TRANSFER_MAX))
    from_user_id = Id(load_default=None)
    to_user_id = Id(required=True)
    reason = fields.String(required=True, validate=_REASON)

    @validates_schema
    def name_one_of_both(self, transfer: dict[str, Any], **_: Any) -> None:
        if transfer["customer_ids"] is None and transfer["from_user_id"] is None:
            raise ValidationError({"customer_ids": ["required"]})
        if transfer["customer_ids"] is not None and transfer["from_user_id"] is not None:
            raise ValidationError({"from_user_id": ["besides|customer_ids"]})


class TransferOutcome(Schema):
    """What came of one customer: ``transferred`` or ``refused``, and then why. One the caller does not see has no name."""

    customer_id = Id()
    customer_name = fields.String(allow_none=True)
    outcome = fields.String(validate=validate.OneOf(("transferred", "refused")))
    code = fields.String(allow_none=True)


class RefusableTransfer(TransferOutcome):
    """As the service tells it: ``params`` are what the refusal's words mention."""

    params = fields.Dict(keys=fields.String())


class WordedTransfer(TransferOutcome):
    """As people read it; ``message`` says why not."""

    message = fields.String(allow_none=True)


class TransferAnswer(Schema):
    """What the service answers."""

    transferred = fields.Integer()
    refused = fields.Integer()
    items = fields.List(fields.Nested(RefusableTransfer))


class TransferOutcomes(Schema):
    """How many customers were transferred and refused; every one's outcome, in the order asked, or by name."""

    transferred = fields.Integer()
    refused = fields.Integer()
    items = fields.List(fields.Nested(WordedTransfer))
