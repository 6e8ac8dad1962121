"""What our entrypoints and clients stand on inside a nameko container: one consuming connection, the publishers, the context."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import nameko.messaging
from amqp.exceptions import PreconditionFailed
from kombu import Connection, Message, Queue
from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider, SharedExtension

from services.kit.bus.calls import CONTEXT_HEADERS, HEADER_PREFIX
from services.kit.bus.green import green_connection
from services.kit.bus.links import LINK_ERRORS, PublisherPool, bound_waits
from services.kit.caller import CallContext, Caller
from services.kit.pulse import Pulse

_log = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 60
_RECONNECT_SECONDS_STEP = 0.2
_RECONNECT_SECONDS_MAX = 2.0
_SETUP_SECONDS = 5.0
"""How long the broker may take to answer one declaration. A quorum queue without a leader answers none, and forgets that it was
asked; asked again on a new connection, it answers once it has one."""

_LOOK_UP_SECONDS = 0.25
"""How often an idle consumer looks whether it shall stop."""
_TURN_SECONDS_MAX = 60.0
"""How long its loop may take to come round: a broker that hangs is given up before, by its heartbeat or by the bound on waits."""


class QueueMismatch(Exception):
    """A queue of that name exists with other arguments; an existing queue cannot be changed, only deleted when it is empty."""


class Stopping(Exception):
    """The container stops while the broker is away."""


class Provider(Protocol):
    """What consumes through :class:`QueueConsumer`.

    :ivar no_ack: whether the broker may forget a message as soon as it sent it.
    """

    queue: Queue
    no_ack: bool

    def declare(self, channel: Any) -> None:
        """Declare on the broker the queue, and what is needed beside it; called after every connect."""

    def receive(self, message: Message) -> None:
        """Take a message, undecoded. Must not block and must not raise."""


class QueueConsumer(nameko.messaging.QueueConsumer):
    """The container's one consuming connection.

    Beyond nameko's: messages are handed on undecoded; settling one never raises, however the connection ends; a broker that comes
    back is found within two seconds; the container can stop while the broker is away; a queue that exists with other arguments
    stops the container instead of being tried for ever; a connection that is never idle sends its heartbeats all the same.
    """

    _established: Connection

    def __init__(self) -> None:
        super().__init__()
        self.pulse = Pulse("consumer", _TURN_SECONDS_MAX)

    def run(self) -> None:
        try:
            super().run(safety_interval=_LOOK_UP_SECONDS)
        except Stopping:
            _log.info("%s: stopped while the broker was away", self.container.service_name)

    def unregister_provider(self, provider: Provider) -> None:
        if not self._consumers_ready.ready() and self._last_provider_unregistered.ready():
            return  # nameko says so once for all of them while it has not started, and fails the second time
        super().unregister_provider(provider)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        # Of each consumer that is begun on this channel from now on.
        channel.basic_qos(0, self.prefetch_count, False)
        for provider in self._providers:
            try:
                provider.declare(channel)
            except PreconditionFailed as error:
                raise QueueMismatch(str(error)) from error
            self._consumers[provider] = consumer_cls(
                queues=[provider.queue],
                on_message=provider.receive,
                # kombu would acknowledge, and so lose, what says it is compressed and is not.
                on_decode_error=partial(_take_as_it_is, provider),
                accept=self.accept,
                no_ack=provider.no_ack,
                auto_declare=False,  # it is declared
            )
        return self._consumers.values()

    @property
    def connection(self) -> Connection:
        return green_connection(self.amqp_uri, heartbeat=_HEARTBEAT_SECONDS)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error,
                interval_start=_RECONNECT_SECONDS_STEP,
                interval_step=_RECONNECT_SECONDS_STEP,
                interval_max=_RECONNECT_SECONDS_MAX,
                callback=self._stop_if_asked,
            )
            bound_waits(connection, _SETUP_SECONDS)
            self._established = connection
            yield connection

    def on_iteration(self) -> None:
        # kombu does so only when nothing has come for a moment. Whoever takes answers without one sends nothing else, either, and
        # the broker would take it for dead.
        self.pulse.beat()
        self._established.heartbeat_check()
        super().on_iteration()

    def on_connection_error(self, error: Exception, interval: float) -> None:
        self.pulse.beat()
        _log.warning("%s: no broker (%s); next try in %.1f s", self.container.service_name, error, interval)

    def ack_message(self, message: Message) -> None:
        self._settle(message, message.ack)

    def requeue_message(self, message: Message) -> None:
        self._settle(message, message.requeue)

    def _settle(self, message: Message, settle: Callable[[], None]) -> None:
        # Without its connection the message is the broker's again already, and comes back by itself.
        if message.channel.connection:
            try:
                settle()
            except LINK_ERRORS as error:
                _log.info("%s: a message could not be settled and will come again: %s", self.container.service_name, error)

    def _stop_if_asked(self) -> None:
        # Called while there is no connection: nobody else can tell those that wait to be removed.
        stopping = self.should_stop
        while self._pending_remove_providers:
            provider, removed = self._pending_remove_providers.popitem()
            self._consumers.pop(provider, None)
            removed.send()
            stopping = stopping or not self._consumers
        if stopping:
            raise Stopping


def _take_as_it_is(provider: Provider, message: Message, _: Exception) -> None:
    provider.receive(message)


class Publishers(SharedExtension):
    """The container's publishing connections for what must arrive, or be known not to: failed events."""

    confirmed: PublisherPool

    def setup(self) -> None:
        self.confirmed = PublisherPool(self.container.config["AMQP_URI"], confirms=True, size=self.container.max_workers)

    def stop(self) -> None:
        self.confirmed.close()


class CurrentContext(DependencyProvider):
    """Gives a service's methods the :class:`CallContext` they are called in; nobody's, where it did not come by the bus."""

    def get_dependency(self, worker_ctx: WorkerContext) -> CallContext:
        return CallContext.from_headers(worker_ctx.data, default=Caller())


def forwarded_headers(worker_ctx: WorkerContext, context: CallContext | None) -> dict[str, Any]:
    """The headers of a call that a worker makes: nameko's stack of calls, and the worker's own context if no other is given."""
    context_data = worker_ctx.context_data
    given = (
        {name: context_data[name] for name in CONTEXT_HEADERS if context_data.get(name)}
        if context is None
        else context.to_call_headers()
    )
    return {HEADER_PREFIX + name: value for name, value in {"call_id_stack": context_data["call_id_stack"], **given}.items()}


def in_thread(container: Any, identifier: str, function: Callable[..., None], *args: Any) -> None:
    """Run in a green thread of the container."""
    container.spawn_managed_thread(partial(function, *args), identifier=identifier)


class _OwnFailuresOnly(logging.Filter):
    """Our entrypoints log what fails in them, once and with the trace; nameko would log every refusal with a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        entrypoint = getattr(record.args[0], "entrypoint", None) if isinstance(record.args, tuple) and record.args else None
        return not ("error handling worker" in str(record.msg) and hasattr(entrypoint, "logs_failures"))


_OWN_FAILURES_ONLY = _OwnFailuresOnly()


def log_own_failures() -> None:
    """Keep nameko from logging what our entrypoints log. Called by their ``setup``; once is enough, more does no harm."""
    logging.getLogger("nameko.containers").addFilter(_OWN_FAILURES_ONLY)
