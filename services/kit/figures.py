"""Figures: what databases and queues hold, as metrics. Looked up at most once a minute by a process, and only if somebody asks.

Every replica of a service tells the same of them, so that a sum over replicas says nothing: take the greatest (``max by``).

A service's own, of what the company does, are queries beside its tables::

    FIGURES = [Figure("l2c_customers", "Customers by tier", ("tier",), lambda: select(Customer.tier, count()).group_by(...))]
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from services.kit.bus.dead_letters import count_dead_letters
from services.kit.clock import utc_now
from services.kit.database import Database, database_of
from services.kit.settings import Settings
from services.kit.tables import jobs, outbox

_log = logging.getLogger(__name__)

_UNFINISHED: Final = ("queued", "running")


@dataclass(frozen=True)
class Figure:
    """A gauge that a query has the values of.

    :param labels: the names of its labels beside the service, of few values each.
    :param query: makes the query: rows of the labels' values and the figure.
    """

    name: str
    help: str
    labels: tuple[str, ...]
    query: Callable[[], Executable]


class Figures(Collector):
    """One service's, for its process's metrics.

    :param own: those beside the ones that every service has: its outbox, its jobs, its dead letters, its connections.
    """

    def __init__(self, service: str, settings: Settings, own: Sequence[Figure] = ()) -> None:
        self._service = service
        self._settings = settings
        self._own = own
        self._looking = threading.Lock()
        self._found: list[GaugeMetricFamily] = []
        self._looked_at: float | None = None
        self._is_whole = True

    def register(self, registry: CollectorRegistry = REGISTRY) -> None:
        registry.register(self)

    def unregister(self, registry: CollectorRegistry = REGISTRY) -> None:
        registry.unregister(self)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # or the registry would look them up when they are registered

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._looking:
            if self._looked_at is None or time.monotonic() - self._looked_at >= self._settings.figures_seconds:
                self._is_whole = True
                self._found = self._look()
                self._looked_at = time.monotonic()
        yield from self._found
        yield self._gauge("l2c_figures_failed", "Whether the service's figures could not be looked up", not self._is_whole)
        yield from self._connections()

    def _look(self) -> list[GaugeMetricFamily]:
        found: list[GaugeMetricFamily] = []
        for part in (self._of_database, self._of_bus):
            try:
                found += part()
            except Exception as error:  # a scrape tells what there is; that something is missing is a figure, too
                _log.warning("figures of %s: %s", self._service, error)
                self._is_whole = False
        return found

    def _of_database(self) -> list[GaugeMetricFamily]:
        # By a connection of its own: those of the pool may all be at work, and then these are wanted most.
        database = Database(self._settings.database_url_of(self._service), pool_size=1)
        try:
            with database.asking_session() as session:
                own = [self._family(figure, session) for figure in self._own]
                return [*self._outbox(session), *self._jobs(session), *own]
        finally:
            database.close()

    def _of_bus(self) -> list[GaugeMetricFamily]:
        parked = count_dead_letters(self._settings.amqp_url_of(self._service), self._service)
        return [self._gauge("l2c_dead_letters", "Events that failed too often and were parked", parked)]

    def _outbox(self, session: Session) -> list[GaugeMetricFamily]:
        waiting = outbox.c.published_at.is_(None)
        count = session.scalar(select(func.count()).select_from(outbox).where(waiting)) or 0
        oldest = session.scalar(select(outbox.c.id).where(waiting).order_by(outbox.c.position).limit(1))
        age = 0.0 if oldest is None else max(0.0, (utc_now() - made_at(oldest)).total_seconds())
        return [
            self._gauge("l2c_outbox_waiting", "Events not yet published", count),
            self._gauge("l2c_outbox_oldest_seconds", "Age of the oldest event not yet published", age),
        ]

    def _jobs(self, session: Session) -> list[GaugeMetricFamily]:
        rows = session.execute(select(jobs.c.state, func.count().label("many")).group_by(jobs.c.state))
        counts = {row.state: row.many for row in rows}
        by_state = self._empty("l2c_jobs", "Jobs by state", ("state",))
        for state in (*_UNFINISHED, "failed"):
            by_state.add_metric((self._service, state), counts.get(state, 0))
        oldest = session.scalar(select(func.min(jobs.c.created_at)).where(jobs.c.state == "queued"))
        age = 0.0 if oldest is None else max(0.0, (utc_now() - oldest).total_seconds())
        return [by_state, self._gauge("l2c_job_oldest_seconds", "Age of the oldest job that no worker has begun", age)]

    def _connections(self) -> Iterator[GaugeMetricFamily]:
        pool: Any = database_of(self._service, self._settings).engine.pool
        used = self._gauge("l2c_database_connections_used", "Connections of the service's pool at work", pool.checkedout())
        yield used
        yield self._gauge("l2c_database_connections_max", "Connections that the service's pool may open", pool.size())

    def _family(self, figure: Figure, session: Session) -> GaugeMetricFamily:
        family = self._empty(figure.name, figure.help, figure.labels)
        for *labels, value in session.execute(figure.query()):
            family.add_metric((self._service, *map(str, labels)), float(value or 0))
        return family

    def _gauge(self, name: str, documentation: str, value: float) -> GaugeMetricFamily:
        family = self._empty(name, documentation, ())
        family.add_metric((self._service,), float(value))
        return family

    def _empty(self, name: str, documentation: str, labels: tuple[str, ...]) -> GaugeMetricFamily:
        return GaugeMetricFamily(name, documentation, labels=("service", *labels))


def made_at(event_id: UUID) -> datetime:
    """When a UUIDv7 was made: on the clock's time, whatever time its event pretends."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)
