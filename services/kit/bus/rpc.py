"""RPC between services: ``@rpc`` on the one side, ``ServiceClient`` on the other.

::

    class BillingService:
        name = "billing"
        customers = ServiceClient("customer")

        @rpc
        def show_bill(self, bill_id: str) -> dict[str, Any]:
            customer = self.customers.show_customer(customer_id=...)

Every call has a deadline, which is never later than that of the call it is made in. What keeps it from answering, whatever it
is, is ``Unavailable("service_unavailable")``, at once where the service left others without an answer (``breaker``); a refusal
crosses as itself; any other failure is a :class:`RemoteFault`. A request whose caller gave up is not executed. Requests and
replies are transient. A method whose database is away is as good as a service that is away: nobody knows whether it acted, and it
may be called again.
"""

import logging
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import nameko.rpc
from eventlet.semaphore import Semaphore
from kombu import Message
from kombu.exceptions import DecodeError
from nameko.containers import WorkerContext
from nameko.exceptions import ContainerBeingKilled, MalformedRequest, MethodNotFound

from services.kit.bus.calls import (
    HEADER_PREFIX,
    RPC_EXCHANGE_NAME,
    RemoteFault,
    as_refusal,
    deadline_header,
    decode,
    encode_answer,
    encode_request,
    headers_to_context_data,
    seconds_left,
    unavailable,
)
from services.kit.bus.consumer import (
    CurrentContext,
    QueueConsumer,
    forwarded_headers,
    in_thread,
    log_own_failures,
)
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import PublishError
from services.kit.bus.replies import Reply, ReplyListener
from services.kit.bus.transient import TransientPublisher
from services.kit.caller import CallContext, Caller
from services.kit.database import DATABASE_AWAY
from services.kit.tracing import Kind, Span, span

__all__ = ["CurrentContext", "RemoteFault", "Reply", "Rpc", "ServiceClient", "rpc"]

_log = logging.getLogger(__name__)

_REPLY_SECONDS_MAX = 10.0
"""How long a reply is tried to be sent to a caller who did not say how long it waits."""

_TRACE_HEADER = f"{HEADER_PREFIX}trace"
_RPC = {"rpc.system": "nameko"}

Method = TypeVar("Method", bound=Callable[..., Any])


