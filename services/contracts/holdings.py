"""What somebody holds, and would hand on by leaving (spec, gateway.md, "Identity and access")."""

from marshmallow import fields

from services.kit.schema import Id, Schema


class CustomersHeld(Schema):
    """``customers`` that the user looks after, and ``claims`` of pool customers that are under way."""

    customers = fields.Integer()
    claims = fields.Integer()


class ProcessesHeld(Schema):
    """``tasks`` that wait for the user, ``processes`` that he or she started (or took over) and that are not ended, and the
    ``absences`` of others, today or later, for which the user is the deputy."""

    tasks = fields.Integer()
    processes = fields.Integer()
    absences = fields.Integer()


class Lead(Schema):
    id = Id()
    name = fields.String()


class Holdings(CustomersHeld, ProcessesHeld):
    """What a leaver would leave. ``lead`` takes the customers over where no successor is named; null: they stay, and can be
    transferred. Tasks and processes go to a successor alone; without one they wait for an administrator."""

    departments_led = fields.List(fields.String())
    tokens = fields.Integer()
    sessions = fields.Integer()
    lead = fields.Nested(Lead, allow_none=True)
