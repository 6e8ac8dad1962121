"""An event that is given up: the service is told, in a worker of its own, before the message is settled."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.kit.bus import RETRY_DELAYS, eventually, thing
from tests.integration.kit.bus_fixtures import ANN, Running, running

__all__ = ["running"]

TRIES = 1 + len(RETRY_DELAYS)


@pytest.fixture
def subject(running: Running) -> str:
    """What this test's event is about; nothing is parked before it."""
    for letter in running.bus.parked():
        running.bus.discard(letter["id"], "left by another test")
    return str(uuid4())


def order(running: Running, subject: str, **data: Any) -> None:
    running.publish(thing(uuid4(), subject, "thing_ordered", **data))


def heard(running: Running, handler: str, subject: str) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = running.call("front.heard", handler, subject)
    return notes


def told(running: Running, subject: str, times: int = 1) -> list[dict[str, Any]]:
    eventually(lambda: len(heard(running, "tell_given_up", subject)) == times)
    return heard(running, "tell_given_up", subject)


def settled(running: Running) -> None:
    """Wait until an event that was published after all others of the test has been through the same queue."""
    last = str(uuid4())
    order(running, last)
    eventually(lambda: heard(running, "carry_out", last))


@pytest.mark.parametrize("by", ["breakdown", "not_yet"])
def test_what_may_pass_is_tried_to_the_last_then_told_and_then_parked(running: Running, subject: str, by: str) -> None:
    order(running, subject, failures=99, by=by)
    (note,) = told(running, subject)
    assert len(heard(running, "carry_out", subject)) == TRIES
    assert (note["data"]["by"], note["caller"], note["trace"]) == (by, "Ann", ANN.trace)
    assert note["error"] in ("the disk is full", "product_not_known_yet")
    eventually(lambda: running.bus.count_parked() == 1)
    (letter,) = running.bus.parked()
    assert (letter["queue"], letter["attempts"]) == ("evt-back-thing_ordered--front.carry_out", TRIES)
    assert note["error"] in letter["error"]


def test_what_a_later_try_brings_about_is_not_told(running: Running, subject: str) -> None:
    order(running, subject, failures=TRIES - 1, by="not_yet")
    eventually(lambda: len(heard(running, "carry_out", subject)) == TRIES)
    settled(running)
    assert heard(running, "tell_given_up", subject) == []
    assert running.bus.count_parked() == 0


def test_a_refusal_that_no_time_heals_is_told_at_once_and_not_parked(running: Running, subject: str) -> None:
    order(running, subject, failures=99, by="refusal")
    (note,) = told(running, subject)
    assert "Li Na" in note["error"]
    settled(running)
    assert len(heard(running, "carry_out", subject)) == 1
    assert running.bus.count_parked() == 0


@pytest.mark.parametrize("by", ["refusal", "breakdown"])
def test_what_could_not_be_told_is_parked(running: Running, subject: str, by: str) -> None:
    order(running, subject, failures=99, by=by, untold=1)
    eventually(lambda: running.bus.count_parked() == 1)
    assert len(told(running, subject)) == 1
    (letter,) = running.bus.parked()
    running.bus.replay(letter["id"])
    told(running, subject, times=2)
    eventually(lambda: running.bus.count_parked() == (0 if by == "refusal" else 1))


def test_what_was_told_before_counts_as_told(running: Running, subject: str) -> None:
    order(running, subject, failures=99, by="refusal", told_before=True)
    told(running, subject)
    settled(running)
    assert running.bus.count_parked() == 0


def test_more_events_than_workers_are_given_up_at_once_without_waiting_for_each_other(running: Running, subject: str) -> None:
    running.publish(*(thing(uuid4(), f"{subject}:{n}", "thing_ordered", failures=9, by="refusal") for n in range(100)))
    eventually(lambda: len(running.call("front.heard_in_all", "tell_given_up", subject)) == 100)
    settled(running)
    assert running.bus.count_parked() == 0
