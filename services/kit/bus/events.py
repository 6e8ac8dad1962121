"""Events: ``@event_handler``, which loses none.

::

    @event_handler("customer", "customer_added")
    def remember_customer(self, event: Event) -> None: ...

nameko acknowledges a message whose handler raised, which loses it. Here a failed event is tried again after growing delays
(:attr:`Settings.event_retry_delays_seconds`) and then parked; see :mod:`services.kit.bus.retries`. A message that is no event is
parked at once. The handler's queue has nameko's name for a pool of equal instances.

A service that has to say what it could not do names a method for that::

    @event_handler("workflow", "process_archived", given_up="tell_effect_failed")
    def on_process_archived(self, event: Event) -> None: ...

    def tell_effect_failed(self, event: Event, error: Exception) -> None: ...

It is called in a worker of its own when nothing more will be tried: after the last try, before the event is parked; and at once
after a refusal that no time heals, which is then told and not parked. If it fails itself, that is logged and the event parked.
A message that was parked without a try (no event; one that killed its process again and again) is not told of.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import eventlet
import nameko.events
from kombu import Message
from nameko.containers import WorkerContext
from nameko.exceptions import ContainerBeingKilled

from services.kit.bus.calls import headers_to_context_data
from services.kit.bus.consumer import Publishers, QueueConsumer, in_thread, log_own_failures
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import PERSISTENT, PublishError
from services.kit.bus.retries import (
    RetryQueues,
    attempts_of,
    dead_letter_queue,
    event_queue_arguments,
    parking_headers,
    retry_headers,
    returns_exchange,
)
from services.kit.caller import CallContext, Caller
from services.kit.envelope import Event
from services.kit.errors import Refusal
from services.kit.inbox import AlreadyConsumed
from services.kit.settings import Settings
from services.kit.telemetry import EVENTS_PARKED, EVENTS_RETRIED
from services.kit.tracing import Kind, Span, span

_log = logging.getLogger(__name__)

_PUBLISH_SECONDS = 10.0
_PAUSE_SECONDS = 1.0

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class _OtherMethod:
    """What nameko runs a worker by: an entrypoint's name and what it may raise; of a method that is none."""

    method_name: str
    expected_exceptions: type[Exception] = AlreadyConsumed
    logs_failures: bool = True


