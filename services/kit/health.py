"""Health of a service, on its own port: alive, ready (and if not, what is missing), metrics."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from nameko.extensions import DependencyProvider
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer, WsgiApp
from werkzeug.wrappers import Request, Response

from services.kit.bus.consumer import QueueConsumer
from services.kit.bus.rpc import rpc
from services.kit.listening import HEALTH_REMEDY, open_listener
from services.kit.probes import Probes
from services.kit.readiness import Checks, readiness_of
from services.kit.settings import Settings

_WITHOUT_WORKER: Final = frozenset({"/health/live", "/metrics"})


class SettingsProvider(DependencyProvider):
    """The process's settings."""

    def get_dependency(self, worker_ctx: Any) -> Settings:
        settings: Settings = self.container.config["L2C"]
        return settings


class HealthServer(WebServer):
    """The health port's web server.

    What it answers without a worker it answers when all are busy, too: a service with too much to do lives, and its metrics are
    wanted most then.
    """

    queue_consumer = QueueConsumer()

    def __init__(self) -> None:
        super().__init__()
        self._starting = False

    def start(self) -> None:
        if self._starting:  # each entrypoint asks for it
            return
        self._starting = True
        settings: Settings = self.container.config["L2C"]
        self._sock = open_listener(*settings.address_of(self.container.service_name), remedy=HEALTH_REMEDY)
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)

    def kill(self) -> None:
        # nameko leaves the socket open: the container that is started in place of this one would find its port taken.
        self._is_accepting = False
        if self._sock is not None:
            self._sock.close()
        super().kill()

    def get_wsgi_app(self) -> Callable[..., Iterable[bytes]]:
        by_worker = WsgiApp(self)
        probes = Probes(lambda: [self.queue_consumer.pulse], dict)

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            app: Callable[..., Iterable[bytes]] = probes if environ["PATH_INFO"] in _WITHOUT_WORKER else by_worker
            return app(environ, start_response)

        return answer


class HealthRoute(HttpRequestHandler):
    """An entrypoint on the health port."""

    server = HealthServer()


class Health:
    """Mixed into every service class.

    ``GET /health/live`` 200 while its consumer turns; ``GET /health/ready`` 200, or 503 with what is missing; ``GET /metrics``.
    The gateway asks the same over the bus: ``check_health``.
    """

    name: str
    settings = SettingsProvider()

    def own_checks(self) -> Checks:
        """What else this service's readiness tells."""
        return {}

    @HealthRoute.decorator("GET", "/health/ready")
    def ready(self, request: Request) -> Response:
        health = readiness_of(self.name, self.settings, self.own_checks())
        return Response(json.dumps(health), status=200 if health["ready"] else 503, mimetype="application/json")

    @rpc
    def check_health(self) -> dict[str, Any]:
        return readiness_of(self.name, self.settings, self.own_checks())
