"""Those who play the stories: so many at once, each with everybody's connections."""

import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Final, Self

from deploy.people import DEMO_PASSWORD
from tests.chaos.patience import PatientClient
from tests.chaos.plans import STEPS, Days, Plan
from tests.chaos.stories import CAST, Story

_TELL_SECONDS: Final = 60.0
_FAILURES_MAX: Final = 20
"""So many stories may fail before no more are begun: the run is lost, and the logs shall stay legible."""


class Crew:
    """Plays the stories of a run.

    :param seed: of their plans.
    :param size: how many are played at once.
    :param tell: is told once a minute how far it is.
    :ivar steps: how many steps are done, of all stories together; ``played``: how many stories.
    :ivar failures: the stories that could not be played, by number, with the reason.
    """

    def __init__(self, base_url: str, amqp_url: str, *, seed: int, stories: int, size: int, tell: Callable[[str], None]) -> None:
        self._base_url = base_url
        self._amqp_url = amqp_url
        self._seed = seed
        self._stories = stories
        self._numbers: Iterator[int] = iter(range(stories))
        self._days = Days.now()
        self._changed = threading.Condition()
        self._at_work = size
        self._threads = [threading.Thread(target=self._work, name=f"crew-{n}", daemon=True) for n in range(size)]
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._ahead = size
        self._last_step = stories * len(STEPS)
        self._is_over = False
        self._tell = tell
        self._told = self._began
        self.steps = 0
        self.played = 0
        self.retries = 0
        self.seconds = 0.0
        self.failures: dict[int, str] = {}
        self._cast: dict[str, PatientClient] = {}

    def __enter__(self) -> Self:
        for login in CAST:
            self._cast[login] = PatientClient(self._base_url)
            self._cast[login].sign_in(login, DEMO_PASSWORD)
        self._began = self._told = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._numbers = iter(())
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if kind is not None:
            return  # nobody waits for stories that are played for nothing; the threads end with the process
        for thread in self._threads:
            thread.join()
        for client in self._cast.values():
            client.close()

    def clock(self) -> float:
        """Seconds since the stories began."""
        return time.monotonic() - self._began

    def wait_for_step(self, step: int) -> bool:
        """Until so many steps are done, or no more will be.

        :returns: whether they are.
        """
        with self._changed:
            while not self._changed.wait_for(lambda: self.steps >= step or not self._at_work, self._tell_in()):
                self._told = time.monotonic()
                self._tell(self.progress)
            return self.steps >= step

    def _tell_in(self) -> float:
        """So many seconds, and it is time to tell again."""
        return max(0.0, self._told + _TELL_SECONDS - time.monotonic())

    @property
    def progress(self) -> str:
        """How far it is, in a line."""
        seconds, last = max(self.clock(), 1.0), self._stories * len(STEPS)
        minutes_left = (last - self.steps) * seconds / max(self.steps, 1) / 60
        return (
            f"{seconds:>7.1f} s  step {self.steps:>5}  of {last}; {self.played} stories, {60 * self.played / seconds:.1f} "
            f"a minute; {minutes_left:.0f} minutes to go; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        )

    def go_on_to(self, step: int) -> None:
        """Play as far as here, where the next fault is due, and a little further. On a slow machine, where a fault takes longer
        to heal than the stories to play, the rest of the faults would otherwise befall nobody."""
        with self._changed:
            self._last_step = step + self._ahead
            self._changed.notify_all()

    def wait_to_the_end(self) -> None:
        """Until every story has been played, or has failed."""
        self.go_on_to(self._stories * len(STEPS))
        self.wait_for_step(self._stories * len(STEPS) + 1)

    def _work(self) -> None:
        cast = {login: client.same_session() for login, client in self._cast.items()}
        try:
            while (number := self._next()) is not None:
                self._play(number, cast)
        finally:
            for client in cast.values():
                client.close()
            with self._changed:
                self._at_work -= 1
                self.retries += sum(client.retries for client in cast.values())
                self.seconds = self.clock()
                self._changed.notify_all()

    def _next(self) -> int | None:
        with self._lock:
            return next(self._numbers, None) if len(self.failures) < _FAILURES_MAX else None

    def _play(self, number: int, cast: dict[str, PatientClient]) -> None:
        story = Story(Plan.draw(self._seed, number), self._days, cast, self._amqp_url)
        try:
            story.play(self._step_finished)
        except Exception:  # whatever it is, the run tells which story it was, and goes on
            self.failures[number] = "".join(traceback.format_exc())
        else:
            with self._changed:
                self.played += 1

    def _step_finished(self) -> None:
        with self._changed:
            self.steps += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.steps < self._last_step or self._is_over)


def plans_of(seed: int, stories: int) -> Iterator[Plan]:
    """What the stories of a run are about, in their order."""
    return (Plan.draw(seed, number) for number in range(stories))
