"""The process's hub of streams: hears what changed, asks notify what is new, lets every stream know (decision 0025).

::

    bus ── a queue of this process's own ──> Board ── who is to be told ──> refreshers ── RPC, a hundred readers each ──> notify
                                                                                │
    stream, stream, stream … each written by the thread of its own connection <─┘
"""

import json
import logging
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import uuid4

import eventlet
from eventlet.event import Event as Arrival
from eventlet.greenpool import GreenPool
from kombu import Message, Queue, binding
from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider, SharedExtension
from prometheus_client import Gauge

from gateway.access import Doorkeeper, granted_to
from gateway.identity.usecases.recognise_again import TOKEN, Proof, recognise_again
from gateway.server import GatewayServer
from gateway.streams import frames
from gateway.streams.board import PAUSE_SECONDS, Board, Inquiry
from gateway.streams.stream import Stream
from services.contracts.gateway import EVENTS
from services.contracts.notify_stream_calls import READERS_MAX
from services.kit.bus.consumer import QueueConsumer
from services.kit.bus.publisher import events_exchange
from services.kit.bus.replies import ReplyListener
from services.kit.bus.rpc import ServiceCalls
from services.kit.caller import CallContext, Caller
from services.kit.database import database_of
from services.kit.errors import Unavailable
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

_log = logging.getLogger(__name__)

PERMISSION: Final = "messages.read"
"""What a stream needs, for as long as it is open."""

OPEN_STREAMS: Final = Gauge("l2c_streams", "Open event streams")

HEARD: Final = {
    "notify": ("message_posted", "message_read", "messages_changed"),
    "gateway": ("user_changed", "department_changed"),
}
_REFRESHERS: Final = 4
_ASKED_ANYWAY_AFTER_HEARTBEATS: Final = 4
_LOOK_AGAIN_SECONDS_MIN: Final = 0.5
_DESCRIPTORS_KEPT: Final = 400
"""Open files that are for all else: servers, the bus, requests."""
_RETRY_SECONDS_FULL: Final = (5, 15)
_RETRY_SECONDS_STOPPING: Final = (0.5, 3.0)


