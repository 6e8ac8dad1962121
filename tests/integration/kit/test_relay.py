"""The relay loses nothing, keeps the order, and one works at a time."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from services.kit.caller import CallContext
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.relay import Relay
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