class RpcConsumer(nameko.rpc.RpcConsumer):
    """Takes a service's requests, finds their methods, and sends the replies."""

    queue_consumer = QueueConsumer()
    no_ack = False

    def __init__(self) -> None:
        super().__init__()
        self._by_routing_key: dict[str, Rpc] = {}

    def setup(self) -> None:
        super().setup()
        self.queue.exchange.passive = self.container.config[
            "L2C"
        ].has_bus_users  # it is nobody's then, and was made with the users
        # One that is lost has its caller's deadline.
        self._replies = TransientPublisher(self.container.config["AMQP_URI"], RPC_EXCHANGE_NAME)

    def stop(self) -> None:
        super().stop()
        self._replies.close()

    def kill(self) -> None:
        super().kill()
        self._replies.close()

    def register_provider(self, provider: "Rpc") -> None:
        super().register_provider(provider)
        self._by_routing_key[f"{self.container.service_name}.{provider.method_name}"] = provider

    def get_provider_for_method(self, routing_key: str) -> "Rpc":
        try:
            return self._by_routing_key[routing_key]
        except KeyError:
            raise MethodNotFound(routing_key.rpartition(".")[2]) from None

    def declare(self, channel: Any) -> None:
        self.queue(channel).declare()

    def receive(self, message: Message) -> None:
        in_thread(self.container, f"rpc {message.delivery_info['routing_key']}", self._handle, message)

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Answer, then acknowledge. A reply that cannot be sent is logged and dropped: its caller has a deadline."""
        error = exc_info[1] if exc_info is not None else None
        if isinstance(error, DATABASE_AWAY):
            error = unavailable(self.container.service_name)
        body, carried = encode_answer(result, error)
        if carried is not error:
            result, exc_info = None, (type(carried), carried, None)
            _log.error("the result of %s is not JSON-able: %s", message.delivery_info["routing_key"], carried)
        self._reply(message, body)
        self.queue_consumer.ack_message(message)
        return result, exc_info

    def _handle(self, message: Message) -> None:
        try:
            body = decode(message.body)
        except (DecodeError, ValueError) as error:
            self.handle_result(message, None, (MalformedRequest, MalformedRequest(str(error)), None))
        else:
            self.handle_message(body, message)

    def _reply(self, message: Message, body: str) -> None:
        reply_to = message.properties.get("reply_to")
        if not reply_to:
            return
        left = _seconds_left(message)
        deadline = Deadline(_REPLY_SECONDS_MAX if left is None else max(0.0, left))
        try:
            self._replies.publish(
                body,
                routing_key=reply_to,
                headers={},
                mandatory=False,
                correlation_id=message.properties.get("correlation_id"),
                deadline=deadline,
            )
        except PublishError as error:
            _log.error("the reply of %s was dropped: %s", message.delivery_info["routing_key"], error)


class Rpc(nameko.rpc.Rpc):
    """The entrypoint behind :func:`rpc`."""

    rpc_consumer = RpcConsumer()
    logs_failures = True

    def setup(self) -> None:
        log_own_failures()
        super().setup()

    def handle_message(self, body: Any, message: Message) -> None:
        """Start a worker for the request, when there is room for one.

        :raises MalformedRequest, IncorrectSignature: which the consumer answers with.
        """
        if not isinstance(body, dict) or not {"args", "kwargs"} <= body.keys():
            raise MalformedRequest("a request has args and kwargs")
        self.check_signature(body["args"], body["kwargs"])
        context_data = headers_to_context_data(message.headers)
        try:
            # A call without claims is nobody's and sees nothing.
            context_data |= CallContext.from_headers(context_data, default=Caller()).to_call_headers()
            left = seconds_left(context_data)
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedRequest(f"headers: {type(error).__name__}: {error}") from error

        _wait_for_room(self.container)
        if left is not None and (seconds_left(context_data) or 0.0) <= 0.0:
            _log.warning("%s was not executed: its caller gave up (are the clocks in step?)", self._name)
            self.rpc_consumer.queue_consumer.ack_message(message)
            return

        served = span(self.container.service_name, self._name, Kind.SERVER, context_data["trace"], _RPC)
        context_data["trace"] = served.trace

        def handle_result(worker_ctx: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
            served.end(exc_info and (as_refusal(exc_info[1]) or exc_info[1]))
            return self.handle_result(message, worker_ctx, result, exc_info)

        try:
            self.container.spawn_worker(
                self, body["args"], body["kwargs"], context_data=context_data, handle_result=handle_result
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)

    def handle_result(self, message: Message, worker_ctx: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            self._log_failure(worker_ctx, exc_info)
        return super().handle_result(message, worker_ctx, result, exc_info)  # type: ignore[no-any-return]

    @property
    def _name(self) -> str:
        return f"{self.container.service_name}.{self.method_name}"

    def _log_failure(self, worker_ctx: WorkerContext, exc_info: Any) -> None:
        trace = worker_ctx.data.get("trace", "")
        refusal = as_refusal(exc_info[1])
        if isinstance(exc_info[1], DATABASE_AWAY):
            _log.warning("%s could not be done, the database is away: %s (trace %s)", self._name, exc_info[1], trace)
        elif refusal is not None:
            _log.info("%s refused: %s (trace %s)", self._name, refusal, trace)
        else:
            _log.error("%s failed (trace %s)", self._name, trace, exc_info=exc_info)


def rpc(method: Method) -> Method:
    """Make a service's method callable as ``<service>.<method>``. Arguments and result are JSON."""
    decorated: Method = Rpc.decorator(method)
    return decorated


def _seconds_left(message: Message) -> float | None:
    try:
        return seconds_left(headers_to_context_data(message.headers))
    except (TypeError, ValueError):
        return None  # the request is being refused for this very header


def _wait_for_room(container: Any) -> None:
    # nameko's pool waits inside spawn_worker; only out here can a request grow stale while it waits and be noticed.
    room: Semaphore = container._worker_pool.sem  # noqa: SLF001  # nameko 2.14.1 is pinned
    room.acquire()
    room.release()


