"""The broker behind ``l2c-memory://``: queues, their consumers, and what is due when."""

import copy
import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import virtual
from kombu.transport.virtual.exchange import STANDARD_EXCHANGE_TYPES

_MILLISECONDS = 1000


@dataclass(eq=False)
class StoredMessage:
    """One queue's own copy of a message.

    :param payload: as kombu's virtual transports have it: body, headers, properties.
    :param position: where it stands in its queue; earlier ones have lower numbers.
    :param expires_at: by the monotonic clock; ``None`` for never.
    """

    queue: str
    payload: dict[str, Any]
    exchange: str
    routing_key: str
    expires_at: float | None
    position: int
    redelivered: bool = False


@dataclass(eq=False)
class MemoryConsumer:
    """A client's standing wish for a queue's messages.

    :param prefetch: how many it may hold unacknowledged; 0 for any number.
    :param held: how many it does, those still on their way included.
    """

    tag: str
    queue: str
    callback: Callable[[Any], Any]
    no_ack: bool
    prefetch: int
    channel: Any
    inbox: "Inbox"
    held: int = 0

    @property
    def has_room(self) -> bool:
        return not self.prefetch or self.held < self.prefetch


@dataclass(eq=False)
class MemoryQueue:
    """A queue.

    :param owner: the connection that it goes with, if it is exclusive.
    """

    name: str
    arguments: dict[str, Any]
    auto_delete: bool
    owner: Any
    messages: deque[StoredMessage] = field(default_factory=deque)
    consumers: deque[MemoryConsumer] = field(default_factory=deque)
    unused_since: float = 0.0


class Inbox:
    """What was pushed to one connection and waits for it to look."""

    def __init__(self) -> None:
        self.deliveries: deque[tuple[StoredMessage, MemoryConsumer]] = deque()
        self._arrival = threading.Event()

    def push(self, stored: StoredMessage, consumer: MemoryConsumer) -> None:
        self.deliveries.append((stored, consumer))
        self._arrival.set()

    def next(self) -> tuple[StoredMessage, MemoryConsumer] | None:
        return self.deliveries.popleft() if self.deliveries else None

    def wait(self, seconds: float | None) -> None:
        """Until something arrives, or for so long."""
        self._arrival.wait(seconds)
        self._arrival.clear()

    def wake(self) -> None:
        self._arrival.set()

    def take_back(self, consumer: MemoryConsumer) -> list[StoredMessage]:
        """What a consumer has not looked at yet."""
        taken = [stored for stored, receiver in self.deliveries if receiver is consumer]
        self.deliveries = deque(delivery for delivery in self.deliveries if delivery[1] is not consumer)
        return taken


