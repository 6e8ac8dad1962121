"""The policy of notify: when handlers are reminded, and how long messages are kept (spec, notify.md). Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.kit.clock import add_months, start_of_day


@dataclass(frozen=True)
class NotificationPolicy:
    """
    :param reminder_hours: a task without a time limit of its own that waits so long reminds its handler.
    :param escalation_hours: one that waits so long is told to the handler's lead; more than the former.
    :param months_kept: whole months that a message stays in the inbox; then it is archived.
    """

    reminder_hours: int = 24
    escalation_hours: int = 48
    months_kept: int = 12

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "NotificationPolicy":
        return cls(**content)

    def content(self) -> dict[str, int]:
        return asdict(self)

    def remind_before(self, now: datetime) -> datetime:
        """Who was asked at this instant or before it is reminded."""
        return now - timedelta(hours=self.reminder_hours)

    def escalate_before(self, now: datetime) -> datetime:
        """What was asked at this instant or before it is told to the lead."""
        return now - timedelta(hours=self.escalation_hours)

    def archive_before(self, today: date) -> datetime:
        """What was posted before this instant goes to the archive: before the same Shanghai day so many months ago."""
        return start_of_day(add_months(today, -self.months_kept))
