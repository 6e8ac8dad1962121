"""Five hundred streams on one gateway process: how soon each is told, what that costs, and what normal requests feel of it.

The distributed system, with its processes apart. Every reader has an inbox: 100 messages that wait, 900 tasks that are done, and
what goes to the whole role: 50 messages that wait, 100 that everybody has read one by one, and 400 before that which everybody
has marked read at once. Prints figures; fails on none.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import quantiles
from typing import Final
from uuid import UUID

import psutil
from sqlalchemy import text

from deploy.local_cluster import LocalCluster
from deploy.office import Office
from deploy.people import DEMO_PASSWORD, login_of
from services.kit.database import Database
from tests.bench.load import measure
from tests.integration.gateway.company import Client
from tests.integration.gateway.crowd import Crowd, tokens_of
from tests.integration.gateway.event_stream import EventStream
from tests.integration.gateway.postings import post, to_role, to_user

STREAMS: Final = 500
ROUNDS: Final = 20
LOAD_SECONDS: Final = 8.0
LOAD_CONNECTIONS: Final = 4
ROLE: Final = "legal"

_MESSAGES: Final = """
INSERT INTO messages (id, deduplication_key, category, place, severity, recipient_kind, user_id, role, title_zh, title_en,
                      text_zh, text_en, link, task_id, posted_at, done_at)
SELECT gen_random_uuid(), gen_random_uuid()::text, 'task', 'processes.todo.process_' || number % 12, 'info', :kind, recipient,
       :role, '标题', 'title', '文本', 'text', '/', CASE WHEN number > :waiting THEN gen_random_uuid() END,
       now() - number * interval '1 hour', CASE WHEN number > :waiting THEN now() END
  FROM unnest(CAST(:recipients AS uuid[])) AS recipient, generate_series(1, :count) AS number
"""
_READS: Final = """
INSERT INTO message_reads (user_id, message_id, posted_at, read_at)
SELECT reader, id, posted_at, now() FROM unnest(CAST(:readers AS uuid[])) AS reader,
       (SELECT id, posted_at FROM messages WHERE role = :role ORDER BY posted_at DESC OFFSET 50 LIMIT 100) AS read
"""
_MARKS: Final = """
INSERT INTO read_marks (user_id, addressee, read_until)
SELECT reader, addressee, posted_at FROM unnest(CAST(:readers AS uuid[])) AS reader,
       (SELECT addressee, posted_at FROM messages WHERE role = :role ORDER BY posted_at DESC OFFSET 150 LIMIT 1) AS newest
"""


def _megabytes(cluster: LocalCluster) -> float:
    return psutil.Process(cluster.process_id("gateway")).memory_info().rss / 2**20


def _say(what: str, seconds: Sequence[float]) -> None:
    cuts = quantiles(seconds, n=100, method="inclusive")
    print(f"{what:<72}p50 {cuts[49] * 1000:>7.0f} ms   p99 {cuts[98] * 1000:>7.0f} ms   max {max(seconds) * 1000:>7.0f} ms")


def _readers(cluster: LocalCluster) -> tuple[list[str], list[UUID]]:
    """Five hundred people's tokens, and their ids."""
    people = Database(cluster.settings.database_url_of("gateway"), pool_size=2)
    tokens = tokens_of(people, ROLE, STREAMS)
    with people.session() as session:
        ids = list(session.scalars(text("SELECT id FROM users WHERE login LIKE 'listener.%'")))
    people.close()
    return tokens, ids


def _fill(inboxes: Database, readers: Sequence[UUID]) -> None:
    with inboxes.session() as session, session.begin():
        own = {"kind": "user", "role": None, "recipients": list(readers), "count": 1000, "waiting": 100}
        session.execute(text(_MESSAGES), own)
        session.execute(text(_MESSAGES), {"kind": "role", "role": ROLE, "recipients": [None], "count": 550, "waiting": 550})
        for reading in (_READS, _MARKS):
            session.execute(text(reading), {"readers": list(readers), "role": ROLE})
    with inboxes.session() as session, session.begin():
        session.execute(text("ANALYZE"))


