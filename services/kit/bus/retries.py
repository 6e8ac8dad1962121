"""Where failed events wait, and where they end: a service's delay queues and its dead-letter queue. Imports no nameko.

A failed event goes to the exchange ``<service>.delay.<seconds>`` with the handler's queue as its routing key. The queue of the
same name keeps it for that time; then it returns by the default exchange to the handler's queue. After the last delay it is
parked in ``<service>.dead-letters``. The headers below tell its story.

What the service itself sends to one of its queues, to park an event or to replay it, goes by its exchange ``<service>.returns``:
by the default exchange it could send to everybody's.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kombu import Exchange, Queue
from kombu.common import maybe_declare

from services.kit.clock import utc_now

QUEUE_HEADER: Final = "l2c-queue"
ATTEMPTS_HEADER: Final = "l2c-attempts"
ERROR_HEADER: Final = "l2c-error"
SOURCE_HEADER: Final = "l2c-source"
TYPE_HEADER: Final = "l2c-type"
PARKED_AT_HEADER: Final = "l2c-parked-at"
ID_HEADER: Final = "l2c-dead-letter"

ERROR_LENGTH_MAX: Final = 500

_DELIVERIES_MAX: Final = 20
"""A handler that kills its process is given so many tries by a quorum queue."""

_DELIVERIES_UNLIMITED: Final = 1_000_000_000
"""Looking at a parked message is a delivery too, and RabbitMQ 4 limits those unless told otherwise."""

_QUORUM: Final = {"x-queue-type": "quorum"}
_SAFELY: Final = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
_COMPRESSION_HEADER: Final = "compression"
"""kombu's; by the time we send a message on, its body is plain."""

_BROKERS_OWN_HEADERS: Final = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")


def dead_letter_queue(service: str) -> str:
    """The name of a service's dead-letter queue."""
    return f"{service}.dead-letters"


def event_queue_arguments(service: str, *, quorum: bool) -> dict[str, Any]:
    """The arguments of a handler's queue.

    :param quorum: whether it is replicated; a message that was delivered too often is then parked, not dropped.
    """
    if not quorum:
        return {}
    return {
        **_QUORUM,
        **_SAFELY,
        "x-delivery-limit": _DELIVERIES_MAX,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(service),
    }


class RetryQueues:
    """One service's delay queues and dead-letter queue.

    :param delays: seconds before each further try; empty to park at the first failure.
    :param quorum: whether they are replicated.
    """

    def __init__(self, service: str, delays: Sequence[float], *, quorum: bool) -> None:
        self.service = service
        self._delays = [delay_exchange(service, seconds) for seconds in delays]
        parked = {**_QUORUM, "x-delivery-limit": _DELIVERIES_UNLIMITED} if quorum else {}
        dead_letters = dead_letter_queue(service)
        self.queues = [
            Queue(dead_letters, returns_exchange(service), routing_key=dead_letters, durable=True, queue_arguments=parked)
        ]
        for name, seconds in dict(zip(self._delays, delays, strict=True)).items():
            arguments = {
                "x-message-ttl": round(seconds * 1000),
                "x-dead-letter-exchange": "",
                **(_QUORUM | _SAFELY if quorum else {}),
            }
            exchange = Exchange(name, type="fanout", durable=True)
            self.queues.append(Queue(name, exchange=exchange, durable=True, queue_arguments=arguments))

    def declare(self, channel: Any) -> None:
        """Declare them, unless they were declared by this connection: each of a service's handlers needs them."""
        for queue in self.queues:
            maybe_declare(queue(channel))

    def declare_returning(self, queue: Queue, channel: Any) -> None:
        """Declare a handler's queue, so that what was parked can return to it."""
        bound = queue(channel)
        bound.declare()
        bound.bind_to(returns_exchange(self.service), routing_key=queue.name)

    def delay_after(self, attempts: int) -> str | None:
        """The exchange for an event that failed so many times; ``None`` if it is to be parked."""
        return self._delays[attempts - 1] if attempts <= len(self._delays) else None


def returns_exchange(service: str) -> Exchange:
    """Where a service sends to its own queues, by their names."""
    return Exchange(f"{service}.returns", type="direct", durable=True)


def delay_exchange(service: str, seconds: float) -> str:
    """The name of the exchange, and queue, where events wait so long."""
    return f"{service}.delay.{seconds:g}"


def retry_headers(headers: Mapping[str, Any], *, attempts: int, error: str) -> dict[str, Any]:
    """The headers of a failed event on its way to another try."""
    return {**original_headers(headers), ATTEMPTS_HEADER: attempts, ERROR_HEADER: error[:ERROR_LENGTH_MAX]}


def parking_headers(
    headers: Mapping[str, Any], *, queue: str, source: str, event_type: str, attempts: int, error: str
) -> dict[str, Any]:
    """The headers of a parked event."""
    return {
        **retry_headers(headers, attempts=attempts, error=error),
        QUEUE_HEADER: queue,
        SOURCE_HEADER: source,
        TYPE_HEADER: event_type,
        PARKED_AT_HEADER: utc_now().isoformat(timespec="seconds"),
        ID_HEADER: str(uuid.uuid4()),
    }


def original_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers as the publisher set them: without ours, and without the broker's, by which it would take a second round
    through the same queues for a loop and drop the message.
    """
    return {
        name: value
        for name, value in headers.items()
        if not name.startswith(("l2c-", *_BROKERS_OWN_HEADERS)) and name != _COMPRESSION_HEADER
    }


def attempts_of(headers: Mapping[str, Any]) -> int:
    """How often the event was tried and failed."""
    attempts = headers.get(ATTEMPTS_HEADER, 0)
    return attempts if isinstance(attempts, int) else 0
