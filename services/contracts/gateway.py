"""The gateway's contract: the people it keeps, told to the services that need their names."""

from marshmallow import fields

from services.kit.outbox import EventContract
from services.kit.schema import Id, Schema


class UserChanged(Schema):
    """A user as he or she is now. ``active`` is false once the user has left; ``successor_id`` is who was named to take over.

    ``email`` is null where none is known, and in events from before there were any.
    """

    id = Id(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(load_default=None, allow_none=True)
    department_id = Id(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    active = fields.Boolean(required=True)
    successor_id = Id(load_default=None, allow_none=True)


class DepartmentChanged(Schema):
    """A department of the company's own tree as it is now; nobody stands in a ``closed`` one any more."""

    id = Id(required=True)
    name = fields.String(required=True)
    parent_id = Id(required=True, allow_none=True)
    lead_id = Id(required=True, allow_none=True)
    closed = fields.Boolean(load_default=False)


EVENTS = {"user_changed": EventContract(1, UserChanged), "department_changed": EventContract(1, DepartmentChanged)}
