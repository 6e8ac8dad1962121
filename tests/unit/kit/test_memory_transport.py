"""The memory transport does what RabbitMQ does, where the bus depends on it. Plain kombu, no eventlet, no nameko."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from amqp.exceptions import ChannelError, NotFound, PreconditionFailed
from kombu import Connection, Consumer, Exchange, Message, Producer, Queue

import services.kit.bus  # noqa: F401  # registers the transport
from services.kit.bus.deadlines import Deadline
from services.kit.bus.links import PERSISTENT, Link, Unroutable


class Broker:
    """A virtual host of its own, and clients of it."""

    def __init__(self, stack: ExitStack) -> None:
        self.url = f"l2c-memory:///{uuid4()}"
        self._stack = stack

    def connect(self) -> Connection:
        connection: Connection = self._stack.enter_context(Connection(self.url))
        connection.connect()
        return connection


@pytest.fixture
def broker() -> Iterator[Broker]:
    with ExitStack() as stack:
        yield Broker(stack)


def declare(connection: Connection, name: str, exchange: Exchange | None = None, **details: Any) -> None:
    queue = Queue(name, exchange=exchange, durable=True, **details) if exchange else Queue(name, durable=True, **details)
    queue(connection.default_channel).declare()


def publish(connection: Connection, body: str, routing_key: str, exchange: str = "", **details: Any) -> None:
    Producer(connection.default_channel).publish(body, exchange=exchange, routing_key=routing_key, serializer="json", **details)


def consume(connection: Connection, queue: str, prefetch: int = 0, **details: Any) -> list[Message]:
    """What the queue pushes from now on, as the connection looks."""
    taken: list[Message] = []
    consumer = Consumer(
        connection.channel(), [Queue(queue, no_declare=True)], on_message=taken.append, auto_declare=False, **details
    )
    consumer.qos(prefetch_count=prefetch)
    consumer.consume()
    return taken


def drain(connection: Connection, seconds: float = 0.05) -> None:
    try:
        while True:
            connection.drain_events(timeout=seconds)
    except TimeoutError:
        pass


def bodies(connection: Connection, queue: str) -> list[object]:
    found = []
    while (message := connection.default_channel.basic_get(queue, no_ack=True)) is not None:
        found.append(message.payload)
    return found


def test_a_message_says_how_it_is_written(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "letters")
    publish(connection, "行业短信", "letters", headers={"a": [1]}, correlation_id="7", reply_to="me")
    message = connection.default_channel.basic_get("letters")
    assert message.payload == "行业短信"
    assert message.headers == {"a": [1]}
    expected = {"content_type": "application/json", "content_encoding": "utf-8", "correlation_id": "7", "reply_to": "me"}
    assert {name: message.properties[name] for name in expected} == expected
    assert (message.delivery_info["exchange"], message.delivery_info["routing_key"]) == ("", "letters")


def test_a_mandatory_message_without_a_queue_comes_back(broker: Broker) -> None:
    connection = broker.connect()
    Exchange("facts", type="topic")(connection.default_channel).declare()
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(connection, "x", "nowhere", exchange="facts", mandatory=True)
    publish(connection, "x", "nowhere", exchange="facts")
    with pytest.raises(NotFound):
        publish(connection, "x", "nowhere", exchange="fictions")


def test_a_link_tells_what_came_back_from_what_did_not(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "letters")
    link = Link(broker.url, confirms=True, deadline=Deadline(1))
    details: dict[str, Any] = {
        "exchange": "",
        "deadline": Deadline(1),
        "headers": {},
        "delivery_mode": PERSISTENT,
        "mandatory": True,
    }
    with pytest.raises(Unroutable):
        link.publish("1", routing_key="nowhere", **details)
    link.publish("2", routing_key="letters", **details)
    assert link.is_alive
    assert bodies(connection, "letters") == [2]
    link.close()
    assert not link.is_alive


def test_every_bound_queue_gets_a_copy_of_its_own(broker: Broker) -> None:
    connection = broker.connect()
    facts = Exchange("facts", type="topic")
    declare(connection, "one", facts, routing_key="customer.*")
    declare(connection, "two", facts, routing_key="#")
    publish(connection, "x", "customer.added", exchange="facts", headers={"list": []})
    first = connection.default_channel.basic_get("one")
    first.headers["list"].append("changed")
    second = connection.default_channel.basic_get("two")
    assert second.headers == {"list": []}
    assert first.delivery_tag != second.delivery_tag


def test_a_requeued_message_returns_to_its_own_place_and_queue_alone(broker: Broker) -> None:
    connection = broker.connect()
    facts = Exchange("facts", type="fanout")
    for queue in ("one", "two"):
        declare(connection, queue, facts)
    for number in range(3):
        publish(connection, str(number), "", exchange="facts")
    messages = [connection.default_channel.basic_get("one") for _ in range(3)]
    for message in (messages[1], messages[0]):
        message.requeue()
    again = connection.default_channel.basic_get("one")
    assert (again.payload, again.delivery_info["redelivered"]) == ("0", True)
    assert bodies(connection, "one") == ["1"]
    assert bodies(connection, "two") == ["0", "1", "2"]


def test_prefetch_counts_per_consumer(broker: Broker) -> None:
    connection = broker.connect()
    for queue in ("busy", "idle"):
        declare(connection, queue)
    channel = connection.channel()
    busy: list[Message] = []
    idle: list[Message] = []
    for queue, taken in (("busy", busy), ("idle", idle)):
        consumer = Consumer(channel, [Queue(queue, no_declare=True)], on_message=taken.append, auto_declare=False)
        consumer.qos(prefetch_count=2)
        consumer.consume()
    for number in range(4):
        publish(connection, str(number), "busy")
    publish(connection, "reply", "idle")
    drain(connection)
    assert [message.payload for message in busy] == ["0", "1"]
    assert [message.payload for message in idle] == ["reply"]
    busy[0].ack()
    drain(connection)
    assert [message.payload for message in busy] == ["0", "1", "2"]


def test_consumers_of_one_queue_take_turns(broker: Broker) -> None:
    publisher, first, second = (broker.connect() for _ in range(3))
    declare(publisher, "work")
    taken = [consume(first, "work"), consume(second, "work")]
    for number in range(10):
        publish(publisher, str(number), "work")
    drain(first)
    drain(second)
    assert [len(messages) for messages in taken] == [5, 5]


def test_what_a_connection_held_goes_back_in_order_when_it_closes(broker: Broker) -> None:
    publisher, consumer = broker.connect(), broker.connect()
    declare(publisher, "work")
    for number in range(5):
        publish(publisher, str(number), "work")
    taken = consume(consumer, "work", prefetch=4)
    drain(consumer)
    taken[1].ack()
    consumer.release()
    assert bodies(publisher, "work") == ["0", "2", "3", "4"]


def test_what_was_pushed_and_never_looked_at_goes_back_too(broker: Broker) -> None:
    publisher, consumer = broker.connect(), broker.connect()
    declare(publisher, "work")
    consume(consumer, "work")
    publish(publisher, "x", "work")
    consumer.release()
    assert bodies(publisher, "work") == ["x"]


def test_a_put_wakes_a_connection_that_waits(broker: Broker) -> None:
    publisher, consumer = broker.connect(), broker.connect()
    declare(publisher, "work")
    taken = consume(consumer, "work", no_ack=True)
    sent: list[float] = []

    def send() -> None:
        sent.append(time.monotonic())
        publish(publisher, "x", "work")

    timer = threading.Timer(0.2, send)
    timer.start()
    consumer.drain_events(timeout=5)
    assert time.monotonic() - sent[0] < 0.1
    assert len(taken) == 1
    timer.join()


def test_an_expired_message_returns_by_the_dead_letter_exchange_with_its_own_routing_key(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "handler")
    declare(
        connection,
        "later",
        Exchange("later", type="fanout"),
        queue_arguments={"x-message-ttl": 100, "x-dead-letter-exchange": ""},
    )
    taken = consume(connection, "handler", no_ack=True)
    started = time.monotonic()
    publish(connection, "x", "handler", exchange="later", headers={"attempts": 1}, expiration=5)
    connection.drain_events(timeout=5)
    assert 0.1 <= time.monotonic() - started < 1
    assert (taken[0].payload, taken[0].headers) == ("x", {"attempts": 1})
    assert "expiration" not in taken[0].properties


def test_a_rejected_message_goes_where_its_queue_says(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "parked")
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "parked"}
    declare(connection, "work", queue_arguments=arguments)
    declare(connection, "carefree")
    for queue in ("work", "carefree"):
        publish(connection, queue, queue)
        connection.default_channel.basic_get(queue).reject()
    assert bodies(connection, "parked") == ["work"]
    assert bodies(connection, "carefree") == []


def test_a_message_past_its_own_expiration_is_not_delivered(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "requests")
    publish(connection, "stale", "requests", expiration=0.05)
    publish(connection, "fresh", "requests", expiration=60)
    time.sleep(0.1)
    assert bodies(connection, "requests") == ["fresh"]


def test_an_exclusive_queue_goes_with_its_connection(broker: Broker) -> None:
    owner, other = broker.connect(), broker.connect()
    replies = Exchange("replies", type="topic")
    declare(owner, "mine", replies, routing_key="me", exclusive=True)
    owner.release()
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(other, "x", "me", exchange="replies", mandatory=True)


def test_an_auto_delete_queue_goes_with_its_last_consumer(broker: Broker) -> None:
    connection, other = broker.connect(), broker.connect()
    declare(connection, "shared", auto_delete=True)
    consume(connection, "shared")
    consume(other, "shared")
    connection.release()
    other.default_channel.queue_declare("shared", passive=True)
    other.release()
    with pytest.raises(NotFound):
        broker.connect().default_channel.queue_declare("shared", passive=True)


def test_a_queue_that_expires_unused_is_gone(broker: Broker) -> None:
    connection = broker.connect()
    declare(connection, "used", queue_arguments={"x-expires": 100})
    declare(connection, "unused", queue_arguments={"x-expires": 100})
    consume(connection, "used")
    drain(connection, seconds=0.2)
    connection.default_channel.queue_declare("used", passive=True)
    with pytest.raises(NotFound):
        connection.default_channel.queue_declare("unused", passive=True)


def test_exchanges_keep_their_type_and_may_be_declared_again(broker: Broker) -> None:
    channel = broker.connect().default_channel
    Exchange("facts", type="topic", auto_delete=None)(channel).declare()
    Exchange("facts", type="topic", auto_delete=False)(channel).declare()
    with pytest.raises(PreconditionFailed):
        Exchange("facts", type="fanout")(channel).declare()


def test_virtual_hosts_know_nothing_of_each_other(broker: Broker) -> None:
    declare(broker.connect(), "mine")
    with ExitStack() as stack, pytest.raises(NotFound):
        Broker(stack).connect().default_channel.queue_declare("mine", passive=True)


def test_many_threads_lose_nothing(broker: Broker) -> None:
    consumer = broker.connect()
    declare(consumer, "work")
    taken = consume(consumer, "work", prefetch=10)

    def send(sender: int) -> None:
        with Connection(broker.url) as connection:
            for number in range(200):
                publish(connection, f"{sender}:{number}", "work")

    threads = [threading.Thread(target=send, args=[sender]) for sender in range(5)]
    for thread in threads:
        thread.start()
    settled = 0
    while settled < 1000:
        consumer.drain_events(timeout=5)
        taken[settled].ack()
        settled += 1
    for thread in threads:
        thread.join()
    assert len({message.payload for message in taken}) == 1000
