"""Links: connections to the broker that publish, and pools of them.

nameko publishes through kombu's own pools. These replace them because there a message that came back (``mandatory``) leaves its
confirm unread, which the next message on that channel takes for its own; a stale connection is found out only by sending on it,
so that a retry may send twice; and no wait ends at a deadline. Works under eventlet and without.

::

    PublishError
    ├── Unroutable     confirmed that no queue takes it; it was dropped
    ├── NotConnected   nothing was sent
    └── Unconfirmed    it was sent, perhaps; nobody knows whether it arrived
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any, Final, Generic, TypeVar

from amqp.exceptions import AMQPError
from kombu import Connection, Producer
from kombu.exceptions import KombuError

from services.kit.bus.deadlines import Deadline
from services.kit.server_urls import plain_broker_url

TRANSIENT: Final = 1
PERSISTENT: Final = 2

LINK_ERRORS: Final = (OSError, AMQPError, KombuError)
"""What kombu and py-amqp raise when the broker is away, hangs up or refuses."""

_CONNECT_SECONDS_MAX: Final = 5.0
_PAUSE_SECONDS: Final = (0.05, 0.1, 0.2, 0.5)


class PublishError(ConnectionError):
    """A message was not delivered, or it is not known to be."""


class Unroutable(PublishError):
    """No queue takes the message."""


class NotConnected(PublishError):
    """The broker could not be reached in time; nothing was sent."""


class Unconfirmed(PublishError):
    """The broker did not confirm in time, or hung up; the message may have arrived."""


class Link:
    """One connection with one channel. One publisher at a time.

    :param amqp_url: the broker.
    :param confirms: whether every publish waits for the broker's confirm.
    :param deadline: for connecting.
    :raises OSError, AMQPError, KombuError: if there is no connection.
    """

    def __init__(self, amqp_url: str, *, confirms: bool, deadline: Deadline) -> None:
        self.connection = broker_connection(
            amqp_url,
            connect_timeout=connect_seconds(deadline),
            transport_options={"confirm_publish": confirms},
        )
        try:
            self.channel = open_channel(self.connection, deadline.remaining)
            self._producer = Producer(self.channel, on_return=self._on_return)
        except BaseException:
            self.discard()
            raise
        self._returned: Exception | None = None

    def publish(
        self,
        body: bytes | str,
        *,
        exchange: str,
        routing_key: str,
        deadline: Deadline,
        headers: Mapping[str, Any],
        delivery_mode: int,
        mandatory: bool = False,
        content_type: str = "application/json",
        content_encoding: str = "utf-8",
        **properties: Any,
    ) -> None:
        """Publish one message, already encoded.

        :param properties: AMQP properties; ``expiration`` is in seconds.
        :raises Unroutable: if it is mandatory and no queue takes it.
        :raises OSError, AMQPError, KombuError: if the connection failed or the deadline passed; the link is then of no more use.
        """
        self._returned = None
        bound_waits(self.connection, deadline.remaining)
        self._producer.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            headers=dict(headers),
            delivery_mode=delivery_mode,
            mandatory=mandatory,
            content_type=content_type,
            content_encoding=content_encoding,
            confirm_timeout=max(0.001, deadline.remaining),
            **properties,
        )
        if self._returned is not None:
            raise Unroutable(str(self._returned))

    @property
    def is_alive(self) -> bool:
        """Whether the broker has not hung up since the link was last used."""
        if not self.connection.connected:
            return False
        try:
            while True:
                self.connection.drain_events(timeout=0)
        except TimeoutError:
            return True
        except LINK_ERRORS:
            return False

    def close(self) -> None:
        """Say goodbye to the broker."""
        self.connection.release()

    def discard(self) -> None:
        """Drop the connection without a word: its state is unknown, or it belongs to the parent process."""
        self.connection.collect()

    def _on_return(self, error: Exception, exchange: str, routing_key: str, message: Any) -> None:
        self._returned = error


def broker_connection(amqp_url: str, **options: Any) -> Connection:
    """A connection of kombu's, not yet connected; by TLS if the address says so."""
    url, tls = plain_broker_url(amqp_url)
    return Connection(url, ssl=tls or False, **options)


