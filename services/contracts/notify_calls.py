"""The payloads of notify's calls."""

from marshmallow import fields, validate

from services.contracts.notify import CATEGORIES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema


class MessageQuery(PageQuery):
    """Which of the reader's messages."""

    category = fields.String(load_default=None, validate=validate.OneOf(CATEGORIES))
    place = fields.String(load_default=None, validate=validate.Length(max=100))
    read = fields.Boolean(load_default=None)
    customer_id = Id(load_default=None)
    since = Instant(load_default=None)
    until = Instant(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))


class InTwoLanguages(Schema):
    zh = fields.String()
    en = fields.String()


class Message(Schema):
    """A message as its reader sees it. ``done``: the task it is about has ended."""

    id = Id()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    place = fields.String()
    severity = fields.String()
    title = fields.Nested(InTwoLanguages)
    text = fields.Nested(InTwoLanguages)
    link = fields.String()
    customer_id = Id(allow_none=True)
    task_id = Id(allow_none=True)
    posted_at = Instant()
    read = fields.Boolean()
    done = fields.Boolean()


MessagePage = page_of(Message)


class MarkRead(Schema):
    """``ids`` of messages, or null for all."""

    ids = fields.List(Id(), required=True, allow_none=True, validate=validate.Length(max=1000))


class Marked(Schema):
    marked = fields.Integer()


class Counters(Schema):
    """``total``: unread messages. ``places``: what waits at each place of the menu, open tasks and else unread messages."""

    total = fields.Integer()
    places = fields.Dict(keys=fields.String(), values=fields.Integer())


REFUSALS: dict[str, tuple[str, str]] = {
    "customer_not_known_yet": ("客户资料尚未同步，请稍后重试。", "The customer is not known here yet; please try again."),
}
"""Chinese and English words of the refusals' codes."""
