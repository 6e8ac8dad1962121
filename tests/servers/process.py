"""One server program, run in the foreground as a child, its output in a file."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.servers.account import process_owner

_LOG_LINES_TOLD: Final = 40
PROBE_INTERVAL_SECONDS: Final = 0.05


class ServerFailed(Exception):
    """A server did not come up, or ended by itself; says what it logged last."""


class ServerProcess:
    """A program that serves until it is told to stop. Can be started again.

    :param command: with its arguments; must stay in the foreground.
    :param folder: the server's own; it starts there and its output goes to ``output.log`` in it.
    :param environment: the whole of it; nothing is inherited.
    """

    def __init__(self, command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> None:
        self._command = [str(part) for part in command]
        self._folder = folder
        self._environment = dict(environment)
        self._log = folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, ready: Callable[[], bool], *, seconds_max: float) -> None:
        """Start it and wait until ``ready`` says so.

        :raises ServerFailed: if it ends before, or is not ready in time; then it is killed.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, **process_owner(),
            )  # fmt: skip  # two lines of keywords read better than ten of one
        give_up = time.monotonic() + seconds_max
        while not ready():
            if self._ends_within(PROBE_INTERVAL_SECONDS):
                raise ServerFailed(f"{self._command[0]} ended with status {self._process.returncode}:\n{self._last_lines()}")
            if time.monotonic() > give_up:
                self.stop(signal.SIGKILL, seconds_max=5)
                raise ServerFailed(f"{self._command[0]} was not ready within {seconds_max:g} s:\n{self._last_lines()}")

    def stop(self, how: signal.Signals, *, seconds_max: float) -> None:
        """Ask it to end by a signal; kill it if it does not in time. Does nothing if it does not run."""
        if self._process is None:
            return
        if not self._ends_within(0):
            self._process.send_signal(how)
            if not self._ends_within(seconds_max):
                self._process.kill()
                self._process.wait()
        self._process = None

    def _ends_within(self, seconds: float) -> bool:
        assert self._process is not None, "it was started"
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _last_lines(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-_LOG_LINES_TOLD:])
