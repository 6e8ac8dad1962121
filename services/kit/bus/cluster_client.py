"""Calls from outside a container: programs, Celery tasks, tests. Imports neither nameko nor eventlet."""

import uuid
from typing import Any

from kombu import Consumer, Message, Queue

from services.kit.bus.calls import (
    RPC_EXCHANGE_NAME,
    context_headers,
    deadline_header,
    decode,
    encode_request,
    read_answer,
    rpc_exchange,
    unavailable,
)
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import LINK_ERRORS, TRANSIENT, Link, LinkPool
from services.kit.caller import CallContext

_CALLS_AT_ONCE = 32


class _Line(Link):
    """A link with a queue of its own for replies, which goes when the link does."""

    def __init__(self, amqp_url: str, deadline: Deadline) -> None:
        super().__init__(amqp_url, confirms=True, deadline=deadline)
        try:
            self._reply_to = str(uuid.uuid4())
            self._answers: dict[str, Any] = {}
            queue = Queue(
                f"rpc.reply-client-{self._reply_to}",
                exchange=rpc_exchange(),
                routing_key=self._reply_to,
                durable=False,
                exclusive=True,
                auto_delete=True,
            )
            Consumer(self.channel, queues=[queue], on_message=self._on_reply, no_ack=True).consume()
        except BaseException:
            self.discard()
            raise

    def ask(self, service: str, method: str, body: str, headers: dict[str, Any], deadline: Deadline) -> Any:
        """Send a request and wait for its answer.

        :raises Unroutable: if there is no such service.
        :raises OSError, AMQPError, KombuError: if the connection failed or the deadline passed.
        """
        correlation_id = str(uuid.uuid4())
        self._answers.clear()
        self.publish(
            body,
            exchange=RPC_EXCHANGE_NAME,
            routing_key=f"{service}.{method}",
            mandatory=True,
            headers=headers,
            delivery_mode=TRANSIENT,
            expiration=deadline.remaining,
            reply_to=self._reply_to,
            correlation_id=correlation_id,
            deadline=deadline,
        )
        while correlation_id not in self._answers:
            if deadline.passed:
                raise TimeoutError(f"no answer from {service}.{method}")
            self.connection.drain_events(timeout=deadline.remaining)
        return self._answers.pop(correlation_id)

    def _on_reply(self, message: Message) -> None:
        self._answers[message.properties.get("correlation_id", "")] = decode(message.body)


class ClusterClient:
    """Calls services. Keep one per process: its connections stay open between calls, and are made anew after a broker's restart.

    Usable from several threads, and after a fork.

    :param timeout_seconds: the deadline of each call.
    """

    def __init__(self, amqp_url: str, *, timeout_seconds: float = 10.0) -> None:
        self._timeout_seconds = timeout_seconds
        self._lines: LinkPool[_Line] = LinkPool(lambda deadline: _Line(amqp_url, deadline), size=_CALLS_AT_ONCE)

    def call(self, service: str, method: str, context: CallContext, /, *args: Any, **arguments: Any) -> Any:
        """Call ``<service>.<method>`` and wait for its result.

        :raises Refusal: the method's own, or ``Unavailable`` if no answer came in time.
        :raises RemoteFault: if the method failed otherwise.
        """
        deadline = Deadline(self._timeout_seconds)
        body = encode_request(args, arguments)
        headers = context_headers(context) | deadline_header(deadline)
        try:
            with self._lines.link(deadline) as line:
                answer = line.ask(service, method, body, headers, deadline)
        except LINK_ERRORS as error:
            raise unavailable(service) from error
        return read_answer(answer, service=service, method=method)

    def close(self) -> None:
        self._lines.close()
