"""The payloads of workflow's calls about deputies: who stands in for an absent handler."""

from marshmallow import fields

from services.kit.schema import Id, Instant, Schema


class NameDeputy(Schema):
    """From the first day to the last, both inclusive. ``user_id`` is the absent one's; only an administrator names another."""

    user_id = Id(load_default=None, allow_none=True)
    deputy_id = Id(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class DeputyQuery(Schema):
    user_id = Id(load_default=None)


class Deputy(Schema):
    id = Id()
    user_id = Id()
    user_name = fields.String()
    deputy_id = Id()
    deputy_name = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    named_by = fields.String()
    named_at = Instant()


class Deputies(Schema):
    """Today's and those to come: whom one has named, and for whom one stands in."""

    items = fields.List(fields.Nested(Deputy))
