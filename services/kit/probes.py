"""The health port: whether a process lives, whether it is ready, and what it counts. The same answers whatever runs there."""

import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from services.kit.listening import HEALTH_REMEDY, open_listener
from services.kit.pulse import Pulse
from services.kit.settings import Settings

_log = logging.getLogger(__name__)

_SOCKET_SECONDS: Final = 10
_STOP_SECONDS_MAX: Final = 1.0
"""A green thread is not woken by that, and ends with its process."""
_JSON: Final = "application/json"


class Probes:
    """What a process answers on its health port; a WSGI application.

    ``GET /health/live``: 200 while its loops turn, 503 once one hangs: start the process anew. ``GET /health/ready``: 200, or 503
    with what is missing. ``GET /metrics``.

    :param pulses: gives the process's loops.
    :param readiness: as :func:`services.kit.readiness.readiness` answers.
    :param registry: what is counted.
    """

    def __init__(
        self,
        pulses: Callable[[], Sequence[Pulse]],
        readiness: Callable[[], dict[str, Any]],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._pulses = pulses
        self._readiness = readiness
        self._registry = registry

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"] if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else ""
        status, media_type, body = self._answer(path)
        length = str(len(body))
        start_response(f"{status.value} {status.phrase}", [("Content-Type", media_type), ("Content-Length", length)])
        return [body]

    def _answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        if path == "/health/live":
            return liveness(self._pulses())
        if path == "/health/ready":
            ready = self._readiness()
            return _told(ready, is_well=ready["ready"])
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self._registry)
        return HTTPStatus.NOT_FOUND, _JSON, b"{}"


def liveness(pulses: Sequence[Pulse]) -> tuple[HTTPStatus, str, bytes]:
    """Status, media type and body of ``/health/live``."""
    loops = {pulse.name: {"alive": pulse.is_alive, "seconds_ago": round(pulse.age_seconds, 1)} for pulse in pulses}
    is_alive = all(pulse.is_alive for pulse in pulses)
    return _told({"status": "ok" if is_alive else "hangs", "loops": loops}, is_well=is_alive)


def _told(answer: dict[str, Any], *, is_well: bool) -> tuple[HTTPStatus, str, bytes]:
    return HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE, _JSON, json.dumps(answer).encode()


class ProbeServer:
    """A health port for a process that has no web server: a thread that listens, one more for each who asks.

    :param process: whose port it is; see :meth:`Settings.health_port_of`.
    """

    def __init__(self, settings: Settings, process: str, probes: Probes) -> None:
        self._address = settings.address_of(process)
        self._process = process
        self._probes = probes
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name=f"health-{process}", daemon=True)
        self._server: _ThreadingServer

    def start(self) -> None:
        """
        :raises PortTaken: if another process has the port.
        """
        self._server = _ThreadingServer(open_listener(*self._address, remedy=HEALTH_REMEDY), self._probes)
        self._thread.start()
        _log.info("the health port of %s is %s:%d", self._process, *self.address[:2])

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._server.socket.getsockname()[:2]
        return host, port

    def stop(self) -> None:
        self._stopping = True
        with suppress(OSError):  # nobody is connected to a listener, which is what shutting one down wakes and complains of
            self._server.socket.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join(_STOP_SECONDS_MAX)

    def forget(self) -> None:
        """In a process that was forked from the one that listens: have no part in its port, or it stays taken after that one."""
        self._server.socket.close()

    def _serve(self) -> None:
        while not self._stopping:
            try:
                self._server.process_request(*self._server.get_request())
            except OSError as error:
                if not self._stopping:
                    _log.warning("the health port of %s: %s", self._process, error)


class _ThreadingServer(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, probes: Probes) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()  # the one it made itself
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()[:2]
        self.setup_environ()
        self.set_app(probes)


class _Handler(WSGIRequestHandler):
    timeout = _SOCKET_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name in the standard library
        _log.debug(format, *args)
