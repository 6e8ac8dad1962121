"""One transaction holds the state, its events and its audit."""

import threading
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

from services.kit.bulk import MANY
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.outbox import CHANNEL
from services.kit.tables import audit_entries, inbox, outbox
from services.kit.unit_of_work import Begin, Fact
from tests.integration.kit.conftest import CONTRACTS


def _rows(database: Database, table) -> list:  # type: ignore[no-untyped-def,type-arg]  # any table, any rows
    with database.session() as session:
        return list(session.execute(select(table)))


def _event() -> Event:
    return Event(new_id(), "other", "happened", "s", datetime(2026, 3, 1, tzinfo=UTC), 1, 1, {})


def test_a_block_that_ends_commits_its_events_and_audit(begin: Begin, kit_database: Database) -> None:
    with begin() as work:
        work.publish("noted", "n1", {"text": "你好"}, version=3)
        work.audit("noted", ("note", "n1"), after={"text": "你好"}, why="to see")
    (event,) = _rows(kit_database, outbox)
    (entry,) = _rows(kit_database, audit_entries)
    assert (event.type, event.subject, event.envelope["data"], event.envelope["aggregateversion"]) == (
        "noted",
        "n1",
        {"text": "你好"},
        3,
    )
    assert (entry.action, entry.subject_id, entry.why, entry.trace_id) == ("noted", "n1", "to see", begin.context.trace_id)


@pytest.mark.parametrize("count", [1, MANY - 1, MANY])
def test_what_a_block_says_and_notes_takes_a_few_statements_and_keeps_its_order(
    begin: Begin, kit_database: Database, count: int
) -> None:
    statements: list[str] = []
    listen(kit_database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with begin() as work:
        for number in range(count):
            work.publish("noted", "n1", {"text": str(number)}, version=number)
            work.audit("noted", ("note", number))
    assert len(statements) <= 2
    with kit_database.session() as session:
        said = list(session.scalars(select(outbox.c.envelope).order_by(outbox.c.position)))
        noted = list(session.scalars(select(audit_entries.c.subject_id).order_by(audit_entries.c.id)))
    assert [envelope["aggregateversion"] for envelope in said] == list(range(count))
    assert noted == [str(number) for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, MANY])
def test_a_commit_wakes_the_relay_once_and_a_rollback_does_not(begin: Begin, kit_database: Database, count: int) -> None:
    def say(*, and_fail: bool) -> None:
        with begin() as work:
            work.publish_all([Fact("noted", "n1", {"text": "x"})] * count)
            if and_fail:
                raise ZeroDivisionError

    url = kit_database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with pytest.raises(ZeroDivisionError):
            say(and_fail=True)
        say(and_fail=False)
        listener.execute(f"NOTIFY {CHANNEL}, 'the end'")
        heard = [notice.payload for notice in listener.notifies(timeout=10, stop_after=2)]
    assert heard == ["", "the end"]


def test_nothing_is_said_inside_a_savepoint_whose_end_could_not_take_it_back(begin: Begin) -> None:
    with pytest.raises(AssertionError, match="savepoint"), begin() as work, work.session.begin_nested():
        work.publish("noted", "n1", {"text": "x"})


def test_a_block_that_raises_leaves_nothing(begin: Begin, kit_database: Database) -> None:
    def fail() -> None:
        with begin() as work:
            work.publish("noted", "n1", {"text": "x"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _rows(kit_database, outbox) == []


def test_an_event_that_breaks_its_own_contract_is_a_programming_error(begin: Begin, kit_database: Database) -> None:
    with pytest.raises(ValueError, match="Noted"), begin() as work:
        work.publish("noted", "n1", {"words": "x"})
    assert _rows(kit_database, outbox) == []


def test_an_events_second_arrival_changes_nothing(begin: Begin, kit_database: Database) -> None:
    event = _event()
    with begin(consuming=event) as work:
        work.publish("noted", "n1", {"text": "once"})
    with pytest.raises(AlreadyConsumed), begin(consuming=event) as work:
        work.publish("noted", "n1", {"text": "twice"})
    assert [row.envelope["data"]["text"] for row in _rows(kit_database, outbox)] == ["once"]


def test_an_event_counts_once_for_each_consumer(begin: Begin, kit_database: Database) -> None:
    event = _event()
    for consumer in ("on_noted", "on_noted_too"):
        with Begin("notes", kit_database, CONTRACTS, begin.context, consumer)(consuming=event):
            pass
    assert {row.consumer for row in _rows(kit_database, inbox)} == {"on_noted", "on_noted_too"}


def test_of_two_deliveries_at_the_same_moment_one_is_handled(begin: Begin, kit_database: Database) -> None:
    event, outcomes = _event(), []
    first_is_in, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with begin(consuming=event):
            first_is_in.set()
            go_on.wait(10)
        outcomes.append("handled")

    def second() -> None:
        first_is_in.wait(10)
        try:
            go_on.set()
            with begin(consuming=event):
                outcomes.append("handled too")
        except AlreadyConsumed:
            outcomes.append("known")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["handled", "known"]


def test_a_caller_who_pretends_a_time_gets_it_everywhere(kit_database: Database) -> None:
    instant = datetime(2026, 2, 28, 17, tzinfo=UTC)
    begin = Begin("notes", kit_database, CONTRACTS, CallContext(Caller.system("test"), as_of=instant))
    with begin() as work:
        event = work.publish("noted", "n1", {"text": "x"})
        assert (work.now, work.today.isoformat(), event.time) == (instant, "2026-03-01", instant)
    (row,) = _rows(kit_database, outbox)
    assert CallContext.from_headers(row.headers, default=Caller.system("x")).as_of == instant
