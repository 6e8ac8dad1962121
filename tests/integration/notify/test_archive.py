"""The archive (spec, notify.md: "Keeps messages 12 months (policy), then archives them"), and records that do not grow on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.kit.caller import Caller
from services.kit.ids import new_id
from services.notify.domain.recipients import Recipient
from services.notify.store import archive
from services.notify.store.messages import close_tasks
from services.notify.store.reminder_tables import UnmatchedReceipt
from services.notify.store.tables import ClosedTask, Message, MessageRead
from services.notify.usecases.set_policy import set_policy
from tests.integration.notify.mailroom import NOON, Mailroom

SALES = Caller(str(new_id()), "张伟", roles=frozenset({"sales"}))
OTHER = Caller(str(new_id()), "李娜", roles=frozenset({"sales"}))
ADMIN = Caller(str(new_id()), "管理员", roles=frozenset({"admin"}))
MINE = Recipient("user", user_id=SALES.user_id)
TODAY = date(2026, 3, 2)
YEAR_AGO = datetime(2025, 3, 1, 16, tzinfo=UTC)
"""Midnight in Shanghai, twelve months ago."""


def _count(mailroom: Mailroom, table: type) -> int:
    with mailroom.database.session() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_messages_of_more_than_twelve_months_ago_go_to_the_archive_and_are_found_there(mailroom: Mailroom) -> None:
    customer_id = new_id()
    old = mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(seconds=1), text_zh="去年的云帆", customer_id=customer_id)[0]
    kept = mailroom.post(MINE, posted_at=YEAR_AGO)[0]
    assert mailroom.archive(TODAY) == {"archived": 1, "records_forgotten": 0}
    assert [message["id"] for message in mailroom.inbox(SALES)] == [kept]
    for query in (
        {},
        {"q": "云帆"},
        {"q": "帆"},
        {"place": "customers"},
        {"category": "customer"},
        {"customer_id": str(customer_id)},
    ):
        (found,) = mailroom.inbox(SALES, archived="true", **query)
        assert (found["id"], found["read"], found["text"]["zh"]) == (old, True, "去年的云帆")
    assert mailroom.inbox(SALES, archived="true", read="false") == []
    assert mailroom.inbox(SALES, archived="true", q="没有") == []
    assert mailroom.inbox(OTHER, archived="true") == []
    assert mailroom.counts(SALES)["total"] == 1


def test_the_archive_is_read_by_pages_the_newest_first(mailroom: Mailroom) -> None:
    ids = [mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=10 - number))[0] for number in range(7)]
    mailroom.archive(TODAY)
    assert [message["id"] for message in mailroom.whole(SALES, 3, archived="true")] == ids[::-1]
    assert [message["id"] for message in mailroom.whole(SALES, 3, archived="true", sort="posted_at")] == ids


def test_the_months_are_the_policys(mailroom: Mailroom) -> None:
    mailroom.post(MINE, posted_at=NOON - timedelta(days=70))
    assert mailroom.archive(TODAY)["archived"] == 0
    set_policy(mailroom.begin(ADMIN), version=0, reason="试行", reminder_hours=2, escalation_hours=4, months_kept=2)
    assert mailroom.archive(TODAY)["archived"] == 1


def test_what_somebody_is_changing_just_now_is_archived_the_next_day(mailroom: Mailroom) -> None:
    ids = [mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=days))[0] for days in (3, 2, 1)]
    with mailroom.begin()() as work:
        work.session.scalars(select(Message.id).where(Message.id == ids[1]).with_for_update()).one()
        assert mailroom.archive(TODAY)["archived"] == 2
    assert mailroom.archive(TODAY + timedelta(days=1))["archived"] == 1


def test_what_still_waits_stays_until_somebody_has_dealt_with_it(mailroom: Mailroom) -> None:
    task_id = new_id()
    mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=1), task_id=task_id, category="task", place="processes.todo.x.y")
    assert mailroom.archive(TODAY)["archived"] == 0
    with mailroom.begin()() as work:
        close_tasks(work.session, [task_id], work.now)
    assert mailroom.archive(TODAY)["archived"] == 1


def test_many_go_in_batches_past_those_that_stay_with_what_was_noted_of_reading_them(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.usecases.archive_messages._AT_ONCE", 3)
    ids = []
    for number in range(10):
        task_id = new_id() if number % 2 else None
        ids += mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=20 - number), task_id=task_id)
    mailroom.mark(SALES, *ids)
    assert mailroom.archive(TODAY)["archived"] == 5
    assert (_count(mailroom, Message), _count(mailroom, MessageRead)) == (5, 5)


def test_a_job_that_was_killed_goes_on_where_it_was(mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    monkeypatch.setattr("services.notify.usecases.archive_messages._AT_ONCE", 2)
    for number in range(6):
        mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=number + 1))
    whole, calls = archive.archive_before, iter(range(9))

    def dies_in_the_second(*given: object) -> object:
        moved = whole(*given)  # type: ignore[arg-type]  # as it is given
        if next(calls) == 1:
            raise Killed
        return moved

    monkeypatch.setattr(archive, "archive_before", dies_in_the_second)
    with pytest.raises(Killed):
        mailroom.archive(TODAY)
    assert (_count(mailroom, Message), len(mailroom.inbox(SALES, archived="true"))) == (4, 2)
    assert mailroom.archive(TODAY)["archived"] == 4
    assert len(mailroom.inbox(SALES, archived="true")) == 6


def test_ended_tasks_and_settled_receipts_are_forgotten_half_a_year_later(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.usecases.archive_messages._AT_ONCE", 2)

    def note(at: datetime, keys: list[str]) -> None:
        with mailroom.begin()() as work:
            close_tasks(work.session, [new_id()], at)
            work.session.add(UnmatchedReceipt(id=new_id(), version=1, message_keys=keys, changed_at=at))

    for _ in range(3):
        note(NOON - timedelta(days=181), [])
    note(NOON - timedelta(days=181), ["still waits"])
    note(NOON - timedelta(days=179), [])
    assert mailroom.archive(TODAY) == {"archived": 0, "records_forgotten": 7}
    assert (_count(mailroom, ClosedTask), _count(mailroom, UnmatchedReceipt)) == (1, 2)


def test_a_message_in_the_archive_keeps_its_id(mailroom: Mailroom) -> None:
    (sent,) = mailroom.post(MINE, posted_at=YEAR_AGO - timedelta(days=1))
    mailroom.archive(TODAY)
    (found,) = mailroom.inbox(SALES, archived="true")
    assert isinstance(sent, UUID)
    assert found["id"] == sent
    assert mailroom.mark(SALES, sent) == 0
