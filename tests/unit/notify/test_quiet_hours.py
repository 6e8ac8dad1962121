"""Quiet hours and retries, as clocks in Shanghai show them (spec, notify.md, "Channels")."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services.kit.clock import SHANGHAI
from services.notify.domain.quiet_hours import QuietHours, quiet_until
from services.notify.domain.retries import RETRY_DELAYS, next_try


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


NIGHT = QuietHours(time(22), time(8))
LUNCH = QuietHours(time(12), time(13, 30))
FROM_MIDNIGHT = QuietHours(time(0), time(6))
UNTIL_MIDNIGHT = QuietHours(time(20), time(0))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (None, "2026-03-01T03:00", None),
        (NIGHT, "2026-03-01T21:59:59", None),
        (NIGHT, "2026-03-01T22:00", "2026-03-02T08:00"),
        (NIGHT, "2026-03-01T23:59:59", "2026-03-02T08:00"),
        (NIGHT, "2026-03-02T00:00", "2026-03-02T08:00"),
        (NIGHT, "2026-03-02T07:59:59", "2026-03-02T08:00"),
        (NIGHT, "2026-03-02T08:00", None),
        (NIGHT, "2026-02-28T23:00", "2026-03-01T08:00"),
        (NIGHT, "2026-12-31T23:00", "2027-01-01T08:00"),
        (LUNCH, "2026-03-01T11:59", None),
        (LUNCH, "2026-03-01T12:00", "2026-03-01T13:30"),
        (LUNCH, "2026-03-01T13:30", None),
        (LUNCH, "2026-03-01T00:30", None),
        (FROM_MIDNIGHT, "2026-03-01T23:59:59", None),
        (FROM_MIDNIGHT, "2026-03-02T00:00", "2026-03-02T06:00"),
        (UNTIL_MIDNIGHT, "2026-03-01T23:59:59", "2026-03-02T00:00"),
        (UNTIL_MIDNIGHT, "2026-03-02T00:00", None),
    ],
)
def test_what_falls_into_quiet_hours_waits_until_they_end(quiet: QuietHours | None, now: str, until: str | None) -> None:
    assert quiet_until(quiet, _at(now)) == (until and _at(until))


def test_retries_wait_longer_and_longer_and_end_within_a_day() -> None:
    now = _at("2026-03-01T10:00")
    waits = [next_try(tries, now) for tries in range(1, len(RETRY_DELAYS) + 1)]
    assert waits == sorted(waits, key=lambda each: each or now)
    assert waits[0] == now + timedelta(minutes=1)
    assert next_try(len(RETRY_DELAYS) + 1, now) is None
    assert timedelta(hours=12) < sum(RETRY_DELAYS, timedelta()) <= timedelta(days=1)
