"""When a person wants to hear nothing (spec, notify.md: "quiet hours"). Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.kit.clock import SHANGHAI


@dataclass(frozen=True)
class QuietHours:
    """Every day from one time in Shanghai until another, past midnight where that is not the later one."""

    start: time
    end: time


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """When the quiet hours that ``now`` lies in end, in UTC; ``None`` outside of them. Their end itself is quiet no more."""
    if quiet is None:
        return None
    local = now.astimezone(SHANGHAI)
    today = local.date()
    for first in (today - timedelta(days=1), today):
        last = first if quiet.end > quiet.start else first + timedelta(days=1)
        ends = _at(last, quiet.end)
        if _at(first, quiet.start) <= local < ends:
            return ends.astimezone(UTC)
    return None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=SHANGHAI)
