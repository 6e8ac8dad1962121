"""Events: none is lost, on RabbitMQ and in memory alike."""

import json
import time
from itertools import pairwise
from typing import Any
from uuid import uuid4

import psutil
import pytest

from services.kit.caller import CallContext, Caller
from tests.integration.kit.bus import RETRY_DELAYS, Bus, eventually, thing
from tests.integration.kit.bus_fixtures import ANN, Running, running

__all__ = ["running"]

QUEUE = "evt-back-thing_happened--front.note_thing"


@pytest.fixture
def subject(running: Running) -> str:
    """What this test's events are about; nothing is parked before it."""
    for letter in running.bus.parked():
        running.bus.discard(letter["id"], "left by another test")
    return str(uuid4())


def heard(running: Running, subject: str, handler: str = "note_thing") -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = running.call("front.heard", handler, subject)
    return notes


def parked(bus: Bus, count: int = 1) -> list[dict[str, Any]]:
    eventually(lambda: bus.count_parked() == count)
    return bus.parked()


def test_every_handler_of_an_event_hears_it_in_the_context_it_was_said_in(running: Running, subject: str) -> None:
    running.publish(thing(uuid4(), subject, text="行业短信"))
    for handler in ("note_thing", "note_thing_too"):
        (note,) = eventually(lambda handler=handler: heard(running, subject, handler))  # type: ignore[misc]  # its own default
        assert note["data"] == {"text": "行业短信"}
        assert (note["caller"], note["trace"]) == ("Ann", ANN.trace)


def test_a_thousand_events_are_each_heard_once(running: Running, subject: str) -> None:
    for batch in range(2):
        running.publish(*(thing(uuid4(), f"{subject}:{batch * 500 + number}") for number in range(500)))
    eventually(lambda: len(running.call("front.heard_in_all", "note_thing", subject)) >= 1000)
    assert sorted(running.call("front.heard_in_all", "note_thing", subject)) == sorted(f"{subject}:{n}" for n in range(1000))


def test_a_failed_event_is_tried_again_after_growing_delays_by_its_own_handler(running: Running, subject: str) -> None:
    running.publish(thing(uuid4(), subject, failures=2))
    notes = eventually(lambda: len(found := heard(running, subject)) == 3 and found)
    assert isinstance(notes, list)
    gaps = [later["at"] - earlier["at"] for earlier, later in pairwise(notes)]
    assert all(delay <= gap for delay, gap in zip(RETRY_DELAYS, gaps, strict=True)), gaps
    assert all(note["data"] == {"failures": 2} and note["trace"] == ANN.trace for note in notes)
    assert len(heard(running, subject, "note_thing_too")) == 1
    assert running.bus.count_parked() == 0


def test_an_event_that_keeps_failing_is_parked_with_its_story(running: Running, subject: str) -> None:
    event = thing(uuid4(), subject, failures=99)
    running.publish(event)
    (letter,) = parked(running.bus)
    assert (letter["queue"], letter["source"], letter["type"]) == (QUEUE, "back", "thing_happened")
    assert (letter["event_id"], letter["attempts"]) == (event["id"], 1 + len(RETRY_DELAYS))
    assert letter["error"] == f"ValueError: try 3 of {subject} fails"
    assert letter["parked_at"]
    assert json.loads(letter["body"]) == event
    assert len(heard(running, subject)) == 3


def test_a_replayed_event_has_all_its_tries_before_it_again(running: Running, subject: str) -> None:
    running.publish(thing(uuid4(), subject, failures=5))
    (letter,) = parked(running.bus)
    running.bus.replay(letter["id"])
    eventually(lambda: len(heard(running, subject)) == 6)
    assert running.bus.count_parked() == 0
    assert {note["trace"] for note in heard(running, subject)} == {ANN.trace}


def test_parked_events_keep_their_order_however_often_they_are_looked_at(running: Running, subject: str) -> None:
    for number in range(5):
        running.publish(thing(uuid4(), f"{subject}:{number}", failures=3))
        parked(running.bus, number + 1)
    for _ in range(3):
        subjects = [json.loads(letter["body"])["subject"] for letter in running.bus.parked()]
        assert subjects == [f"{subject}:{n}" for n in range(5)]
    letters = running.bus.parked()
    running.bus.discard(letters[2]["id"], "of no use")
    assert [letter["id"] for letter in running.bus.parked()] == [letters[n]["id"] for n in (0, 1, 3, 4)]
    assert running.bus.replay_all() == 4
    eventually(lambda: all(len(heard(running, f"{subject}:{n}")) == 4 for n in (0, 1, 3, 4)))
    assert running.bus.count_parked() == 0
    assert len(heard(running, f"{subject}:2")) == 3


def test_order_holds_where_many_are_parked(running: Running, subject: str) -> None:
    # More than the 32 up to which Erlang happens to keep a map in order.
    bodies = [f"{subject} {number:02d}" for number in range(50)]
    for body in bodies:
        running.bus.publish_raw("", "front.dead-letters", body, {})
    assert [letter["body"] for letter in running.bus.parked()] == bodies
    running.bus.discard(running.bus.parked()[0]["id"], "the first")
    assert [letter["body"] for letter in running.bus.parked()] == bodies[1:]


def test_an_event_consumed_before_is_done_with(running: Running, subject: str) -> None:
    running.publish(thing(uuid4(), subject, consumed=True))
    eventually(lambda: heard(running, subject))
    time.sleep(2 * sum(RETRY_DELAYS))  # that nothing more comes can only be waited for
    assert len(heard(running, subject)) == 1
    assert running.bus.count_parked() == 0


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("no json", {}),
        ("[]", {}),
        ('{"id": "1"}', {}),
        (json.dumps(thing(uuid4(), "s") | {"time": "yesterday"}), {}),
        (json.dumps(thing(uuid4(), "s")), {"nameko.caller": "nobody"}),
        ("not compressed", {"compression": "application/x-gzip"}),
    ],
)
def test_a_message_that_is_no_event_is_parked_at_once(running: Running, subject: str, body: str, headers: dict[str, str]) -> None:
    running.bus.publish_raw("back.events", "thing_happened", body, headers)
    letters = parked(running.bus, 2)
    assert {letter["queue"] for letter in letters} == {QUEUE, QUEUE + "_too"}
    assert [(letter["body"], letter["attempts"]) for letter in letters] == [(body, 1)] * 2


def test_an_event_from_outside_counts_as_said_by_its_source(running: Running, subject: str) -> None:
    running.bus.publish_raw("back.events", "thing_happened", json.dumps(thing(uuid4(), subject)), {})
    (note,) = eventually(lambda: heard(running, subject))
    assert (note["caller"], note["system"]) == ("back", True)


def test_an_event_said_in_nobodys_name_stays_nobodys(running: Running, subject: str) -> None:
    running.publish(thing(uuid4(), subject), context=CallContext(Caller()))
    (note,) = eventually(lambda: heard(running, subject))
    assert (note["caller"], note["system"]) == ("", False)


def test_idle_services_cost_next_to_nothing(running: Running) -> None:
    process = psutil.Process(running.process.process_id)
    assert running.call("front.relay", 1) == 1
    before = process.cpu_times()
    time.sleep(3)
    after = process.cpu_times()
    busy = after.user + after.system - before.user - before.system
    assert busy / 3 < 0.05, f"{busy / 3:.1%} of a processor"
