"""A service's delay queues: each of its handlers needs them, and a connection declares them once."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection

import services.kit.bus  # noqa: F401  # registers the transport
from services.kit.bus.memory import Channel
from services.kit.bus.retries import RetryQueues

HANDLERS = 3


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a queue was declared, by name."""
    counted: Counter[str] = Counter()
    declare = Channel.queue_declare

    def count(channel: Channel, queue: str | None = None, passive: bool = False, **details: Any) -> Any:
        counted[queue or ""] += 1
        return declare(channel, queue, passive, **details)

    monkeypatch.setattr(Channel, "queue_declare", count)
    return counted


def test_a_connection_declares_them_once_however_many_handlers_there_are(declared: Counter[str]) -> None:
    url = f"l2c-memory:///{uuid4()}"
    each = ("billing.dead-letters", "billing.delay.1", "billing.delay.5")
    for connections in (1, 2):
        with Connection(url) as connection:
            for _ in range(HANDLERS):
                RetryQueues("billing", (1, 5), quorum=False).declare(connection.default_channel)
        assert declared == dict.fromkeys(each, connections)


def test_a_connection_that_is_made_again_declares_them_again(declared: Counter[str]) -> None:
    with Connection(f"l2c-memory:///{uuid4()}") as connection:
        for times in (1, 2):
            RetryQueues("notify", (), quorum=False).declare(connection.default_channel)
            assert declared == {"notify.dead-letters": times}
            connection.close()
