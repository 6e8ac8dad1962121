"""Events delivered late, out of order and twice, on the real broker.

The handlers' queues are unbound from the exchanges of events and hear of them through this: a queue that takes every event, and a
thread that hands each on to whom it concerns, when it pleases. A service that starts binds its queues again, and until the next
look hears of things directly and by this: twice, once more. Nothing is lost by it: a message is acknowledged when the broker has
confirmed every copy. No wait for the broker is without an end: a quorum queue without a leader, as after a restart, answers
nothing and forgets that it was asked, and the system would wait for its mail for ever.
"""

import heapq
import json
import logging
import random
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from kombu import Connection, Consumer, Exchange, Message, Producer, Queue

from services.kit.bus.links import LINK_ERRORS, PERSISTENT, broker_connection, open_channel
from services.kit.settings import SERVICES

_log = logging.getLogger(__name__)

_GOLDEN: Final = Path(__file__).parents[1] / "contract" / "golden"
QUEUE: Final = "chaos.crossed-mail"
_LATE_SHARE: Final = 0.1
_LATE_SECONDS_MAX: Final = 3.0
_USUAL_SECONDS_MAX: Final = 0.1
_TWICE_SHARE: Final = 0.2
_HELD_MAX: Final = 2_000
_LOOK_SECONDS: Final = 3.0
_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 0.2


@dataclass(order=True)
class _Copy:
    """A copy on its way; ``message`` is acknowledged with its last one."""

    due: float
    number: int
    queue: str = field(compare=False)
    message: Message = field(compare=False)


@dataclass(frozen=True)
class Route:
    """A handler's queue, and what it listens to."""

    source: str
    type: str
    service: str
    handler: str

    @property
    def queue(self) -> str:
        return f"evt-{self.source}-{self.type}--{self.service}.{self.handler}"

    @classmethod
    def read(cls, queue: str) -> "Route":
        source, _, rest = queue.removeprefix("evt-").partition("-")
        kind, _, consumer = rest.partition("--")
        service, _, handler = consumer.partition(".")
        return cls(source, kind, service, handler)


def event_routes() -> list[Route]:
    """Every handler of every service, as their contracts have it."""
    surfaces = [json.loads((_GOLDEN / f"{service}.json").read_text()) for service in SERVICES]
    return [Route.read(queue) for surface in surfaces for queue in surface["queues"]]


class CrossedMail:
    """The thread.

    :param amqp_url: of the broker itself, past the network that may be cut.
    :ivar late: how many events it kept back for half a second and longer, ``twice`` how many it gave a second time.
    :ivar failure: what ended it before its time, if anything did: nothing arrives any more.
    """

    def __init__(self, amqp_url: str, routes: list[Route], seed: int) -> None:
        self._amqp_url = amqp_url
        self._routes = routes
        self._dice = random.Random(f"{seed}/mail")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crossed-mail", daemon=True)
        self._copies: list[_Copy] = []
        self._left: dict[int, int] = {}
        self._numbers = 0
        self._trouble = ""
        self.late = self.twice = 0
        self.failure = ""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def state(self) -> str:
        """How it goes, for whoever looks for an event."""
        return self.failure or self._trouble or f"carries; holds {len(self._copies)} copies of {len(self._left)} events"

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._carry_while_there_is_a_broker()
        except Exception:  # whatever it is, the run has to tell of it: a thread that died is seen by nobody
            self.failure = f"the mail ended by itself: {traceback.format_exc()}"

    def _carry_while_there_is_a_broker(self) -> None:
        try:
            self._carry()
        except LINK_ERRORS as error:
            # The broker is away. What was not acknowledged comes again, and what was handed on comes twice.
            self._copies.clear()
            self._left.clear()
            self._trouble = f"waits for its broker: {type(error).__name__}: {error}"
            _log.info("the mail %s", self._trouble)
            self._stopping.wait(_IDLE_SECONDS)

    def _carry(self) -> None:
        connecting = broker_connection(
            self._amqp_url, connect_timeout=_CONNECT_SECONDS, transport_options={"confirm_publish": True}
        )
        with connecting as connection:
            channel = open_channel(connection, _ANSWER_SECONDS)
            queue = Queue(QUEUE, durable=True, queue_arguments={"x-queue-type": "quorum"})(channel)
            queue.declare()
            for source, kind in {(route.source, route.type) for route in self._routes}:
                Exchange(f"{source}.events", type="topic", durable=True)(channel).declare()
                queue.bind_to(f"{source}.events", kind)
            producer = Producer(connection.channel())
            with Consumer(channel, [Queue(QUEUE, no_declare=True)], on_message=self._take, prefetch_count=_HELD_MAX):
                self._trouble, unbind_next = "", 0.0
                while not self._stopping.is_set():
                    if time.monotonic() > unbind_next:
                        self._unbind(producer.channel)
                        unbind_next = time.monotonic() + _LOOK_SECONDS
                    self._drain(connection)
                    self._hand_on(producer)

    def _unbind(self, channel: Any) -> None:
        for route in self._routes:
            channel.queue_unbind(route.queue, f"{route.source}.events", route.type)

    def _drain(self, connection: Connection) -> None:
        wait = self._copies[0].due - time.monotonic() if self._copies else _IDLE_SECONDS
        try:
            connection.drain_events(timeout=min(max(wait, 0.001), _IDLE_SECONDS))
        except TimeoutError:
            return

    def _take(self, message: Message) -> None:
        source = message.delivery_info["exchange"].removesuffix(".events")
        kind = message.delivery_info["routing_key"]
        dues = [
            (route.queue, due) for route in self._routes if (route.source, route.type) == (source, kind) for due in self._dues()
        ]
        self._left[message.delivery_tag] = len(dues)
        for queue, due in dues:
            self._numbers += 1
            heapq.heappush(self._copies, _Copy(due, self._numbers, queue, message))

    def _dues(self) -> list[float]:
        """When one handler gets it: soon or late, once or twice."""
        now, is_late = time.monotonic(), self._dice.random() < _LATE_SHARE
        dues = [now + self._dice.uniform(0.5, _LATE_SECONDS_MAX) if is_late else now + self._dice.uniform(0, _USUAL_SECONDS_MAX)]
        self.late += is_late
        if self._dice.random() < _TWICE_SHARE:
            dues.append(now + self._dice.uniform(0, 2 * _LATE_SECONDS_MAX))
            self.twice += 1
        return dues

    def _hand_on(self, producer: Producer) -> None:
        while self._copies and self._copies[0].due <= time.monotonic():
            copy = self._copies[0]
            message = copy.message
            producer.publish(
                message.body,
                exchange="",
                routing_key=copy.queue,
                headers=message.headers,
                delivery_mode=PERSISTENT,
                content_type=message.content_type,
                content_encoding=message.content_encoding,
                message_id=message.properties.get("message_id"),
                confirm_timeout=_ANSWER_SECONDS,
            )
            heapq.heappop(self._copies)
            self._left[message.delivery_tag] -= 1
            if not self._left[message.delivery_tag]:
                del self._left[message.delivery_tag]
                message.ack()
