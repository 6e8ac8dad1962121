"""When messages go out: quiet hours and the daily digest, against a real SMTP server, with pretended time (spec, notify.md:
"a daily digest, and quiet hours")."""

from datetime import datetime, timedelta

import pytest

from services.kit.database import Database
from services.kit.settings import Settings
from services.notify.usecases.close_tasks import close_tasks
from tests.integration.notify.channels import (
    SALES,
    begin_of,
    channel,
    fall_event,
    post,
    prefer,
    rows,
    seen_by,
    send,
    settings_of,
    shanghai,
    task_event,
)
from tests.servers.mail_sink import MailSink


def test_quiet_hours_put_off_what_falls_into_them_until_they_end(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel(), quiet_hours={"from": "22:00", "until": "08:00"})
    post(database, task_event(1), at=shanghai(2, 21, 59))
    assert send(database, settings, at=shanghai(2, 21, 59)) == 1
    post(database, task_event(2), at=shanghai(2, 23))
    post(database, task_event(3), at=shanghai(3, 1))
    for hour in (0, 3, 7):
        assert send(database, settings, at=shanghai(3, hour, 59)) == 0
    assert seen_by(database, settings, SALES)["waiting"] == 2
    assert send(database, settings, at=shanghai(3, 8)) == 1
    assert str(sink.mails[1]["Subject"]).startswith("2 条新消息")


def test_a_retry_keeps_the_quiet_hours_too(database: Database) -> None:
    sink = MailSink()
    settings = settings_of(database, smtp_url=sink.url)
    prefer(database, settings, SALES, channel(), quiet_hours={"from": "22:00", "until": "08:00"})
    post(database, task_event(), at=shanghai(2, 21, 59))
    send(database, settings, at=shanghai(2, 21, 59))
    with sink:
        assert send(database, settings, at=shanghai(2, 22, 30)) == 0
        assert send(database, settings, at=shanghai(3, 8)) == 1
    assert rows(database, "SELECT tries FROM letters") == [(2,)]


def test_a_daily_digest_is_one_mail_of_what_is_unread(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel(at_once=[], digest=["task", "funnel"]), digest_at="18:00")
    for number in range(3):
        post(database, task_event(number), at=shanghai(2, 10))
    post(database, fall_event(), at=shanghai(2, 11))
    close_tasks(begin_of(database, consumer="on_node_left"), task_event(0, kind="node_left"))
    assert send(database, settings, at=shanghai(2, 17, 59)) == 0
    assert send(database, settings, at=shanghai(2, 18)) == 1
    (mail,) = sink.mails
    assert mail["Subject"] == "每日摘要（3月2日）：3 条未读消息"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has a plain part
    assert text.index("【待办】") < text.index("【客户漏斗】")
    post(database, task_event(7), at=shanghai(2, 19))
    assert send(database, settings, at=shanghai(2, 23)) == 0, "for tomorrow's"
    assert send(database, settings, at=shanghai(3, 18)) == 1
    assert sink.mails[1]["Subject"] == "每日摘要（3月3日）：1 条未读消息"


@pytest.mark.parametrize(
    ("at", "day", "due"),
    [
        (shanghai(2, 8, 59), 2, shanghai(2, 9)),
        (shanghai(2, 9), 3, shanghai(3, 9)),
        (shanghai(2, 23, 59), 3, shanghai(3, 9)),
        (shanghai(3, 0), 3, shanghai(3, 9)),
        (shanghai(3, 0) - timedelta(days=3), 28, shanghai(1, 9) - timedelta(days=1)),
    ],
)
def test_a_days_digest_takes_what_is_posted_before_its_hour(
    database: Database, settings: Settings, at: datetime, day: int, due: datetime
) -> None:
    prefer(database, settings, SALES, channel(at_once=[], digest=["task"]), digest_at="09:00")
    post(database, task_event(), at=at)
    ((digest_on, due_at),) = rows(database, "SELECT digest_on, due_at FROM deliveries")
    assert (digest_on.day, due_at) == (day, due)


def test_a_days_digest_is_sent_once_and_what_comes_late_is_in_the_next_days(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    """A transaction that began before the digest's hour may commit after it went out."""
    prefer(database, settings, SALES, channel(at_once=[], digest=["task"]), digest_at="18:00")
    post(database, task_event(1), at=shanghai(2, 10))
    assert send(database, settings, at=shanghai(2, 18)) == 1
    post(database, task_event(2), at=shanghai(2, 17, 59))
    assert send(database, settings, at=shanghai(2, 18, 1)) == 0
    assert send(database, settings, at=shanghai(3, 18)) == 1
    assert [row.digest_on.day for row in rows(database, "SELECT digest_on FROM letters ORDER BY digest_on")] == [2, 3]
    assert len(sink.mails) == 2


def test_a_digest_that_falls_into_quiet_hours_waits_too(database: Database, settings: Settings) -> None:
    quiet = {"from": "12:00", "until": "13:30"}
    prefer(database, settings, SALES, channel(at_once=[], digest=["task"]), digest_at="12:30", quiet_hours=quiet)
    post(database, task_event(), at=shanghai(2, 10))
    assert send(database, settings, at=shanghai(2, 12, 30)) == 0
    assert send(database, settings, at=shanghai(2, 13, 30)) == 1
