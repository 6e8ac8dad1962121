"""Answers under way: each waited for by whoever called, all taken from the container's one queue of replies."""

import logging
import time
from typing import Any
from weakref import WeakValueDictionary

import nameko.rpc
from eventlet.event import Event as Arrival
from kombu import Message
from kombu.exceptions import DecodeError

from services.kit.bus.breaker import Breaker
from services.kit.bus.calls import RPC_EXCHANGE_NAME, decode, read_answer, unavailable
from services.kit.bus.consumer import QueueConsumer
from services.kit.bus.deadlines import Deadline
from services.kit.bus.transient import TransientPublisher
from services.kit.telemetry import CALLS_ASKED, CALLS_ASKED_SECONDS
from services.kit.tracing import Span

_log = logging.getLogger(__name__)


class Reply:
    """A call under way.

    Dropping it unread is fine: the answer is then forgotten when it comes.
    """

    def __init__(self, service: str, method: str, deadline: Deadline, breaker: Breaker, calling: Span) -> None:
        self._calling: Span | None = calling
        self._service = service
        self._method = method
        self._deadline = deadline
        self._breaker = breaker
        self._began = time.monotonic()
        self._arrival = Arrival()

    def result(self) -> Any:
        """Wait for the answer, until the call's deadline. May be called again.

        :raises Refusal: the method's own, or ``Unavailable`` if no answer came in time.
        :raises RemoteFault: if the method failed otherwise.
        """
        answer = self._arrival.wait(timeout=self._deadline.remaining)
        if answer is None:
            if not self._arrival.ready():
                self._breaker.note_silence(time.monotonic() - self._began)
                self.give_up(TimeoutError())
            raise unavailable(self._service)
        return read_answer(answer, service=self._service, method=self._method)

    def arrive(self, answer: Any) -> None:
        """The answer is here; ``None``: none will come."""
        if answer is not None:
            self._breaker.note_answer()
        if not self._arrival.ready():
            self._note_end(answer)
            self._arrival.send(answer)

    def give_up(self, error: Exception) -> None:
        """No answer is waited for any more."""
        self._end("unanswered", failure=type(error).__name__)

    def _note_end(self, answer: Any) -> None:
        # Whoever reads it finds out what is no answer; this is the thread that takes everybody's.
        error = answer.get("error") if isinstance(answer, dict) else None
        told = error if isinstance(error, dict) else {}
        if answer is None:
            self._end("unanswered", failure="Unanswered")
        elif isinstance(told.get("refusal"), dict):
            self._end("refused", refusal=str(told["refusal"].get("code")))
        elif error:
            self._end("failed", failure=str(told.get("exc_type")))
        else:
            self._end("ok")

    def _end(self, outcome: str, *, failure: str = "", refusal: str = "") -> None:
        """Count and tell the call's end, the first one: an answer may come after nobody waited any more."""
        if self._calling is None:
            return
        if failure:
            self._calling.fail(failure)
        if refusal:
            self._calling.note({"l2c.refusal": refusal})
        self._calling.end()
        self._calling = None
        CALLS_ASKED.labels(self._service, outcome).inc()
        CALLS_ASKED_SECONDS.labels(self._service).observe(time.monotonic() - self._began)


class ReplyListener(nameko.rpc.ReplyListener):
    """The container's queue of replies."""

    queue_consumer = QueueConsumer()
    no_ack = True

    def __init__(self) -> None:
        super().__init__()
        # Weak: a reply nobody waits for any more is forgotten with its waiter, so that lost ones do not pile up.
        self._replies: WeakValueDictionary[str, Reply] = WeakValueDictionary()
        self._breakers: dict[str, Breaker] = {}

    def breaker_of(self, service: str) -> Breaker:
        return self._breakers.setdefault(service, Breaker(service))

    def setup(self) -> None:
        super().setup()
        self.queue.exchange.passive = self.container.config["L2C"].has_bus_users  # as for the queue of requests
        self.requests = TransientPublisher(
            self.container.config["AMQP_URI"], RPC_EXCHANGE_NAME, on_returned=self._nobody_there, on_lost=self._lost
        )

    def stop(self) -> None:
        super().stop()
        self.requests.close()

    def kill(self) -> None:
        super().kill()
        self.requests.close()

    def declare(self, channel: Any) -> None:
        self.queue(channel).declare()

    def expect(self, correlation_id: str, reply: Reply) -> None:
        self._replies[correlation_id] = reply

    def receive(self, message: Message) -> None:
        reply = self._replies.pop(message.properties.get("correlation_id", ""), None)
        if reply is None:
            _log.debug("a reply came that nobody waits for any more")
            return
        try:
            reply.arrive(decode(message.body))
        except (DecodeError, ValueError) as error:
            reply.arrive({"error": {"exc_type": "MalformedReply", "value": str(error)}})

    def _nobody_there(self, correlation_id: str) -> None:
        reply = self._replies.pop(correlation_id, None)
        if reply is not None:
            reply.arrive(None)

    def _lost(self) -> None:
        # Their requests may have been in what was lost, and who asks again is answered sooner than who waits in vain.
        for correlation_id in list(self._replies.keys()):
            self._nobody_there(correlation_id)
