"""Waiting, in a green process, for somebody to ask it to end."""

import os
import signal
from typing import Final

from eventlet import hubs

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_REQUEST: Final = 0  # the number of no signal
_ASKING: Final = frozenset({_REQUEST, *_SIGNALS})


class StopRequest:
    """SIGTERM, SIGINT, or :meth:`request` from within. Make it in the main thread, once a process.

    A Python signal handler alone does not wake a hub that sleeps in its poll, so the signal's arrival is made readable on a pipe.
    """

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        self._writer = writer
        signal.set_wakeup_fd(writer)
        for number in _SIGNALS:
            signal.signal(number, self._forget)

    def wait(self) -> None:
        """Until asked. A second signal then ends the process at once, so that nobody waits for one that hangs."""
        asked = False
        while not asked:
            hubs.trampoline(self._reader, read=True)
            # Every signal that has a handler is told here by its number, a profiler's too.
            asked = not _ASKING.isdisjoint(os.read(self._reader, 4096))
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def request(self) -> None:
        """Ask from inside the process: something it cannot do without has ended."""
        os.write(self._writer, bytes([_REQUEST]))

    @staticmethod
    def _forget(_number: int, _frame: object) -> None:
        """The pipe has it."""
