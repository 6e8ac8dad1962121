"""How many failures are borne."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.identity.domain.throttle import Limit, wait_before_next

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMIT = Limit(3, timedelta(minutes=15))


def _ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("failures", "wait_minutes"),
    [
        ([], 0),
        (_ago(1, 2), 0),
        (_ago(1, 2, 10), 5),
        (_ago(10, 1, 2), 5),
        (_ago(1, 2, 15), 0),
        (_ago(1, 2, 3, 4), 12),
        (_ago(20, 30, 40, 50), 0),
    ],
    ids=[
        "none yet",
        "fewer than the limit",
        "until the oldest counted leaves the window",
        "in any order",
        "the window's end is outside",
        "over the limit, until fewer are in it",
        "old ones do not count",
    ],
)
def test_the_wait(failures: list[datetime], wait_minutes: int) -> None:
    assert wait_before_next(LIMIT, failures, NOW) == timedelta(minutes=wait_minutes)


def test_after_the_wait_it_is_allowed() -> None:
    failures = _ago(1, 2, 3, 4)
    wait = wait_before_next(LIMIT, failures, NOW)
    assert wait_before_next(LIMIT, failures, NOW + wait) == timedelta(0)
