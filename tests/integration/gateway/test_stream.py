"""The stream, in one process with notify (spec, notify.md: "Counters per sub-menu item … pushed to the console within a second by
server-sent events; a console that reconnects misses nothing")."""

import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import delete

from gateway.streams.board import STREAMS_A_USER_MAX
from services.contracts.notify_stream_calls import MESSAGES_MAX
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.notify.store.tables import Message
from services.notify.usecases.close_tasks import close_tasks
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.event_stream import EventParser, EventStream
from tests.integration.gateway.postings import notify_begin, post, post_in, to_lead, to_role, to_user
from tests.servers.rabbitmq import free_ports

HEARTBEAT_SECONDS = 1.0
STREAMS_MAX = 60


@pytest.fixture(scope="module")
def newsroom(start_gateway: StartGateway) -> RunningGateway:
    """A gateway with notify behind it, and what notify publishes is heard; hearts beat quickly."""
    return start_gateway(
        SERVICES_PROGRAM,
        BEHIND="notify",
        RELAYED="all",
        L2C_RPC_TIMEOUT_SECONDS="10",
        L2C_HEALTH_PORT_BASE=str(free_ports(1)[0] - 4),
        L2C_STREAM_HEARTBEAT_SECONDS=str(HEARTBEAT_SECONDS),
        L2C_STREAMS_MAX=str(STREAMS_MAX),
    )


@pytest.fixture
def inboxes(newsroom: RunningGateway) -> Iterator[Database]:
    """Notify's database, without messages."""
    database = Database(newsroom.database_url.format(service="notify"), pool_size=4)
    with database.session() as session, session.begin():
        session.execute(delete(Message))
    yield database
    database.close()


def _user(newsroom: RunningGateway, login: str = "sales") -> dict[str, Any]:
    return to_user(newsroom.users[login])


def _eventually(look: Any, seconds_max: float = 10.0) -> None:
    give_up = time.monotonic() + seconds_max
    while not look():
        assert time.monotonic() < give_up, "still not"
        time.sleep(0.02)


def _open_streams(newsroom: RunningGateway) -> int:
    lines = requests.get(f"{newsroom.url}/metrics", timeout=10).text.splitlines()
    return int(float(next(line for line in lines if line.startswith("l2c_streams ")).split()[1]))


def test_a_message_and_its_counters_are_on_the_stream_within_a_second(newsroom: RunningGateway, inboxes: Database) -> None:
    sales = newsroom.client("sales")
    with EventStream(sales) as stream:
        before = stream.counted(0)
        assert before.position
        posted_at = time.monotonic()
        (posted,) = post(inboxes, _user(newsroom))
        message = stream.next("message")
        counters = stream.counted(1)
        # The bench says how long it takes. This says that it is no matter of looking now and then.
        assert counters.at - posted_at < 1.0
    assert message.data == sales.get("/messages").json()["items"][0]
    assert message.data["id"] == posted
    assert counters.data == sales.get("/counters").json()
    assert message.position == before.position, "only what closes an answer moves the reader on"
    assert counters.position != before.position


def test_it_is_an_event_stream_that_no_proxy_keeps_back(newsroom: RunningGateway) -> None:
    with EventStream(newsroom.client("sales")) as stream:
        headers = stream.answer.headers
        stream.next("counters")
        assert stream.parser.retry_seconds == 2.0
    assert headers["Content-Type"] == "text/event-stream"
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")


def test_everybody_hears_of_his_or_her_own_and_of_nobody_elses(newsroom: RunningGateway, inboxes: Database) -> None:
    department = newsroom.departments["销售一部"]
    with EventStream(newsroom.client("lead")) as lead, EventStream(newsroom.client("administration")) as administration:
        lead.counted(0)
        administration.counted(0)
        to_lead_id, to_role_id, _ = post(inboxes, to_lead(department), to_role("sales_admin"), _user(newsroom))
        assert lead.next("message").data["id"] == to_lead_id
        assert administration.next("message").data["id"] == to_role_id
        lead.counted(1)
        administration.counted(1)


