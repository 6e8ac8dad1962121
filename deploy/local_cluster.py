"""The distributed system on one machine: every process a child of this one, over a RabbitMQ and a PostgreSQL that are there.

For trying out and for the end-to-end tests; where it is meant to last, a real supervisor does this.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from deploy.catalogue import CONTAINERS
from services.kit.settings import Settings

PROCESSES: Final = {
    **{service: ("run", service) for service in CONTAINERS},
    "relay": ("relay",),
    "worker": ("worker", "--concurrency", "2"),
    "beat": ("beat",),
}
"""Name → what follows ``l2c``."""

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
_PROBE_SECONDS: Final = 0.1
_READY_SECONDS_MAX: Final = 180.0
_STOP_SECONDS_MAX: Final = 30.0


class ClusterFailed(Exception):
    """A process ended, or the system is not ready in time; says what was logged last."""


class LocalCluster:
    """All processes of one system.

    :param settings: of every process.
    :param folder: where logs and beat's schedule go; must be there.
    :param environment: more of every process's, by name.
    :param processes: name → what follows ``l2c``; the one that runs several services is called by the last of them to be ready.
    :param checkout: whose sources run: another version's, say.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        processes: Mapping[str, tuple[str, ...]] = PROCESSES,
        checkout: Path = _CHECKOUT,
    ) -> None:
        self.settings = settings
        self._processes = processes
        self._checkout = checkout
        # Our own environment may name files for what the settings say themselves.
        inherited = {name: text for name, text in os.environ.items() if not (name.startswith("L2C_") and name.endswith("_FILE"))}
        self.environment = {**inherited, **settings.to_environment(), "L2C_VAR": str(folder), **(environment or {})}
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def migrate(self) -> None:
        """
        :raises subprocess.CalledProcessError: if the databases cannot be brought up to date.
        """
        subprocess.run(_command("migrate"), cwd=self._checkout, env=self.environment, check=True)

    def start_all(self) -> None:
        """Start every process that does not run, and wait until the gateway and all behind it are ready."""
        for name in self._processes:
            self.start(name)
        self.wait_until_ready()

    def start(self, name: str) -> None:
        """Start one process, unless it runs."""
        if self.is_running(name):
            return
        with self.log_of(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                self.command_of(name), cwd=self._checkout, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip  # two lines of keywords read better than ten of one

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End one process, by default in order; one that does not end in time is killed."""
        process = self._running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(_STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self, name: str) -> None:
        """End one process as ``kill -9`` does."""
        self.stop(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process: SIGSTOP makes it hang, SIGCONT lets it go on."""
        self._running[name].send_signal(number)

    def stop_all(self) -> None:
        """End all, at the same time."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for name in list(self._running):
            self.stop(name)

    def is_running(self, name: str) -> bool:
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def process_id(self, name: str) -> int:
        return self._running[name].pid

    def log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    @property
    def base_url(self) -> str:
        return self.settings.gateway_url

    def health_url(self, name: str, path: str = "/health/ready") -> str:
        """Where a process says whether it is ready."""
        host, port = self.settings.address_of(name)
        return f"http://{host}:{port}{path}"

    def wait_until_ready(self, *names: str) -> None:
        """Until these (all, without names) are ready.

        :raises ClusterFailed: if a process ended, or one is not ready in time.
        """
        give_up = time.monotonic() + _READY_SECONDS_MAX
        for name in names or self._processes:
            while not _answers(self.health_url(name)):
                if not self.is_running(name):
                    raise ClusterFailed(f"{name} ended:\n{self._last_lines(name)}")
                if time.monotonic() > give_up:
                    raise ClusterFailed(f"{name} is not ready:\n{self._last_lines(name)}")
                time.sleep(_PROBE_SECONDS)

    def command_of(self, name: str) -> list[str]:
        """What starts one process; it needs :attr:`environment`, too."""
        return _command(*self._processes[name])

    def _last_lines(self, name: str) -> str:
        return "\n".join(self.log_of(name).read_text(errors="replace").splitlines()[-30:])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploy.cli", *arguments]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # http:// is put before it above
            return bool(answer.status == 200)
    except OSError:
        return False
