"""Waiting, in a green process, for somebody to ask it to end."""

import os
import signal

from eventlet import hubs


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
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._forget)

    def wait(self) -> None:
        """Until asked. A second signal then ends the process at once, so that nobody waits for one that hangs."""
        hubs.trampoline(self._reader, read=True)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)

    def request(self) -> None:
        """Ask from inside the process: something it cannot do without has ended."""
        os.write(self._writer, b"\0")

    @staticmethod
    def _forget(_number: int, _frame: object) -> None:
        """The pipe has it."""
