"""The publisher of transient messages: requests and replies of all green threads over one connection, unconfirmed.

A confirm for each would be a wait, and a connection for each that waits. What a caller must know it learns without: a request
that no queue takes comes back (``mandatory``), and a connection that is lost is noticed by whoever reads it, at once.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore

from services.kit.bus.deadlines import Deadline
from services.kit.bus.green import green_connection
from services.kit.bus.links import (
    LINK_ERRORS,
    TRANSIENT,
    NotConnected,
    Unconfirmed,
    bound_waits,
    connect_seconds,
    open_channel,
    pauses,
)

_log = logging.getLogger(__name__)


class TransientPublisher:
    """Publishes to one exchange. Connects when first used, and again after the broker was away.

    :param on_returned: told the correlation id of each mandatory message that no queue took.
    :param on_lost: told that the connection was lost: nobody knows what became of what was sent over it.
    """

    def __init__(
        self,
        amqp_url: str,
        exchange: str,
        *,
        on_returned: Callable[[str], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._amqp_url = amqp_url
        self._exchange = exchange
        self._on_returned = on_returned
        self._on_lost = on_lost
        self._line: _Line | None = None
        self._connecting = Semaphore()

    def publish(
        self, body: str, *, routing_key: str, headers: Mapping[str, Any], deadline: Deadline, mandatory: bool, **properties: Any
    ) -> None:
        """Send one message, already encoded as JSON.

        :param deadline: for connecting; and for the broker to make the message available, where it is mandatory.
        :param properties: AMQP's.
        :raises NotConnected: if there was no connection before the deadline; nothing was sent.
        :raises Unconfirmed: if the connection broke just now.
        """
        line = self._line or self._connect(deadline)
        try:
            line.send(body.encode(), self._exchange, routing_key, headers, mandatory, properties)
        except LINK_ERRORS as error:
            self._lose(line, error)
            raise Unconfirmed(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Say goodbye to the broker."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _connect(self, deadline: Deadline) -> "_Line":
        if not self._connecting.acquire(timeout=deadline.remaining):
            raise NotConnected("the broker did not answer in time")
        try:
            attempts = pauses()
            while self._line is None:
                try:
                    self._line = _Line(self._amqp_url, deadline, self._returned, self._lose)
                except LINK_ERRORS as error:
                    pause = next(attempts)
                    if deadline.remaining <= pause:
                        raise NotConnected(f"{type(error).__name__}: {error}") from error
                    eventlet.sleep(pause)
            return self._line
        finally:
            self._connecting.release()

    def _returned(self, correlation_id: str) -> None:
        if self._on_returned is not None:
            self._on_returned(correlation_id)

    def _lose(self, line: "_Line", error: BaseException) -> None:
        if self._line is line:
            self._line = None
            _log.warning("the connection that requests or replies leave by was lost: %s", error)
            if self._on_lost is not None:
                self._on_lost()
        line.discard()


class _Line:
    """One connection and channel, with a green thread that reads what comes back.

    :raises OSError, AMQPError, KombuError: if there is no connection.
    """

    def __init__(
        self,
        amqp_url: str,
        deadline: Deadline,
        on_returned: Callable[[str], None],
        on_lost: Callable[["_Line", BaseException], None],
    ) -> None:
        seconds = connect_seconds(deadline)
        self._connection = green_connection(amqp_url, connect_timeout=seconds)
        try:
            self._channel = open_channel(self._connection, seconds)
            bound_waits(self._connection, None)  # whoever reads waits for what seldom comes
        except BaseException:
            self._connection.collect()
            raise
        self._channel.events["basic_return"].add(
            lambda _error, _exchange, _key, message: on_returned(_correlation_id(message)),
        )
        self._on_lost = on_lost
        self._reader = eventlet.spawn(self._read)

    def send(
        self,
        body: bytes,
        exchange: str,
        routing_key: str,
        headers: Mapping[str, Any],
        mandatory: bool,
        properties: Mapping[str, Any],
    ) -> None:
        message = self._channel.prepare_message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            headers=dict(headers),
            properties={"delivery_mode": TRANSIENT, **properties},
        )
        self._channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=mandatory)

    def close(self) -> None:
        self._reader.kill()
        try:
            self._connection.release()
        except LINK_ERRORS as error:
            _log.debug("the broker was away already: %s", error)

    def discard(self) -> None:
        """Drop the connection without a word."""
        if self._reader is not eventlet.getcurrent():
            # Not while it reads: eventlet tells it of the closed socket by an error that ends the hub, and so the process.
            self._reader.kill()
        self._connection.collect()

    def _read(self) -> None:
        try:
            while True:
                self._connection.drain_events()
        except LINK_ERRORS as error:
            self._on_lost(self, error)


def _correlation_id(message: Any) -> str:
    # py-amqp's message, or the dictionary that the memory transport was given.
    properties = message["properties"] if isinstance(message, dict) else message.properties
    return str(properties.get("correlation_id", ""))
