"""Ends a process whose loop hangs, for whoever started it to start it anew: compose and systemd see only that one ended.

Kubernetes ends by ``/health/live`` what a watchdog would end a little later.
"""

import faulthandler
import threading
from collections.abc import Callable, Iterable
from typing import Final

from services.kit.pulse import Pulse

SECONDS: Final = 60.0
"""How long a loop may hang beyond what its pulse allows: a host that is overloaded is not helped by starting again."""
_LOOKS: Final = 10
_STANDARD_ERROR: Final = 2
"""``sys.stderr`` may be another's by now, which is no file: Celery logs what is written to it."""


class Watchdog:
    """Watches pulses; one a process. It ends the process with status 1, and where each of its threads stands on standard error.

    A timer of the interpreter's own ends it, so that it needs nothing of what hangs. It is wound up anew as long as every pulse
    beats, by a thread: a green one where the process is green, which cannot run, and so does not, while something blocks the hub.

    :param pulses: of the loops that there are by now.
    """

    def __init__(self, pulses: Callable[[], Iterable[Pulse]], seconds: float = SECONDS) -> None:
        self._pulses = pulses
        self._seconds = seconds
        self._stopping = threading.Event()
        self._winding = threading.Lock()

    def start(self) -> None:
        self._wind_up()
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Watch no more: a process that ends stops its loops."""
        self._stopping.set()
        with self._winding:
            faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds / _LOOKS):
            if all(pulse.is_alive for pulse in self._pulses()):
                self._wind_up()

    def _wind_up(self) -> None:
        with self._winding:
            if not self._stopping.is_set():
                faulthandler.dump_traceback_later(self._seconds, exit=True, file=_STANDARD_ERROR)