class EventHandler(nameko.events.EventHandler):
    """The entrypoint behind :func:`event_handler`."""

    queue_consumer = QueueConsumer()
    publishers = Publishers()
    no_ack = False
    logs_failures = True

    retry_queues: RetryQueues

    def __init__(self, source_service: str, event_type: str, given_up: str | None = None) -> None:
        super().__init__(source_service, event_type, expected_exceptions=AlreadyConsumed)
        self.given_up = given_up

    def setup(self) -> None:
        log_own_failures()
        super().setup()
        if self.given_up is not None and not hasattr(self.container.service_cls, self.given_up):
            raise AttributeError(f"{self.container.service_name} has no method {self.given_up}")
        settings: Settings = self.container.config["L2C"]
        service, quorum = self.container.service_name, settings.quorum_queues
        self.queue.exchange.passive = settings.has_bus_users  # it is another service's
        self.queue.queue_arguments = event_queue_arguments(service, quorum=quorum)
        self.retry_queues = RetryQueues(service, settings.event_retry_delays_seconds, quorum=quorum)

    def declare(self, channel: Any) -> None:
        # Before the handler's queue, which may send there at once.
        self.retry_queues.declare(channel)
        self.retry_queues.declare_returning(self.queue, channel)

    def receive(self, message: Message) -> None:
        in_thread(self.container, f"event {self.queue.name}", self._handle, message)

    def _handle(self, message: Message) -> None:
        try:
            event = Event.from_wire(json.loads(message.body))
            sender = Caller.system(self.source_service)
            headers = headers_to_context_data(message.headers)
            # Who publishes without our headers may still trace, by the extension of CloudEvents.
            context = CallContext.from_headers({"trace": event.trace, **headers}, default=sender)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            _log.error("%s: a message that is no event is parked: %s: %s", self.queue.name, type(error).__name__, error)
            self._settle_failed(message, error, retry=False)
            return

        handled = self._begin_span(event, context)
        context = replace(context, trace=handled.trace)

        def handle_result(_: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
            is_done = exc_info is None or isinstance(exc_info[1], AlreadyConsumed)
            handled.end(None if is_done else exc_info[1])
            self._settle(message, event, context, exc_info)
            return result, exc_info

        context_data = {**context.to_headers(), "call_id_stack": headers.get("call_id_stack") or []}
        try:
            self.container.spawn_worker(self, (event,), {}, context_data=context_data, handle_result=handle_result)
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def _begin_span(self, event: Event, context: CallContext) -> Span:
        attributes = {
            "messaging.system": "rabbitmq",
            "messaging.operation.type": "process",
            "messaging.destination.name": self.queue.name,
            "messaging.message.id": str(event.id),
        }
        return span(self.container.service_name, f"process {event.type}", Kind.CONSUMER, context.trace, attributes)

    def _settle(self, message: Message, event: Event, context: CallContext, exc_info: Any) -> None:
        if exc_info is None:
            self.queue_consumer.ack_message(message)
        elif isinstance(exc_info[1], AlreadyConsumed):
            _log.debug("%s: %s", self.queue.name, exc_info[1])
            self.queue_consumer.ack_message(message)
        else:
            attempt = attempts_of(message.headers) + 1
            _log.error("%s: try %d of %s failed (trace %s)", self.queue.name, attempt, event.id, context.trace, exc_info=exc_info)
            self._settle_tried(message, event, context, exc_info[1])

    def _settle_tried(self, message: Message, event: Event, context: CallContext, error: Exception) -> None:
        is_last = _is_for_good(error) or self.retry_queues.delay_after(attempts_of(message.headers) + 1) is None
        if self.given_up is not None and is_last:
            # Not in the worker that failed: it keeps its place among the workers until this returns.
            told_of = (message, event, context, error, self.given_up)
            in_thread(self.container, f"giving up {self.queue.name}", self._give_up, *told_of)
        else:
            self._settle_failed(message, error, retry=True)

    def _give_up(self, message: Message, event: Event, context: CallContext, error: Exception, method: str) -> None:
        """Have it told that nothing more is tried, and only then settle the message."""

        def handle_result(_: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
            is_told = exc_info is None or isinstance(exc_info[1], AlreadyConsumed)
            if not is_told:
                _log.error("%s: that %s failed could not be told", self.queue.name, event.id, exc_info=exc_info)
            if is_told and _is_for_good(error):
                self.queue_consumer.ack_message(message)
            else:
                self._settle_failed(message, error, retry=False)
            return result, exc_info

        context_data = {**context.to_headers(), "call_id_stack": []}
        try:
            self.container.spawn_worker(
                _OtherMethod(method), (event, error), {}, context_data=context_data, handle_result=handle_result
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def _settle_failed(self, message: Message, error: BaseException, *, retry: bool) -> None:
        """Send the message on, to wait or to be parked, and only then acknowledge it."""
        attempts = attempts_of(message.headers) + 1
        delay = self.retry_queues.delay_after(attempts) if retry else None
        text = f"{type(error).__name__}: {error}"
        try:
            if delay is not None:
                EVENTS_RETRIED.labels(self.container.service_name, self.method_name).inc()
                headers = retry_headers(message.headers, attempts=attempts, error=text)
                self._publish(message, exchange=delay, routing_key=self.queue.name, headers=headers)
            else:
                self._park(message, attempts, text)
        except PublishError as failure:
            # It is still the broker's: it comes again, now or after the reconnect. The pause keeps a broker that takes no
            # messages (an alarm, a full disk) from being asked without end.
            _log.error("%s: a failed event could not be sent on and is requeued: %s", self.queue.name, failure)
            eventlet.sleep(_PAUSE_SECONDS)
            self.queue_consumer.requeue_message(message)
        else:
            self.queue_consumer.ack_message(message)

    def _park(self, message: Message, attempts: int, error: str) -> None:
        headers = parking_headers(
            message.headers,
            queue=self.queue.name,
            source=self.source_service,
            event_type=self.event_type,
            attempts=attempts,
            error=error,
        )
        service = self.container.service_name
        EVENTS_PARKED.labels(service, self.method_name).inc()
        queue = dead_letter_queue(service)
        _log.error("%s: parked in %s after %d tries: %s", self.queue.name, queue, attempts, error)
        self._publish(message, exchange=returns_exchange(service).name, routing_key=queue, headers=headers)

    def _publish(self, message: Message, *, exchange: str, routing_key: str, headers: dict[str, Any]) -> None:
        self.publishers.confirmed.publish(
            message.body,
            exchange=exchange,
            routing_key=routing_key,
            headers=headers,
            mandatory=True,
            delivery_mode=PERSISTENT,
            content_type=message.content_type or "application/octet-stream",
            content_encoding=message.content_encoding or "utf-8",
            message_id=message.properties.get("message_id"),
            deadline=Deadline(_PUBLISH_SECONDS),
        )


def _is_for_good(error: Exception) -> bool:
    """Whether it is a refusal that trying again would only repeat."""
    return isinstance(error, Refusal) and not error.passes_with_time


def event_handler(source_service: str, event_type: str, *, given_up: str | None = None) -> Callable[[Method], Method]:
    """Give a method every event of this type that a service says; it is called with an :class:`Event`.

    Its queue's name, ``evt-<source>-<type>--<service>.<method>``, is a contract: renaming the method leaves the old queue behind.

    :param given_up: the service's method that is told, with the event and the error, when nothing more will be tried; with it, a
        refusal that no time heals is not tried again.
    """
    decorate: Callable[[Method], Method] = EventHandler.decorator(source_service, event_type, given_up=given_up)
    return decorate
