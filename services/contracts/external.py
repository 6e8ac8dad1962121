"""What other systems may publish to us, on the exchange ``external.events`` (topic, durable; routing key = event type).

The messaging platform reports usage there; nothing of ours publishes to it. Messages carry the same envelope as our own events.
"""

from typing import Any

from marshmallow import fields, post_load, validate

from services.kit.outbox import EventContract
from services.kit.schema import Schema

USAGE_LINES_MAX = 5_000


class UsageLine(Schema):
    """What one account sent on one day over one operator.

    :param operator: ``CMCC``, ``CUCC``, ``CTCC``, or a country (ISO 3166 alpha-2) for international messages.
    :param quantity: whole messages, at least 0.
    """

    account = fields.String(required=True, validate=validate.Length(min=1, max=64))
    day = fields.Date(required=True)
    operator = fields.String(required=True, validate=validate.Regexp(r"^(CMCC|CUCC|CTCC|[A-Z]{2})$"))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10**12))


class UsageReported(Schema):
    """A report: counts once for its source and id, whichever way it comes.

    :param replaces: the id of an earlier report of the same source that this one corrects; null or empty for none.
    """

    source = fields.String(required=True, validate=validate.Length(min=1, max=64))
    report_id = fields.String(required=True, validate=validate.Length(min=1, max=128))
    replaces = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=128))
    lines = fields.List(fields.Nested(UsageLine), required=True, validate=validate.Length(min=1, max=USAGE_LINES_MAX))

    @post_load
    def name_none_as_null(self, report: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**report, "replaces": report["replaces"] or None}


EVENTS = {"usage_reported": EventContract(1, UsageReported)}
