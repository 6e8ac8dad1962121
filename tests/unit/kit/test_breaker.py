"""When a service that does not answer is left alone, and when it is asked again."""

import pytest

from services.kit.bus.breaker import PATIENCE_SECONDS, PAUSE_SECONDS, UNANSWERED_MAX, Breaker


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("back", clock)


def fail(breaker: Breaker, times: int, seconds: float = 10.0) -> None:
    for _ in range(times):
        breaker.note_silence(seconds)


def test_it_opens_after_so_many_calls_in_a_row_without_an_answer(breaker: Breaker) -> None:
    fail(breaker, UNANSWERED_MAX - 1)
    assert breaker.admits()
    fail(breaker, 1)
    assert not breaker.admits()


def test_an_answer_between_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, UNANSWERED_MAX - 1)
    breaker.note_answer()
    fail(breaker, UNANSWERED_MAX - 1)
    assert breaker.admits()


def test_who_did_not_wait_long_says_nothing(breaker: Breaker) -> None:
    fail(breaker, 10 * UNANSWERED_MAX, seconds=PATIENCE_SECONDS / 2)
    assert breaker.admits()


def test_open_it_lets_one_call_try_after_each_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, UNANSWERED_MAX)
    clock.seconds += PAUSE_SECONDS
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    clock.seconds += PAUSE_SECONDS
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_the_first_answer_closes_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, UNANSWERED_MAX)
    clock.seconds += PAUSE_SECONDS
    assert breaker.admits()
    breaker.note_answer()
    assert [breaker.admits() for _ in range(3)] == [True, True, True]


def test_a_try_in_vain_keeps_it_open_for_another_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, UNANSWERED_MAX)
    clock.seconds += PAUSE_SECONDS
    assert breaker.admits()
    clock.seconds += 10
    breaker.note_silence(10)
    assert not breaker.admits()
