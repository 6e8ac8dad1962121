"""Deadlines: a point in time that everything a call does must keep."""

import time


class Deadline:
    """So many seconds from now, by the monotonic clock.

    :param seconds: how long; at least 0.
    """

    def __init__(self, seconds: float) -> None:
        self._instant = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._instant - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining == 0.0
