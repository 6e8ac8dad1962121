"""Parked events: count, list, show, replay, discard. What ``l2c dead-letters`` and the health page stand on.

Looking takes messages without acknowledging them and gives them back on closing, in their order. Two people looking at the same
moment see each only what the other does not hold.
"""

import hashlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import NotFound
from kombu import Consumer, Message, Queue

from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import PERSISTENT, Link
from services.kit.bus.retries import (
    ATTEMPTS_HEADER,
    ERROR_HEADER,
    ID_HEADER,
    PARKED_AT_HEADER,
    QUEUE_HEADER,
    SOURCE_HEADER,
    TYPE_HEADER,
    dead_letter_queue,
    original_headers,
    returns_exchange,
)
from services.kit.errors import NotFound as NoSuchThing

_log = logging.getLogger(__name__)

LOOK_AT_MAX = 10_000
"""How many are looked at, at most: they are all held in memory meanwhile."""

_REPLAYED_AT_ONCE = 500
_CONNECT_SECONDS = 5.0
_ARRIVE_SECONDS = 2.0
_RETURN_SECONDS = 2.0
_LOOK_SECONDS = 0.01
_PUBLISH_SECONDS = 10.0


@dataclass(frozen=True)
class DeadLetter:
    """A parked message.

    :param id: names it among the service's dead letters.
    :param queue: the handler's queue that it failed in, and returns to when replayed.
    :param attempts: how often it was tried.
    :param parked_at: RFC 3339; empty if the broker parked it.
    :param event_id: empty for a message that is no event.
    :param body: as it was published.
    """

    id: str
    queue: str
    source: str
    type: str
    event_id: str
    attempts: int
    error: str
    parked_at: str
    headers: dict[str, Any]
    body: str


