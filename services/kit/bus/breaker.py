"""The circuit breaker: a service that does not answer is left alone, so that nobody waits for it in vain (Nygard, "Release It!").

Libraries (pybreaker, circuitbreaker) wrap one call of a function, and the former lets one caller at a time; a call here begins
and ends in two places, and any number are under way.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from services.kit.telemetry import BREAKER_OPEN

_log = logging.getLogger(__name__)

UNANSWERED_MAX: Final = 5
"""So many calls in a row without an answer open it."""

PAUSE_SECONDS: Final = 2.0
"""While it is open one call in so many seconds tries whether the service answers again."""

PATIENCE_SECONDS: Final = 1.0
"""Who gave a service less than this learned nothing about it."""


class Breaker:
    """One service's, for one container.

    :param clock: seconds that only grow.
    """

    def __init__(self, service: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._unanswered = 0
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        return self._unanswered >= UNANSWERED_MAX

    def admits(self) -> bool:
        """Whether to call now. While it is open, a yes is the one call that tries."""
        if not self.is_open:
            return True
        if self._clock() < self._next_try:
            return False
        self._next_try = self._clock() + PAUSE_SECONDS
        return True

    def note_answer(self) -> None:
        """The service answered, be it with a refusal or a fault."""
        if self.is_open:
            _log.warning("%s answers again", self._service)
            BREAKER_OPEN.labels(self._service).set(0)
        self._unanswered = 0

    def note_silence(self, seconds: float) -> None:
        """The service did not answer.

        :param seconds: how long somebody waited.
        """
        if seconds < PATIENCE_SECONDS:
            return
        self._unanswered += 1
        self._next_try = self._clock() + PAUSE_SECONDS
        if self._unanswered == UNANSWERED_MAX:
            _log.error("%s does not answer; calls of it fail at once until it does", self._service)
            BREAKER_OPEN.labels(self._service).set(1)
