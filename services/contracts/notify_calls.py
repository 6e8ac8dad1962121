"""The payloads of notify's calls."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts.notify import CATEGORIES
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema


class MessageQuery(PageQuery):
    """Which of the reader's messages: unread first, newest first, read ones last, or by time alone (``sort=posted_at``).

    ``place`` is one of the menu's (``/places``), and what is below it; ``q`` is a part of title or text in either language;
    ``since`` is included, ``until`` is not. ``archived=true`` asks for those past the months that messages are kept, by time.
    """

    category = fields.String(load_default=None, validate=validate.OneOf(CATEGORIES))
    place = fields.String(load_default=None, validate=validate.Length(max=100))
    read = fields.Boolean(load_default=None)
    customer_id = Id(load_default=None)
    since = Instant(load_default=None)
    until = Instant(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    archived = fields.Boolean(load_default=False)


class InTwoLanguages(Schema):
    zh = fields.String()
    en = fields.String()


class Message(Schema):
    """A message as its reader sees it, with the console's page where its reader acts (``link``).

    ``done``: the task that it is about has ended. ``things``: how many it tells of, where several are told of by one message.
    """

    id = Id()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    place = fields.String()
    severity = fields.String()
    title = fields.Nested(InTwoLanguages)
    text = fields.Nested(InTwoLanguages)
    link = fields.String()
    customer_id = Id(allow_none=True)
    task_id = Id(allow_none=True)
    things = fields.Integer()
    posted_at = Instant()
    read = fields.Boolean()
    done = fields.Boolean()


MessagePage = page_of(Message)


class MessagesMeant(Schema):
    """Unread messages by what a list of them was narrowed to, as in ``GET /messages``.

    ``shown_until`` is when the newest that was shown was posted: what came later has not been seen, and stays unread.
    """

    category = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(CATEGORIES))
    place = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    customer_id = Id(load_default=None, allow_none=True)
    since = Instant(load_default=None, allow_none=True)
    until = Instant(load_default=None, allow_none=True)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    shown_until = Instant(load_default=None, allow_none=True)


class MarkRead(Schema):
    """``ids`` of messages; or null for all, or for those that ``matching`` means."""

    ids = fields.List(Id(), required=True, allow_none=True, validate=validate.Length(max=1000))
    matching = fields.Nested(MessagesMeant, load_default=None, allow_none=True)

    @validates_schema
    def _means_one(self, data: dict[str, Any], **_: Any) -> None:
        if data["ids"] is not None and data["matching"] is not None:
            raise ValidationError("invalid", "matching")


class Marked(Schema):
    """``marked``: how many were unread until now. ``is_all`` is false where more of ``matching`` remain: ask again."""

    marked = fields.Integer()
    is_all = fields.Boolean()


class Counters(Schema):
    """``total``: unread messages. ``places``: what waits at each place of the menu (``/places``), and the sums above it: open
    tasks, receipts that are nobody's, else unread messages. Of each place a thousand messages are counted at most."""

    total = fields.Integer()
    places = fields.Dict(keys=fields.String(), values=fields.Integer())


REFUSALS: dict[str, tuple[str, str]] = {
    "customer_not_known_yet": ("客户资料尚未同步，请稍后重试。", "The customer is not known here yet; please try again."),
}
"""Chinese and English words of the refusals' codes."""
