"""The bus of the embedded mode: a kombu transport inside one process, ``l2c-memory://``.

kombu's own memory transport cannot carry nameko (spec/platform.md, "Known traps"). This one behaves as RabbitMQ does where the
bus depends on it: messages are pushed to consumers, whose prefetch counts per consumer; a put wakes the connection it is for, and
nothing polls; ``mandatory`` messages come back; every queue has its own copy; a requeued message returns to its place in its
own queue; queues honour ``x-message-ttl``, ``x-expires``, ``x-dead-letter-exchange`` and ``x-dead-letter-routing-key``, and take
any other argument for granted. Nothing survives the process.

Each virtual host (``l2c-memory:///name``) is a broker of its own. Time runs while a connection waits for messages: there is no
thread, whoever waits wakes when the next message expires.
"""

from itertools import count
from queue import Empty
from time import monotonic
from typing import Any

from amqp.exceptions import ChannelError, NotFound, PreconditionFailed
from kombu.transport import base, memory, virtual

from services.kit.bus.memory_broker import MemoryConsumer, StoredMessage, broker_of

_NO_ROUTE = 312
_BASIC_PUBLISH = (60, 40)


class MemoryMessage(virtual.Message):
    """As py-amqp gives it: content type and encoding are also properties."""

    def __init__(self, payload: dict[str, Any], channel: "Channel", stored: StoredMessage) -> None:
        super().__init__({**payload, "headers": dict(payload["headers"])}, channel=channel)
        self.stored = stored
        self.properties["content_type"] = payload["content-type"]
        self.properties["content_encoding"] = payload["content-encoding"]


class QoS(virtual.QoS):
    """What a channel holds unacknowledged, and the prefetch of the consumers it will start."""

    def __init__(self, channel: "Channel", prefetch_count: int = 0) -> None:
        # Not the parent's: that registers a finalizer of the interpreter for each channel ever opened.
        self.channel = channel
        self.prefetch_count = prefetch_count
        self.unacknowledged: dict[int, tuple[StoredMessage, MemoryConsumer | None]] = {}

    def ack(self, delivery_tag: int) -> None:
        broker = self.channel.broker
        with broker.lock:
            stored = self._settle(delivery_tag)
            if stored is not None:
                broker.pump(stored.queue)

    def reject(self, delivery_tag: int, requeue: bool = False) -> None:
        broker = self.channel.broker
        with broker.lock:
            stored = self._settle(delivery_tag)
            if stored is None:
                return
            if requeue:
                broker.requeue([stored])
            else:
                broker.dead_letter(stored)
                broker.pump(stored.queue)

    def restore_unacked(self) -> None:
        self.channel.broker.requeue([stored for tag in list(self.unacknowledged) if (stored := self._settle(tag))])

    def restore_unacked_once(self, stderr: Any = None) -> None:
        self.restore_unacked()

    def _settle(self, delivery_tag: int) -> StoredMessage | None:
        stored, consumer = self.unacknowledged.pop(delivery_tag, (None, None))
        if consumer is not None:
            consumer.held -= 1
        return stored