def test_what_is_read_elsewhere_is_counted_here(newsroom: RunningGateway, inboxes: Database) -> None:
    sales = newsroom.client("sales")
    with EventStream(sales) as stream:
        stream.counted(0)
        post(inboxes, _user(newsroom))
        stream.counted(1)
        newsroom.client("sales").post("/messages/read", {"ids": None})
        stream.counted(0)


def test_a_task_that_is_dealt_with_is_counted_no_more(newsroom: RunningGateway, inboxes: Database) -> None:
    """ "A task's message becomes done by itself when somebody has dealt with the task", and the menu says so at once."""
    task_id, process_id = new_id(), str(new_id())
    with EventStream(newsroom.client("lead")) as stream:
        stream.counted(0)
        post(inboxes, to_lead(newsroom.departments["销售一部"]), task_id=task_id)
        assert stream.counted(1).data["places"]["processes.todo.write_off"] == 1
        data = {"process_id": process_id, "task_ids": [str(task_id)]}
        begin = notify_begin(inboxes)
        left = Event(new_id(), "workflow", "node_left", process_id, begin.now, 1, 1, data)
        close_tasks(begin, left)
        assert stream.counted(0).data["places"] == {}


def test_a_console_that_reconnects_misses_nothing(newsroom: RunningGateway, inboxes: Database) -> None:
    sales = newsroom.client("sales")
    with EventStream(sales) as stream:
        stream.counted(0)
        (first,) = post(inboxes, _user(newsroom))
        assert stream.messages(1) == [first]
        position = stream.counted(1).position
    missed = [*post(inboxes, _user(newsroom)), *post(inboxes, _user(newsroom), _user(newsroom, "lead"))[:1]]
    with EventStream(sales, last_event_id=position) as stream:
        assert stream.messages(2) == missed
        stream.counted(3)
        (live,) = post(inboxes, _user(newsroom))
        assert stream.messages(1) == [live]
    with EventStream(sales, params={"last_event_id": position}) as stream:
        assert stream.messages(3) == [*missed, live]
    with EventStream(sales) as stream:
        assert stream.next("counters").data["total"] == 4, "who begins is told what waits, and no old messages"
        (last,) = post(inboxes, _user(newsroom))
        assert stream.messages(1) == [last]


def test_a_message_committed_late_is_not_missed(newsroom: RunningGateway, inboxes: Database) -> None:
    """What a transaction posts before another one, and commits after it, when the reader has been told of the other."""
    sales = newsroom.client("sales")
    with notify_begin(inboxes)() as slow:
        (late,) = post_in(slow, [_user(newsroom)])
        with EventStream(sales) as stream:
            stream.counted(0)
            (quick,) = post(inboxes, _user(newsroom))
            assert stream.messages(1) == [quick]
            position = stream.counted(1).position
    with EventStream(sales, last_event_id=position) as stream:
        assert stream.messages(1) == [late]
        stream.counted(2)


def test_who_breaks_off_in_the_middle_is_told_again(newsroom: RunningGateway, inboxes: Database) -> None:
    sales = newsroom.client("sales")
    with EventStream(sales) as stream:
        stream.counted(0)
        posted = post(inboxes, *(_user(newsroom) for _ in range(3)))
        middle = stream.next("message").position
    with EventStream(sales, last_event_id=middle) as stream:
        assert stream.messages(3) == posted


def test_more_than_can_be_told_says_read_the_inbox_again(newsroom: RunningGateway, inboxes: Database) -> None:
    sales = newsroom.client("sales")
    with EventStream(sales) as stream:
        position = stream.counted(0).position
    post(inboxes, *(_user(newsroom) for _ in range(MESSAGES_MAX + 1)))
    for last_event_id in (position, "yesterday", "1.1/5:6:"):
        with EventStream(sales, last_event_id=last_event_id) as stream:
            stream.next("messages_missed")
            stream.counted(MESSAGES_MAX + 1)


