"""The relay loses nothing, keeps the order, and one works at a time."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from services.kit.caller import CallContext
from services.kit.clock import utc_now
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.relay import Relay
from services.kit.retention import INBOX_KEPT, OUTBOX_KEPT, prune
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin


class Wire:
    """Where this module's events go: a publisher that remembers, and can be told to fail.

    The relay's own rules are held here; that the real publisher's confirms hold is tested on a real broker in test_bus_*.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failure: Exception | None = None
        self.arrived = threading.Event()

    def declare(self, source: str) -> None:
        pass

    def publish(self, batch: Sequence[tuple[Event, CallContext]]) -> None:
        if self.failure is not None:
            raise self.failure
        self.events.extend(event for event, _ in batch)
        self.arrived.set()


def _say(begin: Begin, *texts: str) -> None:
    for text in texts:
        with begin() as work:
            work.publish("noted", "n1", {"text": text})


def _unpublished(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))) or 0


def test_events_leave_in_the_order_they_were_written_and_once(begin: Begin, kit_database: Database) -> None:
    wire = Wire()
    relay = Relay("notes", kit_database, wire)
    _say(begin, "a", "b", "c")
    assert (relay.publish_batch(), relay.publish_batch()) == (3, 0)
    assert [event.data["text"] for event in wire.events] == ["a", "b", "c"]


def test_what_the_broker_did_not_confirm_is_published_again(begin: Begin, kit_database: Database) -> None:
    wire = Wire()
    relay = Relay("notes", kit_database, wire)
    _say(begin, "a")
    wire.failure = ConnectionError("the broker went away")
    with pytest.raises(ConnectionError):
        relay.publish_batch()
    assert _unpublished(kit_database) == 1
    wire.failure = None
    assert relay.publish_batch() == 1
    assert [event.data["text"] for event in wire.events] == ["a"]


def test_while_one_relay_publishes_a_second_stands_by(begin: Begin, kit_database: Database) -> None:
    second = Relay("notes", kit_database, Wire())
    _say(begin, "a")

    class Inside(Wire):
        def publish(self, batch: Sequence[tuple[Event, CallContext]]) -> None:
            assert second.publish_batch() == 0
            super().publish(batch)

    assert Relay("notes", kit_database, Inside()).publish_batch() == 1


def test_a_running_relay_is_woken_by_a_commit(begin: Begin, kit_database: Database) -> None:
    wire, stop = Wire(), threading.Event()
    thread = threading.Thread(target=Relay("notes", kit_database, wire, stop.is_set).run)
    thread.start()
    try:
        _say(begin, "a")
        assert wire.arrived.wait(4), "well before the fallback poll"
    finally:
        stop.set()
        _say(begin, "wakes it to see that it shall stop")
        thread.join(10)
    assert not thread.is_alive()


def test_old_records_are_pruned_and_the_inbox_outlives_the_outbox(begin: Begin, kit_database: Database) -> None:
    published, waiting = _say_published_long_ago(begin, kit_database), "still waits"
    _say(begin, waiting)
    event = Event(new_id(), "other", "happened", "s", published, 1, 1, {})
    with begin(consuming=event):
        pass
    assert prune(kit_database, utc_now()) == 1
    assert _unpublished(kit_database) == 1
    assert prune(kit_database, utc_now() + INBOX_KEPT + timedelta(days=1)) == 1
    assert INBOX_KEPT > OUTBOX_KEPT


def _say_published_long_ago(begin: Begin, database: Database) -> datetime:
    _say(begin, "old")
    Relay("notes", database, Wire()).publish_batch()
    long_ago = utc_now() - OUTBOX_KEPT - timedelta(days=1)
    with database.engine.begin() as connection:
        connection.execute(update(outbox).values(published_at=long_ago))
    return long_ago
