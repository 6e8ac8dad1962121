"""The gateway's own HTTP interface to jobs: started, watched and listed."""

from marshmallow import fields, validate

from services.kit.schema import Id, Instant, Schema
from services.kit.settings import SERVICES


class StartJob(Schema):
    """The business day a job is for (today if null), and what else it wants to know."""

    as_of = fields.Date(load_default=None, allow_none=True)
    params = fields.Dict(keys=fields.String(), load_default=dict)


class Job(Schema):
    """How far a job is: ``queued``, ``running``, ``done`` or ``failed``."""

    id = Id()
    name = fields.String()
    as_of = fields.Date()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    results = fields.List(fields.Dict(allow_none=True))
    errors = fields.List(fields.String())
    created_at = Instant()
    finished_at = Instant(allow_none=True)


class JobKind(Schema):
    """A job of a day, the service that does it, and its last runs, the newest first."""

    name = fields.String()
    service = fields.String(validate=validate.OneOf(SERVICES))
    runs = fields.List(fields.Nested(Job))


class JobKinds(Schema):
    """Every job that can be started. ``missing`` names the services that did not answer: the runs of theirs are not shown."""

    items = fields.List(fields.Nested(JobKind))
    missing = fields.List(fields.String())
