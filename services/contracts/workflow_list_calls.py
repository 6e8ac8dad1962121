"""The payloads of workflow's lists: what lies in a box, and how much of each kind."""

from marshmallow import fields, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.workflow import Node, Person, Subject
from services.contracts.workflow_calls import EFFECTS, PROCESS_STATES
from services.kit.schema import Id, Instant, Schema

BOXES = ("todo", "done", "started", "visible")


class ProcessQuery(PageQuery):
    """``box``: waiting for me, done by me, started by me, or all I may see. ``from`` and ``to`` bound the day of the start."""

    box = fields.String(load_default="visible", validate=validate.OneOf(BOXES))
    code = fields.String(load_default=None, validate=validate.Length(max=50))
    state = fields.String(load_default=None, validate=validate.OneOf(PROCESS_STATES))
    customer_id = Id(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    started_from = fields.Date(load_default=None, data_key="from")
    started_to = fields.Date(load_default=None, data_key="to")


class ProcessRow(Schema):
    """A process in a list. ``task_id`` and ``waiting_since`` are the reader's own open task's; ``waiting_for`` names everyone."""

    id = Id()
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    title = fields.String()
    subject = fields.Nested(Subject)
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    initiator = fields.Nested(Person)
    state = fields.String(validate=validate.OneOf(PROCESS_STATES))
    node = fields.Nested(Node, allow_none=True)
    waiting_for = fields.List(fields.String())
    task_id = Id(allow_none=True)
    waiting_since = Instant(allow_none=True)
    effect = fields.String(validate=validate.OneOf(EFFECTS))
    started_at = Instant()
    changed_at = Instant()
    ended_at = Instant(allow_none=True)


ProcessPage = page_of(ProcessRow)


class CountQuery(Schema):
    box = fields.String(load_default="todo", validate=validate.OneOf(("todo", "done", "started")))


class ProcessCount(Schema):
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    count = fields.Integer()


class ProcessCounts(Schema):
    """How many, by process; for the menus. Every definition has its line."""

    box = fields.String()
    total = fields.Integer()
    items = fields.List(fields.Nested(ProcessCount))
