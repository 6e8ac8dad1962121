"""What the bus's tests hold in their hands: services in a process of their own, and a bus to call them by.

Tests are written against :class:`Bus`. On RabbitMQ it works from the test's own process (:class:`DirectBus`); the memory
transport has no outside, so there each operation is done inside the services' process (:class:`PipedBus`).
"""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from services.kit.bus.calls import RemoteFault, read_answer
from services.kit.bus.cluster_client import ClusterClient
from services.kit.bus.dead_letters import DeadLetters
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import PERSISTENT, Link
from services.kit.bus.publisher import EventPublisher
from services.kit.caller import CallContext, Caller
from services.kit.clock import parse_instant
from services.kit.envelope import Event
from services.kit.settings import Settings

RETRY_DELAYS = (0.2, 0.4)
_CHECKOUT = Path(__file__).resolve().parents[3]
_START_SECONDS_MAX = 60.0
_ANSWER_SECONDS_MAX = 60.0

T = TypeVar("T")


class Bus(Protocol):
    """Every argument and result is JSON."""

    def call(self, service: str, method: str, context: dict[str, str], seconds: float, *args: Any) -> Any: ...

    def publish(self, events: list[dict[str, Any]], context: dict[str, str]) -> None: ...

    def publish_raw(self, exchange: str, routing_key: str, body: str, headers: dict[str, Any]) -> None: ...

    def parked(self) -> list[dict[str, Any]]: ...

    def count_parked(self) -> int: ...

    def replay(self, dead_letter_id: str) -> None: ...

    def replay_all(self) -> int: ...

    def discard(self, dead_letter_id: str, reason: str) -> None: ...


class DirectBus:
    """The bus by the kit's own clients."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._clients: dict[float, ClusterClient] = {}
        self._publisher = EventPublisher(amqp_url)
        self._dead_letters = DeadLetters(amqp_url, "front")

    def call(self, service: str, method: str, context: dict[str, str], seconds: float, *args: Any) -> Any:
        client = self._clients.setdefault(seconds, ClusterClient(self._amqp_url, timeout_seconds=seconds))
        return client.call(service, method, CallContext.from_headers(context, default=Caller()), *args)

    def publish(self, events: list[dict[str, Any]], context: dict[str, str]) -> None:
        sender = CallContext.from_headers(context, default=Caller())
        for source in {event["source"] for event in events}:
            self._publisher.declare(source)
        self._publisher.publish([(Event.from_wire(event), sender) for event in events])

    def publish_raw(self, exchange: str, routing_key: str, body: str, headers: dict[str, Any]) -> None:
        deadline = Deadline(10)
        link = Link(self._amqp_url, confirms=True, deadline=deadline)
        link.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            headers=headers,
            delivery_mode=PERSISTENT,
            mandatory=True,
            deadline=deadline,
        )
        link.close()

    def parked(self) -> list[dict[str, Any]]:
        return [letter.__dict__ for letter in self._dead_letters.list()]

    def count_parked(self) -> int:
        return self._dead_letters.count()

    def replay(self, dead_letter_id: str) -> None:
        self._dead_letters.replay(dead_letter_id)

    def replay_all(self) -> int:
        return self._dead_letters.replay_all()

    def discard(self, dead_letter_id: str, reason: str) -> None:
        self._dead_letters.discard(dead_letter_id, reason)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._publisher.close()


class ServiceProcess:
    """Services of :mod:`bus_services` in a process of their own. It ends with the test's process, however that ends.

    :param services: ``"front"``, ``"back"``.
    """

    def __init__(
        self, amqp_url: str, *services: str, max_workers: int = 32, retry_delays: tuple[float, ...] = RETRY_DELAYS
    ) -> None:
        settings = Settings(
            database_url="postgresql+psycopg://not-used/{service}",
            amqp_url=amqp_url,
            celery_broker_url="memory://",
            files_folder=Path("not used"),
            max_workers=max_workers,
            rpc_timeout_seconds=5.0,
            event_retry_delays_seconds=retry_delays,
            quorum_queues=not amqp_url.startswith("l2c-memory:"),
        )
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.kit.bus_process", str(theirs.fileno()), *services],
            cwd=_CHECKOUT,
            env={**os.environ, **settings.to_environment()},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._socket = ours
        self._stream = ours.makefile("rw")
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._answers: dict[int, queue.SimpleQueue[Any]] = {}
        self._numbers = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def wait_until_started(self) -> None:
        self._expect("started")

    def wait_until_died(self) -> str:
        """
        :returns: what its container died of.
        """
        while not (news := self._news.get(timeout=_START_SECONDS_MAX)).startswith("died"):
            pass
        return news

    @property
    def is_quiet(self) -> bool:
        """Whether it has said nothing since: neither started nor died."""
        return self._news.empty()

    def stop_services(self) -> None:
        """Stop them and wait until they have stopped."""
        self._send({"operation": "stop"})
        self._expect("stopped")

    def do(self, operation: str, *arguments: Any) -> Any:
        """Do something on the process's own bus."""
        self._numbers += 1
        number, answer = self._numbers, queue.SimpleQueue[Any]()
        self._answers[number] = answer
        self._send({"number": number, "operation": operation, "arguments": arguments})
        found = answer.get(timeout=_ANSWER_SECONDS_MAX)
        if "fault" in found:
            raise RemoteFault(*found["fault"])
        return read_answer(found, service="the process", method=operation)

    def kill(self) -> None:
        self._process.kill()
        self.close()

    def close(self) -> None:
        if self._stream.closed:
            return
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._stream.close()
        self._socket.close()
        try:
            self._process.wait(timeout=10)
        finally:
            self._process.kill()

    def _send(self, request: dict[str, Any]) -> None:
        self._stream.write(json.dumps(request) + "\n")
        self._stream.flush()

    def _expect(self, news: str) -> str:
        found = self._news.get(timeout=_START_SECONDS_MAX)
        assert found.startswith(news), f"expected that it {news}: {found}"
        return found

    def _read(self) -> None:
        for line in self._stream:
            message = json.loads(line)
            if "number" in message:
                self._answers.pop(message["number"]).put(message["answer"])
            else:
                self._news.put("; ".join(f"{key} {value}" for key, value in message.items()))


