"""A pulse: what shows that a loop turns. A process whose loop hangs answers on its health port as if nothing were wrong."""

import time
from collections.abc import Callable


class Pulse:
    """One loop's.

    :param name: of the loop, for the answer.
    :param seconds_max: how long a healthy loop may take to come round; then it counts as hanging.
    :param clock: seconds that only grow.
    """

    def __init__(self, name: str, seconds_max: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._seconds_max = seconds_max
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """The loop has come round."""
        self._last = self._clock()

    @property
    def age_seconds(self) -> float:
        """Since it came round; since the start, until it first has."""
        return self._clock() - self._last

    @property
    def is_alive(self) -> bool:
        return self.age_seconds <= self._seconds_max