@pytest.mark.parametrize("position", ["昨天\n\ndata: x", "9" * 3000, "1.1/9:1:", "{epoch}/9:9:9"])
def test_a_position_that_nobody_gave_harms_nobody_else(newsroom: RunningGateway, inboxes: Database, position: str) -> None:
    """Readers are asked for together."""
    sales = newsroom.client("sales")
    given = {"last_event_id": position}
    with EventStream(sales, params=given) as stream, EventStream(newsroom.client("lead")) as other:
        stream.next("messages_missed")
        other.counted(0)
        posted = post(inboxes, _user(newsroom, "lead"), _user(newsroom))
        assert other.messages(1) + stream.messages(1) == posted
    assert sales.get("/stream", params={"last_event_id": "\0"}).status_code == 422


def test_many_changes_are_few_answers(newsroom: RunningGateway, inboxes: Database) -> None:
    """An import that posts thousands of messages does not mean as many answers."""
    with EventStream(newsroom.client("sales")) as stream:
        stream.counted(0)
        answers = 0
        for _ in range(10):
            post(inboxes, *(_user(newsroom) for _ in range(100)))
        while stream.next("counters").data["total"] < 1000:
            answers += 1
        assert answers < 20


def test_a_stream_with_nothing_to_say_shows_that_it_lives(newsroom: RunningGateway, inboxes: Database) -> None:
    with EventStream(newsroom.client("sales")) as stream:
        first = stream.counted(0).position
        _eventually(lambda: stream.parser.beats >= 2)
        post(inboxes, _user(newsroom, "lead"))
        _eventually(lambda: stream.position != first, HEARTBEAT_SECONDS * 8)


@pytest.fixture
def silence(newsroom: RunningGateway) -> None:
    """No stream is open: those of earlier tests have been found out."""
    _eventually(lambda: _open_streams(newsroom) == 0, HEARTBEAT_SECONDS * 10)


def _unread_stream(newsroom: RunningGateway, client: Client) -> socket.socket:
    """A reader that never reads, with as little room as there can be."""
    address = urlsplit(newsroom.url)
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    reader.connect((address.hostname, address.port))
    cookie = f"l2c_session={client.session.cookies['l2c_session']}"
    reader.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
    return reader


def test_a_reader_who_does_not_read_harms_nobody_and_is_cut_off(
    newsroom: RunningGateway, inboxes: Database, silence: None
) -> None:
    sales = newsroom.client("sales")
    with _unread_stream(newsroom, sales) as deaf, EventStream(newsroom.client("sales")) as stream:
        stream.next("counters")
        _eventually(lambda: _open_streams(newsroom) == 2)
        total = 0
        give_up = time.monotonic() + 60
        while _open_streams(newsroom) != 1:
            assert time.monotonic() < give_up, "it was never cut off"
            # Each is 200 kB, and goes to both: more than the sockets hold, before long.
            (posted,) = post(inboxes, _user(newsroom), text="长" * 33_000)
            total += 1
            sent_at = time.monotonic()
            message = stream.next("message")
            assert message.data["id"] == posted
            assert message.at - sent_at < 1.5, "the other one waits for nobody"
            stream.counted(total)
        deaf.settimeout(10)
        received = b""
        while piece := _received(deaf):
            received += piece
        heard = list(EventParser().feed(received.partition(b"\r\n\r\n")[2]))
        assert len(heard) < 2 * total, "and what was written to the deaf one ended before the end"


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def test_who_has_left_is_forgotten(newsroom: RunningGateway, silence: None) -> None:
    client = newsroom.client("sales")
    streams = [EventStream(client) for _ in range(3)]
    _eventually(lambda: _open_streams(newsroom) == 3)
    for stream in streams:
        stream.close()
    _eventually(lambda: _open_streams(newsroom) == 0, HEARTBEAT_SECONDS * 8)


def test_a_head_request_opens_no_stream(newsroom: RunningGateway, silence: None) -> None:
    client = newsroom.client("sales")
    answer = client.request("HEAD", "/stream")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert client.get("/counters").status_code == 200, "on the same connection"
    assert _open_streams(newsroom) == 0


def test_signing_out_ends_the_stream(newsroom: RunningGateway) -> None:
    client, other = newsroom.client("sales"), newsroom.client("sales")
    with EventStream(client) as ended, EventStream(other) as goes_on:
        ended.next("counters")
        goes_on.next("counters")
        assert client.request("DELETE", "/session").status_code == 204
        assert ended.has_ended.wait(HEARTBEAT_SECONDS * 5)
        beats = goes_on.parser.beats
        _eventually(lambda: goes_on.parser.beats > beats)
    assert client.get("/stream").status_code == 401


