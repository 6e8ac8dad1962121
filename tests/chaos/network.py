"""The network between the processes and their servers: a wire of the tests' own before each server, to cut, to slow, to stall.

Toxiproxy is what others use for this; it comes as a program of its own for every platform and not from PyPI or Debian, so that a
fresh machine would have to fetch it from a third place. What is needed of it is this module.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

T = TypeVar("T")

_PIECE_BYTES: Final = 64 * 1024
_POSTGRESQL_PORT: Final = 5432
_AMQP_PORT: Final = 5672

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[], Awaitable[Streams]]


class Wire:
    """A port of this host that leads to a server, while it is whole. Its methods may be called from any thread.

    :param name: of the server at its end.
    :param dial: connects to the server.
    """

    def __init__(self, network: "Network", name: str, dial: Dial) -> None:
        self.name = name
        self.port = 0
        self._network = network
        self._dial = dial
        self._open: set[asyncio.StreamWriter] = set()
        self._passable = asyncio.Event()
        self._passable.set()
        self._is_cut = False
        self._latency_seconds = 0.0

    def cut(self) -> None:
        """Break every connection, and let none come about."""
        self._network.do(self._cut())

    def slow(self, latency_seconds: float) -> None:
        """Let every piece of whatever passes, either way, take so much longer."""
        self._network.do(self._slow(latency_seconds))

    def stall(self) -> None:
        """Swallow what is sent: connections stay, and new ones come about, but nothing passes. Half open."""
        self._network.do(self._stall())

    def mend(self) -> None:
        """Make it whole. Connections that were stalled are reset, as whoever forgot them does with what he does not know."""
        self._network.do(self._mend())

    async def listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _cut(self) -> None:
        self._is_cut = True
        self._break_all()

    async def _slow(self, latency_seconds: float) -> None:
        self._latency_seconds = latency_seconds

    async def _stall(self) -> None:
        self._passable.clear()

    async def _mend(self) -> None:
        if not self._passable.is_set():
            self._break_all()
            self._passable.set()
        self._is_cut, self._latency_seconds = False, 0.0

    def _break_all(self) -> None:
        for writer in self._open:
            _reset(writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._passable.wait()
            if self._is_cut or writer.transport.is_closing():
                return
            far_reader, far_writer = await self._dial()
        except OSError:
            return  # the server is away: to whoever called, the connection breaks
        else:
            self._open.add(far_writer)
            ways = self._pump(reader, far_writer), self._pump(far_reader, writer)
            try:
                await asyncio.gather(*ways)
            finally:
                self._open.discard(far_writer)
                far_writer.transport.abort()
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(_PIECE_BYTES):
                await self._passable.wait()
                if self._latency_seconds:
                    await asyncio.sleep(self._latency_seconds)
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass  # either end broke off; the other is told below
        finally:
            writer.transport.abort() if reader.exception() else writer.close()


class Network:
    """Wires, and the thread that their traffic passes in."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._servers: list[asyncio.Server] = []
        self.wires: dict[str, Wire] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def lead_to(self, name: str, url: str) -> Wire:
        """A new wire to a server.

        :param url: of PostgreSQL (its socket's folder as ``host``, or host and port), or of RabbitMQ.
        """

        async def lay() -> Wire:
            wire = Wire(self, name, _dial(url))
            self._servers.append(await wire.listen())
            return wire

        self.wires[name] = self.do(lay())
        return self.wires[name]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done in the traffic's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        for wire in self.wires.values():
            await wire._cut()
        await asyncio.sleep(0)


def _dial(url: str) -> Dial:
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    if folder.startswith("/"):
        return lambda: asyncio.open_unix_connection(str(Path(folder) / f".s.PGSQL.{_POSTGRESQL_PORT}"))
    port = parts.port or (_AMQP_PORT if parts.scheme.startswith("amqp") else _POSTGRESQL_PORT)
    return lambda: asyncio.open_connection(parts.hostname or "127.0.0.1", port)


def _reset(writer: asyncio.StreamWriter) -> None:
    end: socket.socket = writer.get_extra_info("socket")
    if end.family == socket.AF_INET and end.fileno() >= 0:
        # Lingering for no time makes the close a reset: what a peer sees that comes back to a connection nobody knows.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()
