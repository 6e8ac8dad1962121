"""Servers as tests see them: kept by the run's keeper, which is started when the first is asked for."""

import fcntl
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.servers.process import ServerFailed
from tests.servers.run import KEEPER_LOG, SOCKET

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_ANSWER_SECONDS_MAX: Final = 600  # a machine that lacks RabbitMQ installs it first


class KeptServer:
    """A server of this run, up when this object is made.

    :param run_folder: of the run it belongs to.
    :param kind: ``postgresql``, ``rabbitmq`` or ``demo_system``.
    :param name: whoever asks under the same name gets the same server.
    :raises ServerFailed: if it cannot be had.
    """

    def __init__(self, run_folder: Path, kind: str, name: str) -> None:
        self._folder = run_folder
        self._kind = kind
        self._name = name
        self.url = self._ask("start", kind=kind)

    def start(self) -> None:
        """Bring it up again, with its data and at the same address."""
        self._ask("start", kind=self._kind)

    def stop(self) -> None:
        """Shut it down in order."""
        self._ask("stop")

    def kill(self) -> None:
        """End it as a crash does."""
        self._ask("kill")

    def restart(self) -> None:
        self.stop()
        self.start()

    def discard(self) -> None:
        """End it and remove what it kept."""
        self._ask("discard")

    def _ask(self, operation: str, **details: str) -> str:
        request = {"operation": operation, "name": self._name, **details}
        answer = json.loads(_exchange(self._folder, json.dumps(request).encode() + b"\n"))
        if "error" in answer:
            raise ServerFailed(answer["error"])
        return str(answer["url"])


class KeptRabbitmq(KeptServer):
    """A RabbitMQ of this run. ``url`` is that of a virtual host nobody else uses, if nobody shares the server."""

    def __init__(self, run_folder: Path, name: str) -> None:
        super().__init__(run_folder, "rabbitmq", name)

    def add_vhost(self, name: str) -> str:
        """Make a virtual host, unless it is there.

        :returns: its URL.
        """
        return self._ask("add_vhost", vhost=name)

    def import_definitions(self, definitions: str) -> None:
        """Make what these say, in RabbitMQ's form."""
        self._ask("import_definitions", definitions=definitions)


def _exchange(folder: Path, request: bytes) -> bytes:
    with _connected(folder) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as answers:
            return answers.readline()


def _connected(folder: Path) -> socket.socket:
    try:
        return _connect(folder)
    except (FileNotFoundError, ConnectionRefusedError):
        with (folder / "keeper.start").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)  # one worker starts it, the others find it started
            try:
                return _connect(folder)
            except (FileNotFoundError, ConnectionRefusedError):
                _start_keeper(folder)
        return _connect(folder)


def _connect(folder: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_ANSWER_SECONDS_MAX)
        connection.connect(str(folder / SOCKET))
    except OSError:
        connection.close()
        raise
    return connection


def _start_keeper(folder: Path) -> None:
    log_file = folder / KEEPER_LOG
    with log_file.open("ab") as log:
        command = [sys.executable, "-m", "tests.servers.keeper", str(folder)]
        if subprocess.run(command, cwd=_CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode != 0:
            raise ServerFailed(f"the keeper did not start:\n{log_file.read_text()}")