def test_a_leavers_stream_ends_and_a_promotion_is_heard(newsroom: RunningGateway, inboxes: Database) -> None:
    admin = newsroom.client("admin")
    person = {"login": "short.stay", "name": "王短", "roles": ["finance"], "password": "a first password"}
    user_id = admin.post("/users", person).json()["id"]
    guest = newsroom.client()
    guest.sign_in("short.stay", "a first password")
    assert guest.get("/stream").json()["code"] == "password_change_required"
    guest.request("PUT", "/session/password", json={"current_password": "a first password", "new_password": "another password"})
    with EventStream(guest) as stream:
        stream.counted(0)
        admin.request("PATCH", f"/users/{user_id}", json={"roles": ["legal"]})
        # Which roles the stream goes by is seen by what arrives: the new role's, and no more the old one's.
        _eventually(lambda: post(inboxes, to_role("finance"), to_role("legal")) and stream.parser.position and _heard(stream, 1))
        admin.request("PATCH", f"/users/{user_id}", json={"active": False})
        assert stream.has_ended.wait(HEARTBEAT_SECONDS * 5)


def _heard(stream: EventStream, count: int) -> bool:
    return len(stream.messages(count)) == count


def test_a_program_listens_by_a_token_with_the_scope_and_by_no_other(newsroom: RunningGateway, inboxes: Database) -> None:
    admin = newsroom.client("admin")
    platform = newsroom.users["platform"]

    def token(*scopes: str) -> tuple[str, Client]:
        body = {"name": "listener", "user_id": str(platform), "scopes": list(scopes), "days": 1}
        issued = admin.post("/tokens", body).json()
        client = newsroom.client()
        client.session.headers["Authorization"] = f"Bearer {issued['token']}"
        return issued["id"], client

    token_id, listener = token("messages.read")
    _, other = token("customers.read")
    assert other.get("/stream").json()["code"] == "permission_missing"
    assert newsroom.client().get("/stream").status_code == 401
    with EventStream(listener) as stream:
        stream.next("counters")
        (posted,) = post(inboxes, to_user(platform))
        assert stream.messages(1) == [posted]
        admin.request("DELETE", f"/tokens/{token_id}")
        assert stream.has_ended.wait(HEARTBEAT_SECONDS * 5)


def test_of_a_user_with_too_many_streams_the_oldest_ends(newsroom: RunningGateway) -> None:
    client = newsroom.client("administration")
    streams = [EventStream(client) for _ in range(STREAMS_A_USER_MAX)]
    for stream in streams:
        stream.next("counters")
    with EventStream(client) as newest:
        newest.next("counters")
        assert streams[0].has_ended.wait(5)
        assert streams[0].parser.retry_seconds == 60.0, "it does not come back at once to push out the next"
        assert not any(stream.has_ended.is_set() for stream in streams[1:])
    for stream in streams:
        stream.close()


def test_a_process_that_is_full_says_so(newsroom: RunningGateway, silence: None) -> None:
    clients = [newsroom.client(login) for login in ("sales", "lead", "director")]
    streams = [EventStream(client) for client in clients for _ in range(STREAMS_MAX // len(clients))]
    refused = newsroom.client("administration").get("/stream")
    assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
    assert 5 <= int(refused.headers["Retry-After"]) <= 15
    assert newsroom.client("administration").get("/counters").status_code == 200, "everything else goes on"
    for stream in streams:
        stream.close()
    _eventually(lambda: _open_streams(newsroom) == 0, HEARTBEAT_SECONDS * 8)
    with EventStream(newsroom.client("administration")) as stream:
        stream.next("counters")


def test_the_stream_does_not_live_in_pretended_time(newsroom: RunningGateway) -> None:
    client = newsroom.client("sales")
    client.session.headers["L2C-As-Of"] = "2031-01-01T00:00:00Z"
    with EventStream(client) as stream:
        stream.next("counters")
