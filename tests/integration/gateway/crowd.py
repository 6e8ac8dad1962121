"""Very many streams at once, read by one thread."""

import selectors
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from gateway.identity.usecases.add_user import add_user
from gateway.identity.usecases.issue_token import issue_token
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.unit_of_work import Begin
from tests.integration.gateway.event_stream import EventParser


def tokens_of(gateway_database: Database, role: str, count: int) -> list[str]:
    """Bearer tokens of so many new users with this role, who may listen."""
    begin = Begin("gateway", gateway_database, EVENTS, CallContext(Caller.system("gateway")))
    permissions = ["messages.read"]
    tokens = []
    for _ in range(count):
        login = f"listener.{new_id().hex}"
        user = add_user(
            begin, login=login, name=login, department_id=None, roles=[role], password=None, is_service=True, email=None
        )
        issued = issue_token(begin, name=login, user_id=user["id"], scopes=permissions, days=1, known_permissions=permissions)
        tokens.append(str(issued["token"]))
    return tokens


class Crowd:
    """Streams, one a token.

    :ivar heard: when each message was read by each of those that have read it, by its id.
    :ivar counted: how many have been told their counters.
    """

    def __init__(self, url: str, tokens: Sequence[str]) -> None:
        self.heard: defaultdict[str, list[float]] = defaultdict(list)
        self.counted = 0
        self._size = len(tokens)
        self._selector = selectors.DefaultSelector()
        self._changed = threading.Condition()
        self._closing = False
        address = urlsplit(url)
        for token in tokens:
            connection = socket.create_connection((address.hostname, address.port), timeout=30)
            # HTTP/1.0: the answer comes as it is, in no chunks.
            request = f"GET /api/v1/stream HTTP/1.0\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
            connection.sendall(request.encode())
            self._selector.register(connection, selectors.EVENT_READ, _Listener())
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # they are sockets
        self._selector.close()

    def wait_until_counted(self, seconds_max: float = 60.0) -> None:
        """Until every stream is open and was told what waits."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.counted == self._size, seconds_max), f"{self.counted} of {self._size}"

    def wait_for(self, message_id: str, seconds_max: float = 30.0) -> list[float]:
        """When each was told, in order, once all were."""
        with self._changed:
            heard = self.heard[message_id]
            assert self._changed.wait_for(lambda: len(heard) == self._size, seconds_max), f"{len(heard)} of {self._size}"
            return sorted(heard)

    def wait_for_first(self, message_id: str, seconds_max: float = 30.0) -> float:
        """When the first of them was told."""
        with self._changed:
            heard = self.heard[message_id]
            assert self._changed.wait_for(lambda: heard, seconds_max), "nobody was told"
            return heard[0]

    def _read(self) -> None:
        while not self._closing:
            for key, _ in self._selector.select(timeout=0.1):
                self._take(key)

    def _take(self, key: Any) -> None:
        piece = key.fileobj.recv(65536)
        if not piece:
            self._selector.unregister(key.fileobj)
            key.fileobj.close()
        listener: _Listener = key.data
        now = time.monotonic()
        for event in listener.feed(piece):
            with self._changed:
                if event.name == "message":
                    self.heard[event.data["id"]].append(now)
                elif not listener.is_counted:
                    listener.is_counted = True
                    self.counted += 1
                self._changed.notify_all()


class _Listener:
    """One of them."""

    def __init__(self) -> None:
        self.is_counted = False
        self._head: bytes | None = b""
        self._parser = EventParser()

    def feed(self, piece: bytes) -> Any:
        if self._head is not None:
            head, end, piece = (self._head + piece).partition(b"\r\n\r\n")
            self._head = None if end else head
        return self._parser.feed(piece) if self._head is None else ()
