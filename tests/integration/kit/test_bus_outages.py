"""What the bus bears: brokers that go and come back, services that die, queues that were made otherwise. RabbitMQ only."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import uuid4

import pytest
from kombu import Connection

from services.kit.bus.breaker import UNANSWERED_MAX
from services.kit.bus.cluster_client import ClusterClient
from services.kit.bus.links import PublishError
from services.kit.envelope import Event
from services.kit.errors import Unavailable
from tests.integration.kit.bus import DirectBus, ServiceProcess, eventually, thing
from tests.integration.kit.bus_fixtures import ANN, Running
from tests.servers.kept import KeptRabbitmq

QUEUE = "evt-back-thing_happened--front.note_thing"

Services = Callable[..., AbstractContextManager[Running]]


@pytest.fixture
def url(rabbitmq: KeptRabbitmq) -> str:
    """A virtual host for the test alone, on a broker for the module alone, that is up."""
    rabbitmq.start()
    return rabbitmq.add_vhost(str(uuid4()))


@pytest.fixture
def services(url: str) -> Services:
    """Runs services in a process of their own."""

    @contextmanager
    def run(*names: str) -> Iterator[Running]:
        process = ServiceProcess(url, *names)
        bus = DirectBus(url)
        try:
            yield Running(bus, process)
        finally:
            bus.close()
            process.close()

    return run


def works(running: Running) -> bool:
    try:
        return bool(running.call("front.relay", True, seconds=2.0))
    except Unavailable:
        return False


def take_and_die(url: str) -> None:
    """What a process that dies over a message does with it."""
    with Connection(url) as connection:
        channel = connection.channel()
        eventually(lambda: channel.basic_get(QUEUE))


def heard(running: Running, subject: str) -> list[object]:
    notes: list[object] = running.call("front.heard", "note_thing", subject)
    return notes


def test_everything_heals_by_itself_after_the_broker_restarts(rabbitmq: KeptRabbitmq, services: Services) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        assert works(running)
        rabbitmq.restart()
        eventually(lambda: works(running))
        running.publish(thing(uuid4(), "after the restart"))
        eventually(lambda: heard(running, "after the restart"))
        assert running.process.is_quiet


def test_a_reply_that_falls_due_while_the_broker_is_down_kills_nobody(rabbitmq: KeptRabbitmq, services: Services) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        assert works(running)
        refused: list[Unavailable] = []

        def ask() -> None:
            try:
                running.call("back.wait", 1.0, seconds=4.0)
            except Unavailable as error:
                refused.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        # The request has been taken up once the wait it asks for is under way, which nothing shows from outside.
        time.sleep(0.3)
        rabbitmq.stop()
        asking.join()
        assert refused
        time.sleep(4.0)  # the reply's own deadline has passed
        rabbitmq.start()
        eventually(lambda: works(running))
        assert running.process.is_quiet


def test_an_event_that_fails_while_the_broker_is_down_is_not_lost(rabbitmq: KeptRabbitmq, services: Services) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        running.publish(thing(uuid4(), "fails in the dark", failures=1, hold_seconds=1.5))
        eventually(lambda: heard(running, "fails in the dark"))
        rabbitmq.restart()
        eventually(lambda: works(running))
        eventually(lambda: len(heard(running, "fails in the dark")) >= 2)
        assert running.bus.count_parked() == 0
        assert running.process.is_quiet


def test_an_event_whose_handler_is_killed_is_handled_by_the_next_process(services: Services) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        running.publish(thing(uuid4(), "survives", hold_seconds=30))
        eventually(lambda: heard(running, "survives"))
        running.process.kill()
        with services("front", "back") as successor:
            successor.process.wait_until_started()
            eventually(lambda: heard(successor, "survives"))


def test_events_wait_for_a_service_that_is_away(services: Services) -> None:
    with services("front") as running:
        running.process.wait_until_started()
    with services("front", "back") as running:
        running.publish(*(thing(uuid4(), f"early {number}") for number in range(10)))
        running.process.wait_until_started()
        eventually(lambda: len(running.call("front.heard_in_all", "note_thing", "early")) == 10)


def test_a_request_to_a_service_that_is_away_ends_at_its_deadline_and_is_never_executed(services: Services) -> None:
    with services("back") as running:
        running.process.wait_until_started()
        assert running.call("back.counted", "too late") == 0
    with services("back") as running:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            running.call("back.count", "too late", seconds=0.2)
        assert time.monotonic() - started < 2
        running.process.wait_until_started()
        assert running.call("back.counted", "too late") == 0


def test_a_service_that_hangs_is_left_alone_until_it_answers_again(services: Services) -> None:
    with services("back") as back, services("front") as front:
        back.process.wait_until_started()
        front.process.wait_until_started()
        os.kill(back.process.process_id, signal.SIGSTOP)
        assert front.call("front.count_hurriedly", "hanging", UNANSWERED_MAX) == 0
        started = time.monotonic()
        with pytest.raises(Unavailable):
            front.call("front.relay", True)
        assert time.monotonic() - started < 2  # its own deadline is 20 s
        os.kill(back.process.process_id, signal.SIGCONT)
        eventually(lambda: works(front))
        assert front.call("front.count_hurriedly", "answering", UNANSWERED_MAX) == UNANSWERED_MAX
        assert back.call("back.counted", "hanging") == 0


def test_an_event_that_kills_its_handlers_is_parked_by_the_broker_and_can_be_replayed(url: str, services: Services) -> None:
    with services("front") as running:
        running.process.wait_until_started()
    bus = DirectBus(url)
    bus.publish([thing(uuid4(), "poison")], ANN.to_headers())
    for _ in range(21):
        take_and_die(url)
    eventually(lambda: bus.count_parked() == 1)
    (letter,) = bus.parked()
    assert (letter["queue"], letter["error"]) == (QUEUE, "delivery_limit")
    assert json.loads(letter["body"])["subject"] == "poison"
    with services("front", "back") as running:
        running.process.wait_until_started()
        bus.replay_all()
        eventually(lambda: len(heard(running, "poison")) == 1)
        assert bus.count_parked() == 0
    bus.close()


def test_calls_and_events_without_a_broker_fail_in_time_and_the_same_clients_work_again_later(
    rabbitmq: KeptRabbitmq, services: Services
) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        running.publish(thing(uuid4(), "before"))
        assert works(running)
        rabbitmq.stop()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            running.call("front.relay", True, seconds=2.0)
        assert time.monotonic() - started < 3
        with pytest.raises(PublishError):
            running.publish(thing(uuid4(), "during"))
        rabbitmq.start()
        running.publish(thing(uuid4(), "after"))
        eventually(lambda: works(running))
        eventually(lambda: heard(running, "after"))


def test_publishing_to_an_exchange_nobody_declared_is_an_error(url: str) -> None:
    bus = DirectBus(url)
    with pytest.raises(PublishError):
        bus._publisher.publish([(Event.from_wire(thing(uuid4(), "nowhere")), ANN)])
    bus.publish([thing(uuid4(), "declared first")], ANN.to_headers())
    bus.close()


def test_a_service_started_without_a_broker_waits_for_it(rabbitmq: KeptRabbitmq, services: Services) -> None:
    rabbitmq.stop()
    with services("front", "back") as running:
        time.sleep(3.0)  # it has had time to give up
        assert running.process.is_quiet
        rabbitmq.start()
        running.process.wait_until_started()
        assert works(running)


def test_services_can_be_stopped_while_the_broker_is_away(rabbitmq: KeptRabbitmq, services: Services) -> None:
    with services("front", "back") as running:
        running.process.wait_until_started()
        assert works(running)
        rabbitmq.stop()
        started = time.monotonic()
        running.process.stop_services()
        assert time.monotonic() - started < 15


def test_a_queue_made_with_other_arguments_stops_the_service_that_wants_it(url: str, services: Services) -> None:
    with Connection(url) as connection:
        connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False)
    with services("front") as running:
        assert "QueueMismatch" in running.process.wait_until_died()


def test_a_call_to_a_broker_that_takes_connections_and_says_nothing_ends_at_its_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = ClusterClient(f"amqp://l2c:l2c@127.0.0.1:{silent.getsockname()[1]}/", timeout_seconds=1.0)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            client.call("back", "echo", ANN, 1)
        assert time.monotonic() - started < 3