class PipedBus:
    """The bus as a process has it inside."""

    def __init__(self, process: ServiceProcess) -> None:
        self._process = process

    def call(self, service: str, method: str, context: dict[str, str], seconds: float, *args: Any) -> Any:
        return self._process.do("call", service, method, context, seconds, *args)

    def publish(self, events: list[dict[str, Any]], context: dict[str, str]) -> None:
        self._process.do("publish", events, context)

    def publish_raw(self, exchange: str, routing_key: str, body: str, headers: dict[str, Any]) -> None:
        self._process.do("publish_raw", exchange, routing_key, body, headers)

    def parked(self) -> list[dict[str, Any]]:
        parked: list[dict[str, Any]] = self._process.do("parked")
        return parked

    def count_parked(self) -> int:
        return int(self._process.do("count_parked"))

    def replay(self, dead_letter_id: str) -> None:
        self._process.do("replay", dead_letter_id)

    def replay_all(self) -> int:
        return int(self._process.do("replay_all"))

    def discard(self, dead_letter_id: str, reason: str) -> None:
        self._process.do("discard", dead_letter_id, reason)


def thing(event_id: UUID, subject: str, event_type: str = "thing_happened", **data: Any) -> dict[str, Any]:
    """An event of the service ``back``."""
    return Event(event_id, "back", event_type, subject, parse_instant("2026-03-01T00:00:00Z"), 1, 1, data).to_wire()


def eventually(look: Callable[[], T], seconds_max: float = 20.0) -> T:
    """What ``look`` gives once it gives something true.

    :raises AssertionError: if it does not in time.
    """
    deadline = time.monotonic() + seconds_max
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds_max} s"
        time.sleep(0.05)
    return found