def connect_seconds(deadline: Deadline) -> float:
    """How long one attempt to connect may take."""
    return max(0.1, min(_CONNECT_SECONDS_MAX, deadline.remaining))


def open_channel(connection: Connection, seconds: float) -> Any:
    """Connect, trying once, and open a channel.

    :param seconds: of waiting for each of the broker's answers.
    :raises OSError, AMQPError, KombuError: if there is no connection.
    """
    connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, interval_max=0)
    bound_waits(connection, seconds)
    return connection.channel()


def pauses() -> Iterator[float]:
    """How many seconds to wait before each further attempt to connect."""
    return chain(_PAUSE_SECONDS, repeat(_PAUSE_SECONDS[-1]))


def bound_waits(connection: Connection, seconds: float | None) -> None:
    """Let no wait for the broker last longer, where py-amqp takes no timeout: opening a channel, declaring, the first confirm.

    :param seconds: ``None`` for as long as it takes.
    """
    # The memory transport has no socket, and answers before it returns.
    socket = getattr(connection.connection, "sock", None)
    if socket is not None:
        socket.settimeout(None if seconds is None else max(0.001, seconds))


L = TypeVar("L", bound=Link)


class LinkPool(Generic[L]):
    """Links kept open between uses, the last used first, so that no more are open than are needed at once.

    :param open_link: connects, within the deadline it is given.
    :param size: how many may be in use at once; a further user waits.
    """

    def __init__(self, open_link: Callable[[Deadline], L], *, size: int) -> None:
        self._open_link = open_link
        self._room = threading.BoundedSemaphore(size)
        self._idle: deque[L] = deque()
        self._process_id = os.getpid()

    @contextmanager
    def link(self, deadline: Deadline) -> Iterator[L]:
        """A link for one use. It is dropped if the use ends with an error other than :class:`Unroutable`.

        :raises NotConnected: if there is none before the deadline.
        """
        if not self._room.acquire(timeout=deadline.remaining):
            raise NotConnected("every connection is in use")
        try:
            link = self._take(deadline)
            try:
                yield link
            except Unroutable:
                self._idle.append(link)
                raise
            except BaseException:
                link.discard()
                raise
            self._idle.append(link)
        finally:
            self._room.release()

    def close(self) -> None:
        """Close what is idle; what is in use closes when it is given back and found by nobody."""
        while (link := self._pop_idle()) is not None:
            link.close()

    def _take(self, deadline: Deadline) -> L:
        self._forget_links_of_parent()
        while (link := self._pop_idle()) is not None:
            if link.is_alive:
                return link
            link.discard()
        return self._connect(deadline)

    def _pop_idle(self) -> L | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connect(self, deadline: Deadline) -> L:
        attempts = pauses()
        while True:
            try:
                return self._open_link(deadline)
            except LINK_ERRORS as error:
                pause = next(attempts)
                if deadline.remaining <= pause:
                    raise NotConnected(f"{type(error).__name__}: {error}") from error
                time.sleep(pause)

    def _forget_links_of_parent(self) -> None:
        if self._process_id != os.getpid():
            # A forked child shares the parent's sockets: it must neither use them nor say goodbye on them.
            self._idle.clear()
            self._process_id = os.getpid()


class PublisherPool:
    """Publishes from many green threads (or threads) at once.

    :param size: how many messages may be under way at once.
    """

    def __init__(self, amqp_url: str, *, confirms: bool, size: int) -> None:
        self._links = LinkPool(lambda deadline: Link(amqp_url, confirms=confirms, deadline=deadline), size=size)

    def publish(self, body: bytes | str, *, deadline: Deadline, **message: Any) -> None:
        """Publish one message; arguments as in :meth:`Link.publish`.

        It is sent once at most: while there is no connection it is tried again, once sending began it is not.

        :raises PublishError: its subclass says what is known.
        """
        with self._links.link(deadline) as link:
            try:
                link.publish(body, deadline=deadline, **message)
            except Unroutable:
                raise
            except LINK_ERRORS as error:
                raise Unconfirmed(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        self._links.close()
