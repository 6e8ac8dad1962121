"""The publisher of events, as the outbox relay uses it. Imports no nameko."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from kombu import Exchange

from services.kit.bus.calls import context_headers
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import LINK_ERRORS, PERSISTENT, Link, LinkPool, PublishError, Unconfirmed
from services.kit.caller import CallContext
from services.kit.envelope import Event
from services.kit.tracing import Kind, Span, is_tracing, span


@contextmanager
def _traced(batch: Sequence[tuple[Event, CallContext]]) -> Iterator[Sequence[tuple[Event, CallContext]]]:
    """The same, each event's context a span of its own below the one it had, where spans are told."""
    if not is_tracing():
        yield batch
        return
    with ExitStack() as spans:
        yield [(event, replace(context, trace=spans.enter_context(_span(event, context)).trace)) for event, context in batch]


def _span(event: Event, context: CallContext) -> Span:
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.type": "send",
        "messaging.destination.name": events_exchange(event.source).name,
        "messaging.message.id": str(event.id),
    }
    return span(event.source, f"publish {event.type}", Kind.PRODUCER, context.trace, attributes)


def events_exchange(source: str, *, only_found: bool = False) -> Exchange:
    """Where a service's events leave: nameko's own exchange, so that its handlers and any AMQP client can listen.

    :param only_found: whether declaring it makes sure that it is there instead of making it, which who listens may not do.
    """
    return Exchange(f"{source}.events", type="topic", durable=True, passive=only_found)


class _BatchLink(Link):
    """A link whose confirms are counted, not waited for one by one."""

    def __init__(self, amqp_url: str, deadline: Deadline) -> None:
        super().__init__(amqp_url, confirms=False, deadline=deadline)
        try:
            self.channel.confirm_select()
            self.channel.events["basic_ack"].add(self._on_ack)
            self.channel.events["basic_nack"].add(self._on_nack)
        except BaseException:
            self.discard()
            raise
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._refused = 0

    def publish_batch(self, batch: Sequence[tuple[Event, CallContext]], deadline: Deadline) -> None:
        """
        :raises OSError, AMQPError, KombuError: if not all were confirmed in time.
        """
        self._refused = 0
        for event, context in batch:
            # Noted before it is sent: with the memory transport the confirm comes inside the call.
            self._sent += 1
            self._unconfirmed.add(self._sent)
            self.publish(
                json.dumps(event.to_wire(), ensure_ascii=False),
                exchange=events_exchange(event.source).name,
                routing_key=event.type,
                headers=context_headers(context),
                delivery_mode=PERSISTENT,
                message_id=str(event.id),
                deadline=deadline,
            )
        while self._unconfirmed:
            if deadline.passed:
                raise TimeoutError(f"{len(self._unconfirmed)} events were not confirmed in time")
            self.connection.drain_events(timeout=deadline.remaining)
        if self._refused:
            raise Unconfirmed(f"the broker refused {self._refused} events")

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        self._confirm(delivery_tag, multiple)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused += self._confirm(delivery_tag, multiple)

    def _confirm(self, delivery_tag: int, multiple: bool) -> int:
        confirmed = {tag for tag in self._unconfirmed if tag <= delivery_tag} if multiple else {delivery_tag} & self._unconfirmed
        self._unconfirmed -= confirmed
        return len(confirmed)


class EventPublisher:
    """Publishes events, each batch confirmed as a whole. Reconnects by itself at the next call after an error.

    For one relay: calls at the same time wait for each other.

    :param timeout_seconds: how long a batch may take, connecting included.
    """

    def __init__(self, amqp_url: str, *, timeout_seconds: float = 10.0) -> None:
        self._timeout_seconds = timeout_seconds
        self._links: LinkPool[_BatchLink] = LinkPool(lambda deadline: _BatchLink(amqp_url, deadline), size=1)

    def declare(self, source: str) -> None:
        """Declare a service's exchange; publishing to one that is missing fails.

        :raises PublishError: if the broker is away.
        """
        self._use(lambda link, _: events_exchange(source)(link.channel).declare())

    def publish(self, batch: Sequence[tuple[Event, CallContext]]) -> None:
        """Publish, persistent, in this order, to ``<source>.events`` with the event's type as routing key.

        :raises PublishError: if any was not confirmed; some or all may have arrived.
        """
        if batch:
            with _traced(batch) as traced:
                self._use(lambda link, deadline: link.publish_batch(traced, deadline))

    def close(self) -> None:
        self._links.close()

    def _use(self, action: Any) -> None:
        deadline = Deadline(self._timeout_seconds)
        try:
            with self._links.link(deadline) as link:
                action(link, deadline)
        except PublishError:
            raise
        except LINK_ERRORS as error:
            raise Unconfirmed(f"{type(error).__name__}: {error}") from error