def _measure_requests(what: str, cluster: LocalCluster, path: str, cookie: str) -> None:
    figures = measure(
        cluster.base_url.removeprefix("http://"),
        path,
        {"Cookie": cookie},
        connections=LOAD_CONNECTIONS,
        seconds=LOAD_SECONDS,
    )
    print(f"{what:<72}p50 {figures.p50_ms:>7.1f} ms   p99 {figures.p99_ms:>7.1f} ms   {figures.per_second:>7.0f}/s", end="")
    print(f"   {figures.failed} failed" if figures.failed else "")


def _from_write_to_stream(cluster: LocalCluster, office: Office, customer_id: str) -> list[float]:
    """A process is started over HTTP: until its first handler is told."""
    logins = ("chen.jing", login_of("customer_care"), login_of("risk_expert"))
    streams = [EventStream(Client(cluster.base_url).sign_in(login, DEMO_PASSWORD)) for login in logins]
    for stream in streams:
        stream.next("counters", seconds_max=30)
    found = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        office.desk("zhang.wei").start("special_request", customer_id, {"kind": "green_customer", "explanation": "测速"})
        found.append(min(_first_message(streams)) - began)
    for stream in streams:
        stream.close()
    return found


@contextmanager
def _posting_every_second(inboxes: Database) -> Iterator[None]:
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(1.0):
            post(inboxes, to_role(ROLE))

    poster = threading.Thread(target=go_on)
    poster.start()
    yield
    done.set()
    poster.join()


def _first_message(streams: Sequence[EventStream]) -> list[float]:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        at = [event.at for stream in streams if (event := stream.poll("message")) is not None]
        if at:
            return at
        time.sleep(0.001)
    raise AssertionError("nobody was told")


def test_streams(cluster: LocalCluster) -> None:
    office = Office(cluster.base_url)
    inboxes = Database(cluster.settings.database_url_of("notify"), pool_size=2)
    client = office.desk("zhang.wei").client
    customer_id = client.post("/customers", {"name": "测速实时有限公司"})["id"]
    path = f"/api/v1/customers/{customer_id}"
    tokens, readers = _readers(cluster)
    _fill(inboxes, readers)
    print()
    _measure_requests("GET /customers/{id}, 4 connections, no stream open", cluster, path, client.cookie)
    before, began = _megabytes(cluster), time.monotonic()
    with Crowd(cluster.base_url, tokens) as crowd:
        crowd.wait_until_counted()
        print(f"{STREAMS} streams open and told their counters in {time.monotonic() - began:.1f} s")
        grown = _megabytes(cluster) - before
        print(f"the gateway has {before:.0f} MB without, and {grown * 1024 / STREAMS:.0f} kB more for each stream")
        _measure_requests(f"the same, {STREAMS} streams open", cluster, path, client.cookie)
        everybody: list[float] = []
        for _ in range(ROUNDS):
            posted_at = time.monotonic()
            (posted,) = post(inboxes, to_role(ROLE))
            everybody += [at - posted_at for at in crowd.wait_for(posted)]
            time.sleep(0.5)
        _say(f"a message to the role, from its commit to each of {STREAMS} streams", everybody)
        alone: list[float] = []
        for number in range(ROUNDS):
            posted_at = time.monotonic()
            (posted,) = post(inboxes, to_user(readers[number]))
            alone.append(crowd.wait_for_first(posted) - posted_at)
        _say("a message to one of them", alone)
        _say("a process started over HTTP, until its handler is told", _from_write_to_stream(cluster, office, customer_id))
        with _posting_every_second(inboxes):
            _measure_requests(f"GET /customers/{{id}}, all {STREAMS} told something every second", cluster, path, client.cookie)
        print(f"the gateway has {_megabytes(cluster):.0f} MB in the end")
    inboxes.close()
    office.close()
