"""What a relay declares before it publishes, on a broker that falls silent meanwhile: as RabbitMQ does about a queue that has no
leader after a restart."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy import subscriptions
from deploy.subscriptions import SubscribedPublisher, Subscription
from services.kit.bus.links import LINK_ERRORS
from services.kit.settings import Settings
from tests.chaos.network import Network

_SECONDS_MAX = 30.0


def test_a_broker_that_does_not_answer_a_declaration_counts_as_away_and_is_asked_again(
    fresh_amqp_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials, _, address = fresh_amqp_url.partition("@")
    with Network() as network:
        wire = network.lead_to("rabbitmq", fresh_amqp_url)
        settings = Settings(
            database_url="postgresql+psycopg://not-used/{service}",
            amqp_url=f"{credentials}@127.0.0.1:{wire.port}/{address.partition('/')[2]}",
            celery_broker_url="memory://",
            files_folder=tmp_path,
        )
        publisher = SubscribedPublisher(settings, "payments")
        listeners = subscriptions.subscriptions()

        def fall_silent() -> Sequence[Subscription]:
            wire.stall()
            return listeners

        failures: list[BaseException] = []

        def declare() -> None:
            try:
                publisher.declare("payments")
            except LINK_ERRORS as error:
                failures.append(error)

        monkeypatch.setattr(subscriptions, "_ANSWER_SECONDS", 0.5)
        monkeypatch.setattr(subscriptions, "subscriptions", fall_silent)  # called with the connection up, before the first queue
        declaring = threading.Thread(target=declare, daemon=True)
        declaring.start()
        declaring.join(_SECONDS_MAX)
        assert not declaring.is_alive(), "it waits for ever, and nothing is published any more"
        assert len(failures) == 1
        monkeypatch.setattr(subscriptions, "subscriptions", lambda: listeners)
        wire.mend()
        publisher.declare("payments")
        publisher.close()