class DeadLetters:
    """One service's parked events.

    Every method raises ``OSError``, ``AMQPError`` or ``KombuError`` if the broker is away.
    """

    def __init__(self, amqp_url: str, service: str) -> None:
        self._amqp_url = amqp_url
        self._service = service
        self._queue = dead_letter_queue(service)

    def count(self) -> int:
        """How many are parked and not just being looked at."""
        with self._link() as link:
            return self._ready(link)

    def list(self, limit: int = LOOK_AT_MAX) -> "list[DeadLetter]":
        """The oldest first."""
        with self._held(limit) as (_, messages):
            return [_describe(message) for message in messages]

    def show(self, dead_letter_id: str) -> DeadLetter:
        """
        :raises services.kit.errors.NotFound: if there is none of that id.
        """
        for letter in self.list():
            if letter.id == dead_letter_id:
                return letter
        raise NoSuchThing("dead_letter_not_found", id=dead_letter_id)

    def replay(self, dead_letter_id: str) -> DeadLetter:
        """Give one back to its handler's queue, with all its tries before it again.

        :raises services.kit.errors.NotFound: if there is none of that id.
        :raises Unroutable: if its handler's queue is gone; it stays parked.
        """
        return self._take(dead_letter_id, self._give_back)

    def replay_all(self) -> int:
        """Give back what is parked now, oldest first.

        :returns: how many.
        :raises Unroutable: at the first whose handler's queue is gone; it and the later ones stay parked.
        """
        # Not until the queue is empty: what fails again at once would go round and round.
        parked, replayed = self.count(), 0
        while replayed < parked:
            with self._held(min(_REPLAYED_AT_ONCE, parked - replayed)) as (link, messages):
                for message in messages:
                    self._give_back(link, message)
                    message.ack()
            if not messages:
                break
            replayed += len(messages)
        return replayed

    def discard(self, dead_letter_id: str, reason: str) -> DeadLetter:
        """Drop one for good. The log keeps it, with the reason.

        :raises services.kit.errors.NotFound: if there is none of that id.
        """

        def note(_: Link, message: Message) -> None:
            letter = _describe(message)
            _log.warning("%s: discarded %s (%s): %s", self._queue, letter.id, reason, json.dumps(letter.__dict__, default=str))

        return self._take(dead_letter_id, note)

    def _take(self, dead_letter_id: str, action: Callable[[Link, Message], None]) -> DeadLetter:
        with self._held(LOOK_AT_MAX) as (link, messages):
            for message in messages:
                letter = _describe(message)
                if letter.id == dead_letter_id:
                    action(link, message)
                    message.ack()
                    return letter
        raise NoSuchThing("dead_letter_not_found", id=dead_letter_id)

    def _give_back(self, link: Link, message: Message) -> None:
        link.publish(
            message.body,
            exchange=returns_exchange(self._service).name,
            routing_key=_describe(message).queue,
            headers=original_headers(message.headers),
            mandatory=True,
            delivery_mode=PERSISTENT,
            content_type=message.content_type or "application/octet-stream",
            content_encoding=message.content_encoding or "utf-8",
            message_id=message.properties.get("message_id"),
            deadline=Deadline(_PUBLISH_SECONDS),
        )

    def _ready(self, link: Link) -> int:
        try:
            return int(link.channel.queue_declare(self._queue, passive=True).message_count)
        except NotFound:
            return 0

    @contextmanager
    def _held(self, most: int) -> Iterator[tuple[Link, deque[Message]]]:
        """The first messages; what is not acknowledged meanwhile is the queue's again afterwards."""
        with self._link() as link:
            messages = self._hold(link, most)
            yield link, messages
        if kept := sum(not message.acknowledged for message in messages):
            self._wait_for_return(kept)

    def _wait_for_return(self, count: int) -> None:
        # The broker takes them back some time after the link was closed, and whoever looked before would miss them. It tells
        # nobody when it has; and if somebody else takes them first, they never count here.
        with self._link() as link:
            deadline = time.monotonic() + _RETURN_SECONDS
            while self._ready(link) < count and time.monotonic() < deadline:
                time.sleep(_LOOK_SECONDS)

    def _hold(self, link: Link, most: int) -> deque[Message]:
        """The first messages, the queue's again when the link closes.

        By one consumer that takes them all: a quorum queue then takes them back in their order. What was got one by one, or given
        back one by one, it mixes.
        """
        expected = min(self._ready(link), most)
        held: deque[Message] = deque()
        if expected:
            consumer = Consumer(
                link.channel,
                queues=[Queue(self._queue, no_declare=True)],
                auto_declare=False,
                on_message=held.append,
                prefetch_count=expected,
            )
            consumer.consume()
        while len(held) < expected:
            try:
                link.connection.drain_events(timeout=_ARRIVE_SECONDS)
            except TimeoutError:
                break  # somebody else looks at the others
        return held

    @contextmanager
    def _link(self) -> Iterator[Link]:
        link = Link(self._amqp_url, confirms=True, deadline=Deadline(_CONNECT_SECONDS))
        try:
            yield link
        finally:
            link.close()


def count_dead_letters(amqp_url: str, service: str) -> int:
    """How many events of a service are parked."""
    return DeadLetters(amqp_url, service).count()


def _describe(message: Message) -> DeadLetter:
    headers = dict(message.headers)
    body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
    try:
        envelope = json.loads(body)
    except ValueError:
        envelope = None
    envelope = envelope if isinstance(envelope, dict) else {}
    # A message that crashed its handlers too often was parked by the broker, which left a note of its own.
    deaths = headers.get("x-death") or [{}]
    return DeadLetter(
        id=str(headers.get(ID_HEADER) or hashlib.sha256(f"{deaths[0].get('queue')} {body}".encode()).hexdigest()[:16]),
        queue=str(headers.get(QUEUE_HEADER) or deaths[0].get("queue") or ""),
        source=str(headers.get(SOURCE_HEADER) or envelope.get("source") or ""),
        type=str(headers.get(TYPE_HEADER) or envelope.get("type") or ""),
        event_id=str(envelope.get("id") or ""),
        attempts=int(headers.get(ATTEMPTS_HEADER) or deaths[0].get("count") or 0),
        error=str(headers.get(ERROR_HEADER) or deaths[0].get("reason") or ""),
        parked_at=str(headers.get(PARKED_AT_HEADER) or ""),
        headers=headers,
        body=body,
    )
