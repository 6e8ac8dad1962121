"""The payloads of workflow's statistics: how many, how long, and whom it waits for."""

from marshmallow import fields, validate

from services.contracts.workflow import Node
from services.kit.schema import Id, Instant, Schema

DAYS = 90
"""The range, where none is asked for."""
DAYS_MAX = 366


class StatisticsQuery(Schema):
    """The processes that were started from the one day to the other, in Shanghai, both inclusive; the last 90 days by default."""

    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=50))
    first_day = fields.Date(load_default=None, allow_none=True, data_key="from")
    last_day = fields.Date(load_default=None, allow_none=True, data_key="to")


class NodeStatistics(Node):
    """What happened at a node. ``tasks`` of ``processes`` that came to it, ``open`` ones among them; how long a task waited for
    its handler (an open one until now), half and nine tenths of them less; how often somebody ``returned`` from it."""

    processes = fields.Integer()
    tasks = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    median_seconds = fields.Integer(allow_none=True)
    p90_seconds = fields.Integer(allow_none=True)
    returned = fields.Integer()


class DefinitionStatistics(Schema):
    """``started`` of them, and what became of these; how long those took that were archived, from start to end."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    started = fields.Integer()
    running = fields.Integer()
    archived = fields.Integer()
    rejected = fields.Integer()
    withdrawn = fields.Integer()
    median_seconds = fields.Integer(allow_none=True)
    p90_seconds = fields.Integer(allow_none=True)
    nodes = fields.List(fields.Nested(NodeStatistics))


class WaitingPerson(Schema):
    """Somebody whom processes wait for, whenever these were started: with how many tasks, since when, how many of them over their
    limit; and how long he or she took for those of the range that are ``done``."""

    user_id = Id()
    name = fields.String()
    open = fields.Integer()
    overdue = fields.Integer()
    oldest_at = Instant()
    oldest_seconds = fields.Integer()
    done = fields.Integer()
    median_seconds = fields.Integer(allow_none=True)


class Statistics(Schema):
    """Of the processes that the reader may see. ``people`` are the twenty with the most that waits."""

    first_day = fields.Date(data_key="from")
    last_day = fields.Date(data_key="to")
    items = fields.List(fields.Nested(DefinitionStatistics))
    people = fields.List(fields.Nested(WaitingPerson))
