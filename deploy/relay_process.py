"""A process of relays, of the distributed modes. Imported in green processes only."""

import logging
from collections.abc import Sequence

from deploy.relays import Relays
from deploy.stopping import StopRequest
from services.kit.probes import Probes, ProbeServer
from services.kit.readiness import readiness
from services.kit.settings import Settings
from services.kit.tracing import configure_tracing, finish_tracing
from services.kit.watchdog import Watchdog

_log = logging.getLogger(__name__)


def run_relays(settings: Settings, services: Sequence[str]) -> None:
    """Run these services' relays until asked to end.

    :raises PortTaken: if another process has their health port.
    """
    stop_request = StopRequest()
    configure_tracing()
    relays = Relays(settings, services)
    health = ProbeServer(settings, "relay", Probes(relays.pulses, lambda: readiness("relay", relays.checks())))
    health.start()
    relays.start()
    watchdog = Watchdog(relays.pulses)
    watchdog.start()
    _log.info("relays of %s are up", ", ".join(services))
    stop_request.wait()
    watchdog.stop()
    relays.stop()
    health.stop()
    finish_tracing()