class MemoryBroker:
    """One virtual host. Its lock is held for moments, never over a callback or a wait."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.state = virtual.BrokerState()
        self.queues: dict[str, MemoryQueue] = {}
        self._inboxes: set[Inbox] = set()
        self._due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._routers = {name: kind(None) for name, kind in STANDARD_EXCHANGE_TYPES.items()}

    # Connections

    def open_inbox(self) -> Inbox:
        inbox = Inbox()
        with self.lock:
            self._inboxes.add(inbox)
        return inbox

    def close_inbox(self, inbox: Inbox, *, owner: Any) -> None:
        """Forget a connection; its exclusive queues go with it."""
        with self.lock:
            self._inboxes.discard(inbox)
            for queue in [queue for queue in self.queues.values() if queue.owner is owner]:
                self.delete(queue.name)

    # Queues

    def declare(self, name: str, arguments: dict[str, Any], auto_delete: bool, owner: Any) -> None:
        with self.lock:
            if name not in self.queues:
                self.queues[name] = MemoryQueue(name, arguments, auto_delete, owner)
            self._note_unused(self.queues[name])

    def delete(self, name: str) -> None:
        with self.lock:
            self.queues.pop(name, None)
            self.state.queue_bindings_delete(name)
            for exchange in self.state.exchanges.values():
                exchange["table"][:] = [binding for binding in exchange["table"] if binding[2] != name]

    def purge(self, name: str) -> int:
        with self.lock:
            queue = self.queues.get(name)
            if queue is None:
                return 0
            purged = len(queue.messages)
            queue.messages.clear()
            return purged

    # Messages

    def route(self, exchange: str, routing_key: str) -> set[str]:
        """The queues bound to an exchange for a routing key."""
        declared = self.state.exchanges[exchange]
        router = self._routers[declared["type"]]
        queues: set[str] = router.lookup(declared["table"], exchange, routing_key, None)
        return queues

    def put(self, name: str, message: dict[str, Any], exchange: str, routing_key: str) -> None:
        """Add a copy of a message to a queue's end."""
        with self.lock:
            queue = self.queues[name]
            payload = {
                **message,
                "headers": copy.deepcopy(message["headers"]),
                "properties": {key: value for key, value in message["properties"].items() if key != "delivery_info"},
            }
            expires_at = self._expires_at(queue, payload)
            queue.messages.append(StoredMessage(name, payload, exchange, routing_key, expires_at, next(self._order)))
            if expires_at is not None and "x-message-ttl" in queue.arguments:
                self._schedule(expires_at, name)
            self.pump(name)

    def take(self, name: str) -> StoredMessage:
        """A queue's first message.

        :raises Empty: if there is none.
        """
        with self.lock:
            queue = self.queues[name]
            self._expire_head(queue)
            if not queue.messages:
                raise Empty
            return queue.messages.popleft()

    def requeue(self, messages: list[StoredMessage]) -> None:
        """Back into their own queues, each where it stood."""
        with self.lock:
            for stored in messages:
                queue = self.queues.get(stored.queue)
                if queue is not None:
                    stored.redelivered = True
                    earlier = itertools.takewhile(lambda other: other.position < stored.position, queue.messages)  # noqa: B023
                    queue.messages.insert(sum(1 for _ in earlier), stored)
            for name in {stored.queue for stored in messages}:
                self.pump(name)

    def dead_letter(self, stored: StoredMessage) -> None:
        """Where its queue sends what expires or is rejected; nowhere, if the queue says nothing of it."""
        with self.lock:
            queue = self.queues.get(stored.queue)
            if queue is None or "x-dead-letter-exchange" not in queue.arguments:
                return
            exchange = queue.arguments["x-dead-letter-exchange"]
            routing_key = queue.arguments.get("x-dead-letter-routing-key", stored.routing_key)
            stored.payload["properties"].pop("expiration", None)
            if exchange and exchange not in self.state.exchanges:
                return
            targets = sorted(self.route(exchange, routing_key)) if exchange else [routing_key]
            for target in targets:
                if target in self.queues:
                    self.put(target, stored.payload, exchange, routing_key)

    # Consumers

    def consume(self, consumer: MemoryConsumer) -> None:
        with self.lock:
            self.queues[consumer.queue].consumers.append(consumer)
            self.pump(consumer.queue)

    def cancel(self, consumer: MemoryConsumer) -> None:
        """Stop pushing; what it has not looked at goes back, what it holds stays held."""
        with self.lock:
            queue = self.queues.get(consumer.queue)
            if queue is None or consumer not in queue.consumers:
                return
            queue.consumers.remove(consumer)
            taken_back = consumer.inbox.take_back(consumer)
            consumer.held -= len(taken_back)
            self.requeue(taken_back)
            if queue.auto_delete and not queue.consumers:
                self.delete(queue.name)
            else:
                self._note_unused(queue)

    def pump(self, name: str) -> None:
        """Push what waits to the consumers that have room, in turn."""
        with self.lock:
            queue = self.queues.get(name)
            if queue is None:
                return
            while queue.consumers and queue.messages:
                consumer = next((consumer for consumer in queue.consumers if consumer.has_room), None)
                if consumer is None:
                    return
                self._expire_head(queue)
                if not queue.messages:
                    return
                queue.consumers.remove(consumer)
                queue.consumers.append(consumer)
                if not consumer.no_ack:
                    consumer.held += 1
                consumer.inbox.push(queue.messages.popleft(), consumer)

    # Time

    def seconds_to_wait(self, most: float | None) -> float | None:
        """How long a connection may wait before something is due."""
        with self.lock:
            if not self._due:
                return most
            until = max(0.0, self._due[0][0] - monotonic())
            return until if most is None else min(most, until)

    def expire_due(self) -> None:
        """Do what is due."""
        if not self._due or self._due[0][0] > monotonic():
            return
        with self.lock:
            now = monotonic()
            while self._due and self._due[0][0] <= now:
                _, _, name = heapq.heappop(self._due)
                queue = self.queues.get(name)
                if queue is not None:
                    self._expire_head(queue)
                    self._expire_queue(queue, now)

    def _expire_head(self, queue: MemoryQueue) -> None:
        # As RabbitMQ does, a message expires at the head of its queue.
        now = monotonic()
        while queue.messages and queue.messages[0].expires_at is not None and queue.messages[0].expires_at <= now:
            self.dead_letter(queue.messages.popleft())

    def _expire_queue(self, queue: MemoryQueue, now: float) -> None:
        milliseconds = queue.arguments.get("x-expires")
        if milliseconds is not None and not queue.consumers and queue.unused_since + milliseconds / _MILLISECONDS <= now:
            self.delete(queue.name)

    def _note_unused(self, queue: MemoryQueue) -> None:
        milliseconds = queue.arguments.get("x-expires")
        if milliseconds is not None and not queue.consumers:
            queue.unused_since = monotonic()
            self._schedule(queue.unused_since + milliseconds / _MILLISECONDS, queue.name)

    def _schedule(self, instant: float, name: str) -> None:
        heapq.heappush(self._due, (instant, next(self._order), name))
        if self._due[0][0] == instant:
            for inbox in self._inboxes:
                inbox.wake()

    @staticmethod
    def _expires_at(queue: MemoryQueue, payload: dict[str, Any]) -> float | None:
        limits = [queue.arguments.get("x-message-ttl"), payload["properties"].get("expiration")]
        milliseconds = [int(limit) for limit in limits if limit is not None]
        return monotonic() + min(milliseconds) / _MILLISECONDS if milliseconds else None


_BROKERS: dict[str, MemoryBroker] = {}


def broker_of(virtual_host: str) -> MemoryBroker:
    """The process's broker of that name."""
    return _BROKERS.setdefault(virtual_host, MemoryBroker())
