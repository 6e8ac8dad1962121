"""Relays of several services, each in a thread of its own (a green one where the process is green)."""

import logging
import threading
from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from deploy.subscriptions import SubscribedPublisher
from services.kit.database import Database
from services.kit.outbox import CHANNEL
from services.kit.pulse import Pulse
from services.kit.readiness import Checks, outbox_length
from services.kit.relay import Relay
from services.kit.settings import Settings
from services.kit.telemetry import SERVICE

_log = logging.getLogger(__name__)

_STOP_SECONDS_MAX = 10.0
# One connection publishes a batch, one looks or wakes the relay at the end; the one that listens is not from the pool.
_POOL_SIZE = 2


class Relays:
    """The relays of some services in this process."""

    def __init__(self, settings: Settings, services: Sequence[str]) -> None:
        self._stopping = threading.Event()
        self._databases = {
            service: Database(
                settings.database_url_of(service), pool_size=_POOL_SIZE, slow_query_seconds=settings.slow_query_seconds
            )
            for service in services
        }
        self._relays = [
            Relay(service, database, SubscribedPublisher(settings, service), should_stop=self._stopping.is_set)
            for service, database in self._databases.items()
        ]
        self._threads = [
            threading.Thread(target=_run, args=(relay,), name=f"relay-{relay.service}", daemon=True) for relay in self._relays
        ]

    def pulses(self) -> list[Pulse]:
        """That each of them turns."""
        return [relay.pulse for relay in self._relays]

    def checks(self) -> Checks:
        """Whether each reaches its database, and how many events wait there."""
        return {service: partial(outbox_length, database) for service, database in self._databases.items()}

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish its batch. What is left in an outbox stays there for the next start."""
        self._stopping.set()
        for database in self._databases.values():
            _wake(database)
        for thread in self._threads:
            thread.join(_STOP_SECONDS_MAX)
            if thread.is_alive():
                _log.error("%s did not end within %g s", thread.name, _STOP_SECONDS_MAX)
        for database in self._databases.values():
            database.close()


def _run(relay: Relay) -> None:
    SERVICE.set(relay.service)
    relay.run()


def _wake(database: Database) -> None:
    try:
        with database.session() as session, session.begin():
            session.execute(select(func.pg_notify(CHANNEL, "")))
    except SQLAlchemyError as error:
        # A relay that cannot be woken looks by itself before long, and one whose database is away is not asleep.
        _log.info("no relay to wake: %s", error)