class StreamHub(SharedExtension):
    """All streams of one gateway process, whatever their number: a queue, and some green threads.

    Takes no worker and no database session for a stream.
    """

    queue_consumer = QueueConsumer()
    reply_listener = ReplyListener()
    server = GatewayServer()
    doorkeeper = Doorkeeper()
    no_ack = True
    queue: Queue
    method_name = "stream_changes"
    """What a call is said to come from; nameko knows it of entrypoints."""

    def __init__(self) -> None:
        super().__init__()
        self._board = Board()
        self._stopping = False
        self._changed = Arrival()
        self._to_look_again = Arrival()
        self._refreshers = GreenPool(_REFRESHERS)

    def setup(self) -> None:
        self._settings: Settings = self.container.config["L2C"]
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Over the limit the server could not even take a connection to refuse it.
        self._streams_max = min(self._settings.streams_max, max(1, descriptors - _DESCRIPTORS_KEPT))
        self.queue_consumer.register_provider(self)
        self.doorkeeper.when_forgotten.append(self._look_again)
        self.server.when_draining(self.end_streams)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._tell_changes, identifier="streams: changes")
        self.container.spawn_managed_thread(self._watch_rights, identifier="streams: rights")

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    # Streams

    def open(self, proof: Proof, caller: Caller, since: str | None, is_gone: Callable[[], bool]) -> Iterator[bytes]:
        """A stream's pieces. It listens from the first one taken until the iterator is closed or done.

        :param is_gone: asked now and then whether the other end has left.
        :raises Unavailable: ``too_many_streams``.
        """
        if self._stopping or len(self._board) >= self._streams_max:
            raise Unavailable("too_many_streams", seconds=random.randint(*_RETRY_SECONDS_FULL))  # noqa: S311  # spreads them
        return self._pieces(Stream(proof, caller, since, self._settings.stream_heartbeat_seconds, self._when_ready), is_gone)

    def end_streams(self) -> None:
        """Let all of them end; their readers come again, to another process or to the next one, not all at the same moment."""
        self._stopping = True
        for stream in list(self._board.streams):
            stream.end(random.uniform(*_RETRY_SECONDS_STOPPING))  # noqa: S311  # as above
        self._wake()
        self._look_again()

    def _pieces(self, stream: Stream, is_gone: Callable[[], bool]) -> Iterator[bytes]:
        self._board.attach(stream)
        OPEN_STREAMS.inc()
        self._wake()
        try:
            for piece in stream.pieces():
                if is_gone():
                    return
                yield piece
        finally:
            OPEN_STREAMS.dec()
            self._board.detach(stream)

    def _when_ready(self, stream: Stream) -> None:
        self._board.mark_stream(stream)
        self._wake()

    # What changed

    def declare(self, channel: Any) -> None:
        """A queue of its own for every connection to the broker; what was said while there was none is made up for by asking."""
        self.queue = Queue(
            f"streams--gateway-{uuid4().hex}",
            bindings=[
                binding(events_exchange(source, only_found=self._settings.has_bus_users), routing_key=each)
                for source, types in HEARD.items()
                for each in types
            ],
            exclusive=True,
            auto_delete=True,
            durable=False,
        )
        self.queue(channel).declare()
        self._board.mark_all()
        self._wake()

    def receive(self, message: Message) -> None:
        event_type = message.delivery_info["routing_key"]
        try:
            self._hear(event_type, json.loads(message.body)["data"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _log.error("%s that is no such event, as if it concerned everybody: %s: %s", event_type, type(error).__name__, error)
            self._board.mark_all()
        self._wake()

    def _hear(self, event_type: str, data: dict[str, Any]) -> None:
        if event_type == "message_posted":
            self._board.mark_recipient(data["recipient"])
        elif event_type == "messages_changed":
            for recipient in data["recipients"]:
                self._board.mark_recipient(recipient)
        elif event_type == "message_read":
            self._board.mark_user(data["user_id"])
        else:
            self._look_again()

    # Telling it

    def _tell_changes(self) -> None:
        while not self._stopping:
            self._changed = Arrival()
            inquiries = self._board.take_due(time.monotonic(), READERS_MAX)
            if inquiries:
                self._refreshers.spawn_n(self._refresh, inquiries)  # waits for one that is free
            else:
                self._changed.wait(timeout=self._board.seconds_until_due(time.monotonic()))

    def _refresh(self, inquiries: Sequence[Inquiry]) -> None:
        try:
            self._tell(inquiries, self._ask(inquiries))
        except Exception as error:
            # Whatever it is, it ends neither the streams nor the process. Notify may be away: then it is asked until it is back.
            expected = isinstance(error, Unavailable)
            _log.log(logging.WARNING if expected else logging.ERROR, "nothing new to tell: %s", error, exc_info=not expected)
            self._board.settle(inquiries, try_again_at=time.monotonic() + PAUSE_SECONDS)
        else:
            self._board.settle(inquiries)
        self._wake()

    def _ask(self, inquiries: Sequence[Inquiry]) -> dict[str, Any]:
        # On behalf of the system itself: the readers' claims are what is asked about. Notify lets nobody else ask so.
        worker = WorkerContext(self.container, None, self, data={})
        context, seconds = CallContext(Caller.system("gateway")), self._settings.rpc_timeout_seconds
        notify = ServiceCalls(worker, "notify", self.reply_listener, seconds, context)
        answer: dict[str, Any] = notify.stream_changes({"readers": [_as_asked(inquiry) for inquiry in inquiries]})
        return answer

    def _tell(self, inquiries: Sequence[Inquiry], changes: dict[str, Any]) -> None:
        messages = [frames.event("message", message) for message in changes["messages"]]
        missed = frames.event("messages_missed", {})
        for inquiry, told in zip(inquiries, changes["readers"], strict=True):
            news = [missed] if told["missed"] else [messages[place] for place in told["messages"]]
            for stream in inquiry.streams:
                if not stream.is_ready:
                    stream.is_behind = True  # it began to write a heartbeat meanwhile, and is asked for when that is written
                elif stream.since == inquiry.since:  # else it has other rights since, and was told by these
                    stream.tell(news, told["counters"], changes["cursor"])

    # Rights

    def _watch_rights(self) -> None:
        """End the streams of those who may listen no more; and ask for those who were not asked for a long time."""
        heartbeat = self._settings.stream_heartbeat_seconds
        while not self._stopping:
            self._to_look_again.wait(timeout=heartbeat)
            self._to_look_again = Arrival()
            try:
                self._look_at_rights()
            except Exception:
                _log.exception("whether those who listen still may could not be found out")
            self._board.mark_all(not_asked_since=time.monotonic() - _ASKED_ANYWAY_AFTER_HEARTBEATS * heartbeat)
            self._wake()
            if not self._stopping:
                eventlet.sleep(_LOOK_AGAIN_SECONDS_MIN)

    def _look_at_rights(self) -> None:
        streams = list(self._board.streams)
        if not streams:
            return
        begin = Begin("gateway", database_of("gateway", self._settings), EVENTS, CallContext(Caller.system("gateway")))
        claims = recognise_again(begin, {stream.proof for stream in streams})
        for stream in streams:
            caller = claims.get(stream.proof)
            if caller is None or PERMISSION not in granted_to(caller, by_token=stream.proof.kind == TOKEN):
                stream.end()
            else:
                self._board.move(stream, caller)

    def _look_again(self) -> None:
        if not self._to_look_again.ready():
            self._to_look_again.send()

    def _wake(self) -> None:
        if not self._changed.ready():
            self._changed.send()


class Streams(DependencyProvider):
    """Gives the routes the process's :class:`StreamHub`."""

    hub = StreamHub()

    def get_dependency(self, worker_ctx: WorkerContext) -> StreamHub:
        return self.hub


def _as_asked(inquiry: Inquiry) -> dict[str, Any]:
    claims = inquiry.reader.claims
    return {
        "user_id": claims.user_id,
        "department_id": claims.department_id or None,
        "nearest_lead_of": list(claims.nearest_lead_of),
        "roles": sorted(claims.roles),
        "since": inquiry.since,
    }