class Channel(memory.Channel):
    """A channel; every operation on the broker happens under its lock, which no I/O ever holds."""

    Message = MemoryMessage
    QoS = QoS
    body_encoding = None
    do_restore = True
    closed: bool

    def __init__(self, connection: "Transport", **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.broker = connection.broker
        self.consumers: dict[str, MemoryConsumer] = {}
        self.events: dict[str, set[Any]] = {"basic_return": set(), "basic_ack": set(), "basic_nack": set()}
        self._tags = count(1)
        self._published = count(1)
        self._confirming = False

    # Declaring

    def exchange_declare(
        self,
        exchange: str | None = None,
        type: str = "direct",  # noqa: A002  # kombu's name
        durable: bool = False,
        auto_delete: bool | None = False,
        arguments: Any = None,
        nowait: bool = False,
        passive: bool = False,
    ) -> None:
        with self.broker.lock:
            declared = self.state.exchanges.get(exchange)
            if declared is not None and declared["type"] != type and not passive:
                raise PreconditionFailed(f"PRECONDITION_FAILED - exchange {exchange!r} is of type {declared['type']}")
            if declared is None:
                super().exchange_declare(exchange, type, durable, bool(auto_delete), arguments, nowait, passive)

    def queue_declare(self, queue: str | None = None, passive: bool = False, **kwargs: Any) -> Any:
        if passive and not self._has_queue(queue or ""):
            raise NotFound(f"NOT_FOUND - no queue {queue!r}")
        return super().queue_declare(queue, passive, **kwargs)

    def _has_queue(self, queue: str, **kwargs: Any) -> bool:
        return queue in self.broker.queues

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        self.broker.expire_due()
        owner = self.connection if kwargs.get("exclusive") else None
        self.broker.declare(queue, kwargs.get("arguments") or {}, bool(kwargs.get("auto_delete")), owner)

    def _size(self, queue: str) -> int:
        self.broker.expire_due()
        found = self.broker.queues.get(queue)
        return 0 if found is None else len(found.messages)

    def _purge(self, queue: str) -> int:
        return self.broker.purge(queue)

    def queue_bind(
        self, queue: str, exchange: str | None = None, routing_key: str = "", arguments: Any = None, **kwargs: Any
    ) -> None:
        with self.broker.lock:
            if exchange not in self.state.exchanges:
                raise NotFound(f"NOT_FOUND - no exchange {exchange!r}")
            super().queue_bind(queue, exchange, routing_key, arguments, **kwargs)

    def queue_delete(self, queue: str, if_unused: bool = False, if_empty: bool = False, **kwargs: Any) -> None:
        with self.broker.lock:
            found = self.broker.queues.get(queue)
            if found is None or (if_empty and found.messages) or (if_unused and found.consumers):
                return
            self.broker.delete(queue)

    # Publishing

    def confirm_select(self, nowait: bool = False) -> None:
        self._confirming = True

    def basic_publish(
        self, message: dict[str, Any], exchange: str = "", routing_key: str = "", mandatory: bool = False, **kwargs: Any
    ) -> None:
        """Put a copy into every queue the exchange routes to.

        :raises ChannelError: ``NO_ROUTE`` for a mandatory message without any, unless somebody listens for returns.
        :raises NotFound: if there is no such exchange.
        """
        self.broker.expire_due()
        with self.broker.lock:
            if exchange and exchange not in self.state.exchanges:
                raise NotFound(f"NOT_FOUND - no exchange {exchange!r}")
            queues = self.routed(exchange, routing_key)
            for queue in queues:
                self.broker.put(queue, message, exchange, routing_key)
        if mandatory and not queues:
            self._return(message, exchange, routing_key)
        if self._confirming:
            tag = next(self._published)
            for confirmed in self.events["basic_ack"]:
                confirmed(tag, False)

    def routed(self, exchange: str, routing_key: str) -> list[str]:
        """The queues that a message goes to."""
        if not exchange:
            return [routing_key] if routing_key in self.broker.queues else []
        return sorted(self.broker.route(exchange, routing_key))

    def _return(self, message: dict[str, Any], exchange: str, routing_key: str) -> None:
        error = ChannelError("NO_ROUTE", _BASIC_PUBLISH, "Basic.publish", _NO_ROUTE)
        if not self.events["basic_return"]:
            raise error
        for returned in self.events["basic_return"]:
            returned(error, exchange, routing_key, message)

    # Consuming

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: str, **kwargs: Any) -> str:
        with self.broker.lock:
            if queue not in self.broker.queues:
                raise NotFound(f"NOT_FOUND - no queue {queue!r}")
            prefetch = 0 if no_ack else self.qos.prefetch_count
            consumer = MemoryConsumer(consumer_tag, queue, callback, no_ack, prefetch, self, self.connection.inbox)
            self.consumers[consumer_tag] = consumer
            self.broker.consume(consumer)
        return consumer_tag

    def basic_cancel(self, consumer_tag: str) -> None:
        with self.broker.lock:
            consumer = self.consumers.pop(consumer_tag, None)
            if consumer is not None:
                self.broker.cancel(consumer)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> MemoryMessage | None:
        with self.broker.lock:
            if queue not in self.broker.queues:
                raise NotFound(f"NOT_FOUND - no queue {queue!r}")
            self.broker.expire_due()
            try:
                stored = self.broker.take(queue)
            except Empty:
                return None
            return self.receive(stored, None, no_ack=no_ack)

    def receive(self, stored: StoredMessage, consumer: MemoryConsumer | None, *, no_ack: bool) -> MemoryMessage:
        """A stored message as the client sees it, from now on unacknowledged."""
        delivery_tag = next(self._tags)
        if not no_ack:
            self.qos.unacknowledged[delivery_tag] = (stored, consumer)
        delivery_info = {
            "exchange": stored.exchange,
            "routing_key": stored.routing_key,
            "redelivered": stored.redelivered,
            "delivery_tag": delivery_tag,
            "consumer_tag": consumer.tag if consumer else None,
        }
        payload = stored.payload
        properties = {**payload["properties"], "delivery_tag": delivery_tag, "delivery_info": delivery_info}
        return MemoryMessage({**payload, "properties": properties}, self, stored)

    def message_to_python(self, raw_message: MemoryMessage) -> MemoryMessage:
        return raw_message

    def close(self) -> None:
        with self.broker.lock:
            if self.closed:
                return
            self.closed = True
            for tag in list(self.consumers):
                self.basic_cancel(tag)
            self.qos.restore_unacked()
            self.connection.close_channel(self)


class Transport(memory.Transport):
    """One connection to the broker of its virtual host."""

    Channel = Channel
    driver_type = "l2c-memory"
    driver_name = "l2c-memory"
    implements = base.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset({"direct", "topic", "fanout"}), heartbeats=False
    )

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.broker = broker_of(client.virtual_host or "/")
        self.state = self.broker.state

    def establish_connection(self) -> "Transport":
        self.inbox = self.broker.open_inbox()
        super().establish_connection()
        return self

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return {}

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Hand the next message to its consumer.

        :raises TimeoutError: if none came within so many seconds.
        """
        end = None if timeout is None else monotonic() + timeout
        while True:
            self.broker.expire_due()
            delivery = self.inbox.next()
            if delivery is not None:
                stored, consumer = delivery
                with self.broker.lock:
                    message = consumer.channel.receive(stored, consumer, no_ack=consumer.no_ack)
                consumer.callback(message)
                return
            remaining = None if end is None else end - monotonic()
            if remaining is not None and remaining <= 0:
                raise TimeoutError
            self.inbox.wait(self.broker.seconds_to_wait(remaining))

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        self.broker.close_inbox(self.inbox, owner=self)
