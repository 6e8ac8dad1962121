"""A process of services' containers over RabbitMQ, of the distributed modes. Imported in green processes only."""

import logging
from collections.abc import Sequence

import eventlet

from deploy.containers import Containers
from deploy.garbage import pass_over_start_up
from deploy.stopping import StopRequest
from services.kit.listening import PortTaken
from services.kit.settings import Settings
from services.kit.tracing import configure_tracing, finish_tracing
from services.kit.watchdog import Watchdog

_log = logging.getLogger(__name__)


def run_services(settings: Settings, services: Sequence[str]) -> int:
    """Run these services' containers until asked to end, or until one of them fails.

    :returns: the process's exit status.
    :raises SettingsError: if traces shall go where they cannot.
    """
    stop_request = StopRequest()
    configure_tracing()
    containers = Containers(settings, services, stop_request.request)
    watchdog = Watchdog(containers.pulses)
    watchdog.start()
    starting = eventlet.spawn(_start, containers, stop_request)
    stop_request.wait()
    watchdog.stop()
    containers.stop()
    finish_tracing()
    return 0 if starting.wait() and not containers.failed else 1


def _start(containers: Containers, stop_request: StopRequest) -> bool:
    try:
        containers.start()
        pass_over_start_up()
    except PortTaken as error:
        _log.error("the services cannot start: %s", error)
        stop_request.request()
        return False
    except Exception:
        _log.exception("the services cannot start")
        stop_request.request()
        return False
    return True
