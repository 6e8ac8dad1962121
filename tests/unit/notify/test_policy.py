"""The policy of notify in hours and months."""

from datetime import UTC, date, datetime

import pytest

from services.notify.domain.policy import NotificationPolicy

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


def test_hours_count_back_from_now() -> None:
    policy = NotificationPolicy(reminder_hours=8, escalation_hours=30)
    assert policy.remind_before(NOW) == datetime(2026, 3, 10, 1, tzinfo=UTC)
    assert policy.escalate_before(NOW) == datetime(2026, 3, 9, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "months", "first_kept"),
    [
        (date(2026, 3, 2), 12, datetime(2025, 3, 1, 16, tzinfo=UTC)),
        (date(2026, 3, 31), 1, datetime(2026, 2, 27, 16, tzinfo=UTC)),
        (date(2024, 2, 29), 12, datetime(2023, 2, 27, 16, tzinfo=UTC)),
        (date(2026, 1, 1), 1, datetime(2025, 11, 30, 16, tzinfo=UTC)),
    ],
)
def test_messages_are_kept_from_the_same_day_in_shanghai_so_many_months_ago(
    today: date, months: int, first_kept: datetime
) -> None:
    assert NotificationPolicy(months_kept=months).archive_before(today) == first_kept


def test_what_it_contains_makes_it_again() -> None:
    policy = NotificationPolicy(1, 2, 3)
    assert NotificationPolicy.of(policy.content()) == policy
