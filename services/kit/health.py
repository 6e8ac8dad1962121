"""Health, on each service's own port: alive, ready (and if not, what is missing), metrics."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.web.handlers import http
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from werkzeug.wrappers import Request, Response

from services.kit.bus.dead_letters import count_dead_letters
from services.kit.bus.rpc import rpc
from services.kit.database import database_of
from services.kit.settings import Settings
from services.kit.tables import outbox
from services.kit.telemetry import DEAD_LETTERS, OUTBOX_WAITING


class SettingsProvider(DependencyProvider):
    """The process's settings."""

    def get_dependency(self, worker_ctx: Any) -> Settings:
        settings: Settings = self.container.config["L2C"]
        return settings


def checks_of(service: str, settings: Settings) -> dict[str, dict[str, Any]]:
    """What a service needs, each with ``ok`` and details: its database (with the outbox's length) and the bus (dead letters)."""

    def database() -> dict[str, Any]:
        with database_of(service, settings).session() as session:
            waiting = session.scalar(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None)))
        OUTBOX_WAITING.labels(service).set(waiting or 0)
        return {"outbox_waiting": waiting}

    def bus() -> dict[str, Any]:
        parked = count_dead_letters(settings.amqp_url_of(service), service)
        DEAD_LETTERS.labels(service).set(parked)
        return {"dead_letters": parked}

    return {"database": _checked(database), "bus": _checked(bus)}


Checks = Mapping[str, Callable[[], dict[str, Any]]]


def readiness_of(service: str, settings: Settings, more: Checks | None = None) -> dict[str, Any]:
    """Whether a service has what it needs, with each check's answer.

    :param more: checks of the service's own, by name; each gives details, and raises where the service cannot work.
    """
    checks = checks_of(service, settings)
    checks |= {name: _checked(check) for name, check in (more or {}).items()}
    return {"service": service, "ready": all(check["ok"] for check in checks.values()), "checks": checks}


def _checked(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"ok": True, **check()}
    except Exception as error:  # whatever the reason, the answer is that it is not ready, and the reason
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


class Health:
    """Mixed into every service class.

    ``GET /health/live`` 200 while the process answers; ``GET /health/ready`` 200, or 503 with what is missing; ``GET /metrics``.
    The gateway asks the same over the bus: ``check_health``.
    """

    name: str
    settings = SettingsProvider()

    @http("GET", "/health/live")
    def live(self, request: Request) -> Response:
        return Response('{"status": "ok"}', mimetype="application/json")

    def own_checks(self) -> Checks:
        """What else this service's readiness tells."""
        return {}

    @http("GET", "/health/ready")
    def ready(self, request: Request) -> Response:
        health = readiness_of(self.name, self.settings, self.own_checks())
        return Response(json.dumps(health), status=200 if health["ready"] else 503, mimetype="application/json")

    @rpc
    def check_health(self) -> dict[str, Any]:
        return readiness_of(self.name, self.settings, self.own_checks())

    @http("GET", "/metrics")
    def metrics(self, request: Request) -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
