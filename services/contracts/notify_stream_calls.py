"""What the gateway asks notify on behalf of those who read the stream (decision 0025), and what the stream's own query is."""

from marshmallow import fields, validate

from services.contracts.notify_calls import Counters, Message
from services.kit.schema import Id, Schema

READERS_MAX = 100
MESSAGES_MAX = 50
"""So many new messages are told one by one; of more, only that there are."""

_CURSOR_LENGTH_MAX = 3000


class StreamQuery(Schema):
    """Where the reader stands: the last ``id`` seen. ``Last-Event-ID``, which a browser sends by itself, goes before it."""

    last_event_id = fields.String(load_default=None, validate=validate.Length(max=_CURSOR_LENGTH_MAX))


class StreamReader(Schema):
    """Whose inbox: the claims that it is settled by, as the gateway knows them at this moment."""

    user_id = Id(required=True)
    department_id = Id(required=True, allow_none=True)
    nearest_lead_of = fields.List(Id(), required=True)
    roles = fields.List(fields.String(), required=True)
    since = fields.String(required=True, allow_none=True)


class StreamReaders(Schema):
    """Each reader's ``since`` is the ``cursor`` of what it was last told, null for one that only begins."""

    readers = fields.List(fields.Nested(StreamReader), required=True, validate=validate.Length(max=READERS_MAX))


class ReaderChanges(Schema):
    """``messages``: places in the answer's list of what is new, oldest first. ``missed``: there is more than can be told, or
    nobody knows what is new since then.
    """

    counters = fields.Nested(Counters)
    messages = fields.List(fields.Integer())
    missed = fields.Boolean()


class StreamChanges(Schema):
    """``readers`` in the order in which they were asked for; ``messages`` that are new to several stand here once."""

    cursor = fields.String()
    messages = fields.List(fields.Nested(Message))
    readers = fields.List(fields.Nested(ReaderChanges))