class ServiceClient(nameko.rpc.RpcProxy):
    """Calls another service: ``self.billing.show_bill(bill_id=…)``, on behalf of the present caller.

    :param target_service: its name.
    :param timeout_seconds: the deadline of each call; :attr:`Settings.rpc_timeout_seconds` if not given.
    """

    rpc_reply_listener = ReplyListener()

    def __init__(self, target_service: str, *, timeout_seconds: float | None = None) -> None:
        super().__init__(target_service)
        self.timeout_seconds = timeout_seconds

    def get_dependency(self, worker_ctx: WorkerContext) -> "ServiceCalls":
        timeout_seconds = self.timeout_seconds
        if timeout_seconds is None:
            timeout_seconds = self.container.config["L2C"].rpc_timeout_seconds
        return ServiceCalls(worker_ctx, self.target_service, self.rpc_reply_listener, timeout_seconds)


class ServiceCalls:
    """A service, its methods as attributes."""

    def __init__(
        self,
        worker_ctx: WorkerContext,
        service: str,
        listener: ReplyListener,
        timeout_seconds: float,
        context: CallContext | None = None,
    ) -> None:
        self._worker_ctx = worker_ctx
        self._service = service
        self._listener = listener
        self._timeout_seconds = timeout_seconds
        self._context = context

    @property
    def service(self) -> str:
        """Its name. (No service may have a call of this name.)"""
        return self._service

    def acting_as(self, context: CallContext) -> "ServiceCalls":
        """The same service, called in another context than the worker's own."""
        return ServiceCalls(self._worker_ctx, self._service, self._listener, self._timeout_seconds, context)

    def __getattr__(self, method: str) -> "MethodCall":
        if method.startswith("_"):
            raise AttributeError(method)
        return MethodCall(self, method)

    def start(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Reply:
        """Send a request.

        :raises Unavailable: if the service does not answer these days, or the broker is away.
        """
        breaker = self._listener.breaker_of(self._service)
        if not breaker.admits():
            raise unavailable(self._service)
        deadline = Deadline(self._seconds())
        correlation_id = str(uuid.uuid4())
        body = encode_request(args, kwargs)
        if deadline.passed:
            raise unavailable(self._service)
        headers = forwarded_headers(self._worker_ctx, self._context) | deadline_header(deadline)
        reply = Reply(self._service, method, deadline, breaker, self._calling(method, headers))
        self._listener.expect(correlation_id, reply)
        try:
            self._listener.requests.publish(
                body,
                routing_key=f"{self._service}.{method}",
                mandatory=True,
                headers=headers,
                expiration=str(int(1000 * deadline.remaining)),
                reply_to=self._listener.routing_key,
                correlation_id=correlation_id,
                deadline=deadline,
            )
        except PublishError as error:
            _log.warning("%s.%s could not be called: %s", self._service, method, error)
            reply.give_up(error)
            raise unavailable(self._service) from error
        return reply

    def _calling(self, method: str, headers: dict[str, Any]) -> Span:
        """The call's span, which takes the place of its parent in the headers."""
        parent = headers.get(_TRACE_HEADER)
        calling = span(self._worker_ctx.service_name, f"{self._service}.{method}", Kind.CLIENT, parent, _RPC)
        headers[_TRACE_HEADER] = calling.trace
        return calling

    def _seconds(self) -> float:
        left = seconds_left(self._worker_ctx.data)
        return self._timeout_seconds if left is None else max(0.0, min(self._timeout_seconds, left))


class MethodCall:
    """One method of a service."""

    def __init__(self, calls: ServiceCalls, method: str) -> None:
        self._calls = calls
        self._method = method

    @property
    def service(self) -> str:
        """Whose it is."""
        return self._calls.service

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and wait.

        :raises Refusal: the method's own, or ``Unavailable`` if no answer came in time.
        :raises RemoteFault: if the method failed otherwise.
        """
        return self._calls.start(self._method, args, kwargs).result()

    def call_async(self, *args: Any, **kwargs: Any) -> Reply:
        """Call; the answer is waited for by :meth:`Reply.result`."""
        return self._calls.start(self._method, args, kwargs)
