"""Health of the gateway itself, and of every service behind it, by name."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response

from gateway.composition import Inquiry, Outcome
from gateway.http import ApiRequest, route
from services.kit.bus.rpc import RemoteFault, ServiceClient
from services.kit.errors import NotFound
from services.kit.health import SettingsProvider
from services.kit.probes import liveness
from services.kit.readiness import readiness_of
from services.kit.settings import SERVICES, Settings

_log = logging.getLogger(__name__)

_SECONDS_MAX: Final = 2.0
KEPT_SECONDS: Final = 1.0
"""How old an answer may be that is told again: anybody may ask, and each asking is five calls."""

Answer = tuple[dict[str, Any], int]
Find = Callable[[], Answer]


class KeptAnswer:
    """What was found a moment ago is told again; who asks while it is being looked for waits for that.

    :param seconds: how long it is told.
    """

    def __init__(self, seconds: float = KEPT_SECONDS) -> None:
        self._seconds = seconds
        self._one_at_a_time = threading.Lock()
        self._found: Answer | None = None
        self._until = 0.0

    def get(self, find: Find) -> Answer:
        with self._one_at_a_time:
            if self._found is None or time.monotonic() > self._until:
                self._found = find()
                self._until = time.monotonic() + self._seconds
            return self._found


class KeptReadiness(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """A gateway process's one :class:`KeptAnswer`."""

    def setup(self) -> None:
        self._kept = KeptAnswer()

    def get_dependency(self, worker_ctx: Any) -> KeptAnswer:
        return self._kept


class HealthRoutes:
    """``/health/live``, ``/health/ready``, ``/metrics``."""

    settings: Settings = SettingsProvider()
    readiness: KeptAnswer = KeptReadiness()
    customer_health = ServiceClient("customer", timeout_seconds=_SECONDS_MAX)
    workflow_health = ServiceClient("workflow", timeout_seconds=_SECONDS_MAX)
    billing_health = ServiceClient("billing", timeout_seconds=_SECONDS_MAX)
    payments_health = ServiceClient("payments", timeout_seconds=_SECONDS_MAX)
    notify_health = ServiceClient("notify", timeout_seconds=_SECONDS_MAX)

    @route("GET", "/health/live", public=True, prefix="", documented=False, at_the_door=True)
    def live(self, request: ApiRequest) -> Any:
        status, media_type, body = liveness(request.http.environ["l2c.pulses"])
        return Response(body, status=status.value, content_type=media_type)

    @route("GET", "/health/ready", public=True, prefix="", documented=False)
    def ready(self, request: ApiRequest) -> Any:
        """200 while the gateway itself can work, whichever service is away: what needs that service answers 503 by itself, and
        everything else goes on. ``services`` names each one's readiness, asked over the bus as every request is. Of a second
        ago, at most, and what it took to ask."""
        body, status = self.readiness.get(self._find_readiness)
        return Response(json.dumps(body), status=status, content_type="application/json")

    def _find_readiness(self) -> Answer:
        inquiry = Inquiry({service: (getattr(self, f"{service}_health").check_health, ()) for service in SERVICES})
        own = as_anybody_may_know(readiness_of("gateway", self.settings))
        services = {service: _readiness(outcome) for service, outcome in inquiry.outcomes().items()}
        all_ready = own["ready"] and all(service["ready"] for service in services.values())
        return {**own, "all_ready": all_ready, "services": services}, 200 if own["ready"] else 503

    @route("GET", "/metrics", public=True, prefix="", documented=False, at_the_door=True)
    def metrics(self, request: ApiRequest) -> Any:
        """
        :raises NotFound: ``route_not_found``, for who came by a proxy: what is counted is for those who run this.
        """
        if "X-Forwarded-For" in request.http.headers:
            raise NotFound("route_not_found")
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def as_anybody_may_know(readiness: dict[str, Any]) -> dict[str, Any]:
    """A service's readiness without what its servers said: hosts stand in that, and people's addresses.

    Of an error its kind is left. The service's own port tells the whole, and here the log.
    """
    if not readiness["ready"]:
        _log.warning("%s is not ready: %s", readiness["service"], readiness["checks"])
    return {**readiness, "checks": {name: _without_words(check) for name, check in readiness["checks"].items()}}


def _without_words(check: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in check.items() if isinstance(value, int) or name == "state"}
    return {**known, "error": check["error"].partition(":")[0]} if "error" in check else known


def _readiness(outcome: Outcome) -> dict[str, Any]:
    if outcome.error is None:
        return as_anybody_may_know(outcome.result)
    error = outcome.error
    return {"ready": False, "error": error.exc_type if isinstance(error, RemoteFault) else error.code}
