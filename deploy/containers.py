"""nameko containers, started and stopped together. Imported in green processes only."""

import errno
import logging
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
import kombu.pools
from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError
from nameko.containers import ServiceContainer

from deploy.catalogue import GATEWAY, service_class
from services.kit.bus.consumer import QueueConsumer
from services.kit.listening import HEALTH_REMEDY, HTTP_REMEDY, open_listener
from services.kit.pulse import Pulse
from services.kit.settings import Settings

_log = logging.getLogger(__name__)

_PAUSE_SECONDS_MIN = 0.5
_PAUSE_SECONDS_MAX = 10.0
_STOP_SECONDS_MAX = 20.0


class Containers:
    """The containers of some services in this process.

    :param when_one_ends: called when a container ends that nobody stopped; the process is of no use then.
    """

    def __init__(self, settings: Settings, services: Sequence[str], when_one_ends: Callable[[], None]) -> None:
        # The pools' sizes are one number: more connections than workers are never used, fewer make workers wait.
        kombu.pools.set_limit(settings.max_workers)
        self._settings = settings
        self._services = services
        self._when_one_ends = when_one_ends
        self._running: dict[str, ServiceContainer] = {}
        self._stopping = False
        self.failed = False

    def pulses(self) -> list[Pulse]:
        """Those of the containers that are up."""
        shared = [extension for container in self._running.values() for extension in container.shared_extensions.values()]
        return [extension.pulse for extension in shared if isinstance(extension, QueueConsumer)]

    def start(self) -> None:
        """Start them, one after the other; one whose broker is away is tried again until it is there."""
        for service in self._services:
            if self._stopping:
                return
            container = self._start(service)
            self._running[service] = container
            eventlet.spawn(self._watch, service, container)
            _log.info("service %s is up", service)

    def stop(self) -> None:
        """Stop them, all at the same time: each takes no more work and finishes what it has, or is cut off in the end."""
        self._stopping = True
        stops = [eventlet.spawn(_stop, service, container) for service, container in self._running.items()]
        for stop in stops:
            stop.wait()
        self._running.clear()

    def _start(self, service: str) -> ServiceContainer:
        pause = _PAUSE_SECONDS_MIN
        while True:
            self._require_port(service)
            container = ServiceContainer(service_class(service), self._settings.nameko_config(service))
            try:
                container.start()
                return container
            except (OSError, AMQPError, KombuError) as error:
                if self._stopping or _is_address_taken(error):
                    raise
                _log.warning("service %s waits for its servers: %s", service, error)
                container.kill()
                eventlet.sleep(pause)
                pause = min(2 * pause, _PAUSE_SECONDS_MAX)

    def _require_port(self, service: str) -> None:
        """Look first: what is raised inside a container's start eventlet prints with all that led to it.

        :raises PortTaken: if another process listens where this service shall.
        """
        remedy = HTTP_REMEDY if service == GATEWAY else HEALTH_REMEDY
        open_listener(*self._settings.address_of(service), remedy=remedy).close()

    def _watch(self, service: str, container: Any) -> None:
        try:
            container.wait()
        except Exception:
            _log.exception("service %s failed", service)
        if not self._stopping:
            self.failed = True
            self._when_one_ends()


def _stop(service: str, container: Any) -> None:
    with eventlet.Timeout(_STOP_SECONDS_MAX, False):
        container.stop()
        return
    _log.error("service %s did not finish its work within %g s and is cut off", service, _STOP_SECONDS_MAX)
    container.kill()


def _is_address_taken(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)
