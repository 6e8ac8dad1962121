"""The process that owns the servers of one run of the tests: ``python -m tests.servers.keeper FOLDER``.

It returns at once and leaves a process in the background that takes requests on a Unix socket in the folder: one line of JSON
each way. That process ends when the run's lifeline is let go, whatever became of the run.
"""

import fcntl
import json
import logging
import os
import shutil
import signal
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any, Protocol, cast

from tests.servers import containers
from tests.servers.demo_system import DemoSystem
from tests.servers.postgresql import PrivatePostgresql
from tests.servers.rabbitmq import PrivateRabbitmq
from tests.servers.run import KEEPER_LOCK, KEEPER_LOG, LIFELINE, SOCKET

_log = logging.getLogger(__name__)


class Server(Protocol):
    """What the keeper can do with every server. Starting one that runs and stopping one that does not change nothing."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def discard(self) -> None: ...


class Broker(Server, Protocol):
    """A server that has virtual hosts."""

    def add_vhost(self, name: str) -> str: ...
    def import_definitions(self, definitions: str) -> None: ...


class Keeper:
    """The servers of one run by name. Requests for one server wait for each other; those for different ones do not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, Server] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def answer(self, request: dict[str, Any]) -> str:
        """Do what is asked: ``start`` (of a ``kind``, if it is new), ``stop``, ``kill``, ``discard``, ``add_vhost`` or
        ``import_definitions``.

        :returns: the URL of the server, or of the new virtual host.
        """
        operation, name = request["operation"], request["name"]
        with self._lock_of(name):
            if operation == "start" and name not in self._servers:
                self._servers[name] = self._new(request["kind"], name)
            server = self._servers.pop(name) if operation == "discard" else self._servers[name]
            match operation:
                case "start":
                    server.start()
                case "stop":
                    server.stop()
                case "kill":
                    server.kill()
                case "discard":
                    server.discard()
                case "add_vhost":
                    return cast(Broker, server).add_vhost(request["vhost"])
                case "import_definitions":
                    cast(Broker, server).import_definitions(request["definitions"])
                case _:
                    raise ValueError(f"no such request: {operation}")
            return server.url

    def discard_all(self) -> None:
        """Stop and remove every server. One that resists does not keep the others."""
        for name in list(self._servers):
            try:
                self.answer({"operation": "discard", "name": name})
            except Exception:
                _log.exception("%s could not be discarded", name)

    def _lock_of(self, name: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(name, threading.Lock())

    def _new(self, kind: str, name: str) -> Server:
        match kind:
            case "postgresql" if containers.can_run(containers.POSTGRESQL_IMAGE):
                return containers.ContainerPostgresql()
            case "postgresql":
                return PrivatePostgresql(self._folder / name)
            case "rabbitmq" if containers.can_run(containers.RABBITMQ_IMAGE):
                return containers.ContainerRabbitmq()
            case "rabbitmq":
                return PrivateRabbitmq(self._folder / name)
            case "demo_system":
                return DemoSystem(self._folder / name)
        raise ValueError(f"no such kind of server: {kind}")


class _Requests(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, folder: Path, keeper: Keeper) -> None:
        self.keeper = keeper
        super().__init__(str(folder / SOCKET), _Request)


class _Request(socketserver.StreamRequestHandler):
    server: _Requests

    def handle(self) -> None:
        try:
            answer = {"url": self.server.keeper.answer(json.loads(self.rfile.readline()))}
        except Exception as error:
            # Whatever failed, the test that asked shall say it.
            _log.exception("a request failed")
            answer = {"error": f"{type(error).__name__}: {error}"}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


def keep(folder: Path) -> None:
    """Serve requests from the background until the run's lifeline is let go; then stop everything and remove the folder."""
    # Held from before anyone can ask until this process is gone: "alive" means that there may be something to stop.
    lock = (folder / KEEPER_LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    keeper = Keeper(folder)
    requests = _Requests(folder, keeper)  # it listens from here on, so that whoever started this may ask as soon as it returns
    if os.fork() != 0:
        os._exit(0)
    os.setsid()  # Ctrl-C in the terminal is for the tests; the servers end after them
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(filename=folder / KEEPER_LOG, format="%(asctime)s %(message)s")
    threading.Thread(target=requests.serve_forever, daemon=True).start()
    try:
        with (folder / LIFELINE).open() as lifeline:
            fcntl.flock(lifeline, fcntl.LOCK_EX)
    finally:
        requests.shutdown()
        keeper.discard_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
