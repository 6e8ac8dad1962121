"""Notify's contract: its events and the payloads of its calls."""

from marshmallow import fields, validate

from services.kit.outbox import EventContract
from services.kit.schema import Id, Schema

CATEGORIES = ("task", "funnel", "contract", "billing", "payment", "customer", "system")
RECIPIENT_KINDS = ("user", "lead", "role")


class Recipient(Schema):
    """To whom: a user, the nearest lead of a department, or a role (in a department, or everywhere without one)."""

    kind = fields.String(required=True, validate=validate.OneOf(RECIPIENT_KINDS))
    user_id = Id(load_default=None, allow_none=True)
    role = fields.String(load_default=None, allow_none=True)
    department_id = Id(load_default=None, allow_none=True)


class MessagePosted(Schema):
    message_id = Id(required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    place = fields.String(required=True)
    recipient = fields.Nested(Recipient, required=True)


class MessageRead(Schema):
    """Somebody has read these; or, with ``everything`` and without ids, all that there was for him or her."""

    user_id = Id(required=True)
    message_ids = fields.List(Id(), required=True)
    everything = fields.Boolean(load_default=False)


class MessagesChanged(Schema):
    """Messages became done with the tasks they are about, or tell of more or fewer things than before.

    ``recipients`` are whom they are addressed to, each once.
    """

    message_ids = fields.List(Id(), required=True)
    recipients = fields.List(fields.Nested(Recipient), required=True)


EVENTS = {
    "message_posted": EventContract(1, MessagePosted),
    "message_read": EventContract(1, MessageRead),
    "messages_changed": EventContract(1, MessagesChanged),
}
