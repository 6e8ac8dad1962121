"""Connections of green processes, whose many green threads share them.

What is written while the hub comes round once leaves in one piece, and what has come is read in one: py-amqp alone sends each
message by itself, and reads each of its frames by three calls of the system, which were a third of a call's time.
"""

import _socket
import time
from typing import Any, Final

import amqp.connection
import amqp.transport
import eventlet
import kombu.transport.pyamqp
from kombu import Connection

from services.kit.server_urls import plain_broker_url

_READ_BYTES: Final = 64 * 1024
_WRITE_SECONDS_MAX: Final = 20.0
"""How long the broker may take to make room for what is written; it counts as away then."""


class _HeldWrites:
    """Holds what is written until the hub comes round, then sends it in one piece; one green thread at a time writes."""

    sock: Any
    connected: bool

    def _setup_transport(self) -> None:
        super()._setup_transport()  # type: ignore[misc]  # of the transport that this is mixed into
        self._held: list[bytes] = []
        self._sending = False
        self._write = self._hold
        receive = self.sock.recv
        self._quick_recv = lambda _wanted: receive(_READ_BYTES)

    def _hold(self, data: bytes | memoryview) -> None:
        if self.sock is None:
            raise ConnectionResetError("the connection is closed")
        self._held.append(bytes(data))  # a copy: py-amqp uses its buffer again
        if not self._sending:
            self._sending = True
            eventlet.spawn_n(self._send_held)

    def _send_held(self) -> None:
        sock = self.sock
        try:
            while self._held and sock is not None:
                piece, self._held = b"".join(self._held), []
                _send(sock, piece)
        except OSError:
            # Whoever reads finds the end of the stream, and tells those who wait.
            self.connected = False
            self._held = []
            _hang_up(sock)
        finally:
            self._sending = False


class _GreenSocketTransport(_HeldWrites, amqp.transport.TCPTransport):
    pass


class _GreenTlsTransport(_HeldWrites, amqp.transport.SSLTransport):
    pass


class _GreenConnection(kombu.transport.pyamqp.Connection):
    # With the notice of being blocked py-amqp looks for one before each message, and two green threads would read one socket.
    # Here and not among the client's properties: those it overwrites by what the broker can do.
    negotiate_capabilities = {**amqp.connection.NEGOTIATE_CAPABILITIES, "connection.blocked": False}  # noqa: RUF012  # py-amqp's

    def Transport(  # noqa: N802  # py-amqp's name
        self,
        host: str,
        connect_timeout: float | None,
        ssl: Any = False,
        read_timeout: float | None = None,
        write_timeout: float | None = None,
        **options: Any,
    ) -> Any:
        options |= {"connect_timeout": connect_timeout, "read_timeout": read_timeout, "write_timeout": write_timeout}
        if ssl:
            return _GreenTlsTransport(host, ssl=ssl, **options)
        return _GreenSocketTransport(host, **options)


class GreenTransport(kombu.transport.pyamqp.Transport):
    """kombu's transport over such connections."""

    Connection = _GreenConnection


def green_connection(amqp_url: str, **options: Any) -> Connection:
    """A connection for a process made green; for the bus inside the process just that."""
    if not amqp_url.startswith("amqp"):
        return Connection(amqp_url, **options)
    url, tls = plain_broker_url(amqp_url)
    return Connection(url, ssl=tls or False, transport=GreenTransport, **options)


def _send(sock: Any, piece: bytes) -> None:
    """
    :raises OSError: if the peer is away, or made no room in time.
    """
    give_up = time.monotonic() + _WRITE_SECONDS_MAX
    rest = memoryview(piece)
    while rest:
        try:
            rest = rest[sock.send(rest) :]
        except TimeoutError:
            # The socket's timeout is its reader's. What has been sent in part must be sent whole, or the stream is broken.
            if time.monotonic() > give_up:
                raise


def _hang_up(sock: Any) -> None:
    try:
        # What is below TLS and green sockets: who reads finds the end of the stream. By its own shutdown a TLS socket
        # would become one without TLS, and tell its reader so by a ValueError.
        _socket.socket.shutdown(getattr(sock, "fd", sock), _socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
