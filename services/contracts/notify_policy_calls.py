"""The payloads of notify's calls about its policy: reminders, and how long messages are kept."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts.paging import page_of
from services.kit.schema import Id, Instant, Schema, not_blank

HOURS_MAX = 24 * 60
MONTHS_MAX = 120


class NotificationPolicyContent(Schema):
    """``reminder_hours``: a task without a time limit of its own that waits so long reminds its handler. ``escalation_hours``,
    more than those: its handler's lead is told. ``months_kept``: messages older than that go to the archive."""

    reminder_hours = fields.Integer(required=True, validate=validate.Range(min=1, max=HOURS_MAX))
    escalation_hours = fields.Integer(required=True, validate=validate.Range(min=2, max=HOURS_MAX))
    months_kept = fields.Integer(required=True, validate=validate.Range(min=1, max=MONTHS_MAX))


class SetNotificationPolicy(NotificationPolicyContent):
    """The whole policy anew. ``version`` is that of the policy as the caller saw it; 0 while nobody has set any."""

    version = fields.Integer(required=True, validate=validate.Range(min=0))
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000), not_blank])

    @validates_schema
    def _lead_comes_after_handler(self, data: dict[str, Any], **_: Any) -> None:
        if data["escalation_hours"] <= data["reminder_hours"]:
            raise ValidationError(f"above|{data['reminder_hours']}", "escalation_hours")


class NotificationPolicy(NotificationPolicyContent):
    """The policy in force, by whom it was set and why; version 0 is the default, which nobody set."""

    version = fields.Integer()
    reason = fields.String()
    set_by_id = Id(allow_none=True)
    set_by_name = fields.String(allow_none=True)
    set_at = Instant(allow_none=True)


NotificationPolicyPage = page_of(NotificationPolicy)
