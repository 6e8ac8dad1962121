"""A reader of server-sent events, as the HTML standard reads them."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import requests

from tests.integration.gateway.company import Client

SECONDS_MAX = 10.0


@dataclass(frozen=True)
class ServerEvent:
    """One event.

    :param position: the last event id that was seen with it.
    :param at: when it was read, on the monotonic clock.
    """

    name: str
    data: Any
    position: str
    at: float


class EventParser:
    """Bytes in, events out.

    :ivar position: what would be sent as ``Last-Event-ID``.
    :ivar beats: comments, and blocks that only moved the position.
    """

    def __init__(self) -> None:
        self.position = ""
        self.retry_seconds: float | None = None
        self.beats = 0
        self._rest = b""
        self._block: dict[str, list[str]] = {}

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            field, _, value = line.decode().partition(":")
            if line:
                self._block.setdefault(field, []).append(value.removeprefix(" "))
            elif (event := self._end_of_block()) is not None:
                yield event

    def _end_of_block(self) -> ServerEvent | None:
        block, self._block = self._block, {}
        self.position = block.get("id", [self.position])[-1]
        if "retry" in block:
            self.retry_seconds = int(block["retry"][-1]) / 1000
        if "data" not in block:
            self.beats += "retry" not in block
            return None
        return ServerEvent(
            block.get("event", ["message"])[-1], json.loads("\n".join(block["data"])), self.position, time.monotonic()
        )


class EventStream:
    """A client that listens."""

    def __init__(self, client: Client, last_event_id: str | None = None, **options: Any) -> None:
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        # Not by the client's own session: that is busy as long as the stream is open.
        self.answer = requests.get(
            f"{client.url}/api/v1/stream",
            headers={**{name: value for name, value in client.session.headers.items() if name == "Authorization"}, **headers},
            cookies=client.session.cookies,
            stream=True,
            timeout=30,
            **options,
        )
        assert self.answer.status_code == 200, self.answer.text
        self.parser = EventParser()
        self._events: queue.SimpleQueue[ServerEvent] = queue.SimpleQueue()
        self.has_ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        with suppress(RuntimeError, OSError):  # the gateway hung up first
            self.answer.raw.shutdown()
        self._reader.join(SECONDS_MAX)
        self.answer.close()

    def next(self, name: str, when: Callable[[Any], bool] = lambda _: True, seconds_max: float = SECONDS_MAX) -> ServerEvent:
        """The next event of that name whose data are as wanted; what comes before it is passed over.

        :raises queue.Empty: if there is none in time.
        """
        give_up = time.monotonic() + seconds_max
        while True:
            event = self._events.get(timeout=max(0.001, give_up - time.monotonic()))
            if event.name == name and when(event.data):
                return event

    def poll(self, name: str) -> ServerEvent | None:
        """The next event of that name that is here already."""
        with suppress(queue.Empty):
            while (event := self._events.get_nowait()).name != name:
                pass
            return event
        return None

    def messages(self, count: int) -> list[str]:
        """The ids of the next so many messages."""
        return [self.next("message").data["id"] for _ in range(count)]

    def counted(self, total: int) -> ServerEvent:
        """The counters once they say so."""
        return self.next("counters", lambda counters: counters["total"] == total)

    @property
    def position(self) -> str:
        return self.parser.position

    def _read(self) -> None:
        try:
            for piece in self.answer.iter_content(chunk_size=None):
                for event in self.parser.feed(piece):
                    self._events.put(event)
        except requests.RequestException:
            pass  # the gateway, or this reader itself, hung up
        finally:
            self.has_ended.set()
