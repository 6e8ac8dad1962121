"""Who listens to what: read from the services' classes, so that nothing published is lost for want of a queue.

Imported in green processes only, as the classes are nameko's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import getmembers, isfunction
from typing import Any

from kombu import Queue
from nameko.events import SERVICE_POOL, EventHandler
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deploy.catalogue import CONTAINERS, service_class
from services.kit.bus.links import broker_connection, open_channel
from services.kit.bus.publisher import EventPublisher, events_exchange
from services.kit.bus.retries import RetryQueues, event_queue_arguments
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.settings import Settings
from services.kit.tables import inbox, outbox

_BATCH_SIZE = 500
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 5.0
"""How long the broker may take to answer one declaration. A quorum queue without a leader, as after a restart, answers none, and
forgets that it was asked; asked again on a new connection, it answers once it has one."""


@dataclass(frozen=True)
class Subscription:
    """One handler of one type of event.

    :param consumer: the service that listens.
    :param method: its handler; what its inbox knows it by.
    """

    source: str
    type: str
    consumer: str
    method: str

    @property
    def queue_name(self) -> str:
        """As nameko names a pool's queue."""
        return f"evt-{self.source}-{self.type}--{self.consumer}.{self.method}"


@cache
def subscriptions() -> tuple[Subscription, ...]:
    """Every durable subscription there is; broadcasts, which keep no inbox, are none."""
    return tuple(found for service in CONTAINERS for found in _of_class(service, service_class(service)))


def _of_class(service: str, cls: Any) -> Iterator[Subscription]:
    for method, function in getmembers(cls, isfunction):
        for entrypoint in getattr(function, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, EventHandler) and entrypoint.handler_type is SERVICE_POOL:
                yield Subscription(entrypoint.source_service, entrypoint.event_type, service, method)


class SubscribedPublisher(EventPublisher):
    """Declares with a source's exchange the queues of everyone who listens, or makes sure that they are there.

    Without, what a relay publishes before a listener's very first start would reach nobody. A broker that does not answer in time
    counts as away.
    """

    def __init__(self, settings: Settings, service: str) -> None:
        self._amqp_url = settings.amqp_url_of(service)
        super().__init__(self._amqp_url)
        self._settings = settings

    def declare(self, source: str) -> None:
        super().declare(source)
        connecting = broker_connection(self._amqp_url, connect_timeout=_CONNECT_SECONDS)
        with connecting as connection, open_channel(connection, _ANSWER_SECONDS) as channel:
            for subscription in subscriptions():
                if subscription.source == source:
                    self._declare(subscription, channel)

    def _declare(self, subscription: Subscription, channel: Any) -> None:
        if self._settings.has_bus_users:
            # Nobody may make another's queue. What is published waits until it is there: made with the users, or by its service.
            channel.queue_declare(subscription.queue_name, passive=True)
            return
        quorum = self._settings.quorum_queues
        RetryQueues(subscription.consumer, self._settings.event_retry_delays_seconds, quorum=quorum).declare(channel)
        Queue(
            subscription.queue_name,
            exchange=events_exchange(subscription.source),
            routing_key=subscription.type,
            durable=True,
            queue_arguments=event_queue_arguments(subscription.consumer, quorum=quorum),
        )(channel).declare()


class LostEvents:
    """Finds and publishes again what a bus that died with its process had not yet brought to its consumers.

    :param sessions: opens a session on a service's database.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._databases = {service: Database(settings.database_url_of(service), pool_size=1) for service in CONTAINERS}

    def publish(self) -> int:
        """Publish every event again that was published before and that one of its consumers' inboxes lacks.

        The inboxes of the others drop it; a handler that has no use for an event, and so kept no note of it, sees it again and
        has no use for it again.

        :returns: how many events.
        """
        return self._of_every_source(self._publish)

    def mark(self) -> int:
        """Mark the same events as not yet published, for the relays to take once they run.

        :returns: how many events.
        """
        return self._of_every_source(self._mark)

    def _of_every_source(self, treat: Callable[[str, Sequence[Any]], None]) -> int:
        wanted: dict[str, list[Subscription]] = {}
        for subscription in subscriptions():
            wanted.setdefault(subscription.source, []).append(subscription)
        count = 0
        try:
            for source in wanted.keys() & set(CONTAINERS):
                lost = sorted(set().union(*(self._lacking(listener) for listener in wanted[source])))
                treat(source, [event_id for _, event_id in lost])
                count += len(lost)
        finally:
            for database in self._databases.values():
                database.close()
        return count

    def _publish(self, source: str, ids: Sequence[Any]) -> None:
        publisher = EventPublisher(self._settings.amqp_url_of(source))
        publisher.declare(source)
        for start in range(0, len(ids), _BATCH_SIZE):
            publisher.publish(self._read(source, ids[start : start + _BATCH_SIZE]))

    def _mark(self, source: str, ids: Sequence[Any]) -> None:
        with self._databases[source].session() as session, session.begin():
            for start in range(0, len(ids), _BATCH_SIZE):
                some = outbox.c.id.in_(ids[start : start + _BATCH_SIZE])
                session.execute(update(outbox).where(some).values(published_at=None))

    def _lacking(self, listener: Subscription) -> set[tuple[int, Any]]:
        with self._databases[listener.source].session() as session:
            published = session.execute(
                select(outbox.c.position, outbox.c.id).where(outbox.c.type == listener.type, outbox.c.published_at.is_not(None))
            )
            positions = {row.id: row.position for row in published}
        with self._databases[listener.consumer].session() as session:
            handled = session.scalars(select(inbox.c.event_id).where(inbox.c.consumer == listener.method))
            for event_id in handled:
                positions.pop(event_id, None)
        return {(position, event_id) for event_id, position in positions.items()}

    def _read(self, source: str, ids: Sequence[Any]) -> list[tuple[Event, CallContext]]:
        with self._databases[source].session() as session:
            return _events(session, source, ids)


def _events(session: Session, source: str, ids: Sequence[Any]) -> list[tuple[Event, CallContext]]:
    rows = session.execute(
        select(outbox.c.envelope, outbox.c.headers).where(outbox.c.id.in_(ids)).order_by(outbox.c.position)
    ).all()
    sender = Caller.system(source)
    return [(Event.from_wire(row.envelope), CallContext.from_headers(row.headers, default=sender)) for row in rows]
