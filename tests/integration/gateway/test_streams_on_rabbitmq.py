"""Streams of several gateway processes ("Several gateway processes can run side by side"), and what fails about them."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from sqlalchemy import delete

from services.kit.database import Database
from services.notify.store.tables import Message
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.crowd import Crowd, tokens_of
from tests.integration.gateway.event_stream import EventStream
from tests.integration.gateway.postings import post, to_role, to_user
from tests.servers.kept import KeptRabbitmq
from tests.servers.rabbitmq import free_ports

HEARTBEAT_SECONDS = 1.0
STREAMS = 500

Start = Callable[[str], RunningGateway]


@pytest.fixture(scope="module")
def start(start_gateway: StartGateway, rabbitmq: KeptRabbitmq) -> Start:
    """Starts a process of the same system: the gateway, and services behind it if they are named."""

    def start_one(behind: str) -> RunningGateway:
        relayed = {"RELAYED": "all"} if behind else {}
        return start_gateway(
            SERVICES_PROGRAM,
            BEHIND=behind,
            **relayed,
            L2C_AMQP_URL=rabbitmq.url,
            L2C_RPC_TIMEOUT_SECONDS="5",
            L2C_HEALTH_PORT_BASE=str(free_ports(1)[0] - 4),
            L2C_STREAM_HEARTBEAT_SECONDS=str(HEARTBEAT_SECONDS),
        )

    return start_one


@pytest.fixture(scope="module")
def first(start: Start) -> RunningGateway:
    """A gateway, and notify."""
    return start("notify")


@pytest.fixture(scope="module")
def second(start: Start, first: RunningGateway) -> RunningGateway:
    """Another gateway."""
    return start("")


@pytest.fixture
def inboxes(first: RunningGateway) -> Iterator[Database]:
    """Notify's database, without messages."""
    database = Database(first.database_url.format(service="notify"), pool_size=4)
    with database.session() as session, session.begin():
        session.execute(delete(Message))
    yield database
    database.close()


def _elsewhere(client: Client, gateway: RunningGateway) -> Client:
    """The same session at another process."""
    return Client(gateway.url, client.session)


def test_every_gateway_process_tells_its_own_readers(first: RunningGateway, second: RunningGateway, inboxes: Database) -> None:
    sales = first.client("sales")
    with EventStream(sales) as here, EventStream(_elsewhere(sales, second)) as there:
        here.counted(0)
        there.counted(0)
        posted = [post(inboxes, to_user(first.users["sales"]))[0] for _ in range(3)]
        assert here.messages(3) == there.messages(3) == posted
        here.counted(3)
        position = there.counted(3).position
    (missed,) = post(inboxes, to_user(first.users["sales"]))
    with EventStream(sales, last_event_id=position) as back:
        assert back.messages(1) == [missed], "a position taken at one process is good at the other"


def test_a_sign_out_at_one_process_ends_the_stream_at_another(first: RunningGateway, second: RunningGateway) -> None:
    client = first.client("sales")
    with EventStream(_elsewhere(client, second)) as stream:
        stream.next("counters")
        client.request("DELETE", "/session")
        assert stream.has_ended.wait(HEARTBEAT_SECONDS * 5)


def test_five_hundred_streams_on_one_process_are_told_within_a_second_beside_everything_else(
    second: RunningGateway, inboxes: Database
) -> None:
    people = Database(second.database_url.format(service="gateway"), pool_size=2)
    tokens = tokens_of(people, "legal", STREAMS // 10)
    people.close()
    administration = second.client("administration")
    with Crowd(second.url, tokens * 10) as crowd:
        crowd.wait_until_counted()
        for _ in range(3):
            posted_at = time.monotonic()
            (posted,) = post(inboxes, to_role("legal"))
            assert administration.get("/counters").status_code == 200
            heard = crowd.wait_for(posted)
            # Two processors that run other tests, too: what it takes by itself, the bench says.
            assert heard[-1] - posted_at < 3.0
        assert all(len(times) == STREAMS for times in crowd.heard.values()), "each once"


def test_what_happens_while_the_broker_is_away_is_told_when_it_is_back(
    first: RunningGateway, second: RunningGateway, inboxes: Database, rabbitmq: KeptRabbitmq
) -> None:
    sales = first.client("sales")
    with EventStream(sales) as here, EventStream(_elsewhere(sales, second)) as there:
        here.counted(0)
        there.counted(0)
        rabbitmq.stop()
        (posted,) = post(inboxes, to_user(first.users["sales"]))
        rabbitmq.start()
        for stream in (here, there):
            assert stream.next("message", seconds_max=60).data["id"] == posted
            stream.counted(1)
            assert not stream.has_ended.is_set()


def test_a_stream_opened_while_notify_is_away_is_told_when_it_is_back(
    start: Start, first: RunningGateway, second: RunningGateway, inboxes: Database
) -> None:
    sales = second.client("sales")
    os.kill(first.process_id, signal.SIGSTOP)
    try:
        with EventStream(sales) as stream:
            (posted,) = post(inboxes, to_user(first.users["sales"]))
            beats = stream.parser.beats
            give_up = time.monotonic() + 20
            while stream.parser.beats < beats + 2:
                assert time.monotonic() < give_up, "it shows that it lives all the same"
                time.sleep(0.05)
            os.kill(first.process_id, signal.SIGCONT)
            assert stream.next("counters", seconds_max=60).data["total"] == 1
            (live,) = post(inboxes, to_user(first.users["sales"]))
            assert stream.messages(1) == [live] != [posted]
    finally:
        os.kill(first.process_id, signal.SIGCONT)


def test_a_process_that_stops_ends_its_streams_and_they_go_on_at_another(
    start: Start, second: RunningGateway, inboxes: Database
) -> None:
    third = start("")
    sales = third.client("sales")
    with EventStream(sales) as stream:
        position = stream.counted(0).position
        os.kill(third.process_id, signal.SIGTERM)
        assert stream.has_ended.wait(10)
        assert stream.parser.retry_seconds is not None
        assert 0.5 <= stream.parser.retry_seconds <= 3.0
        give_up = time.monotonic() + 15
        while psutil.pid_exists(third.process_id):
            assert time.monotonic() < give_up, "it does not wait for its streams"
            time.sleep(0.05)
    (missed,) = post(inboxes, to_user(second.users["sales"]))
    with EventStream(_elsewhere(sales, second), last_event_id=position) as stream:
        assert stream.messages(1) == [missed]
