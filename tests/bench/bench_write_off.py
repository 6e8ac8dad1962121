"""One receipt at a time, over HTTP: from ``POST /receipts`` to the write-off that waits in its salesperson's to-do list.

Gateway, payments, workflow, notify and their relays are processes of their own over RabbitMQ; 1,000 customers owe for two months
each. Beside it, in the same run: the same requests for receipts that match nothing, and a bare INSERT of one in a transaction.
Prints figures; fails on none.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from itertools import count
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from deploy.api_client import ApiClient, wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Desk, Office
from services.kit.settings import Settings
from tests.bench.hundred_thousand_receipts import amounts_of, fill, name_of
from tests.bench.load import Figures

CUSTOMERS: Final = 1_000
RECEIPTS: Final = 400
WARM_UP: Final = 20
_GIVE_UP_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.002
_WAITS: Final = "SELECT 1 FROM tasks JOIN processes ON processes.id = process_id WHERE customer_id = %s AND tasks.state = 'open'"
_BARE_INSERT: Final = """
    INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark,
                          match, created_at, version)
    VALUES (gen_random_uuid(), 'bare', %s, now(), '路人', '路人', '', 100, '', 'unmatched', now(), 1)
"""

Took = list[float]
"""Seconds, one a receipt."""


@pytest.fixture(scope="module")
def office(cluster: LocalCluster) -> Iterator[Office]:
    """The people of a cluster whose payments has customers who owe, all of one salesperson."""
    office = Office(cluster.base_url)
    sales = office.desk("zhang.wei")
    engine = create_engine(cluster.settings.database_url_of("payments"), poolclass=NullPool)
    fill(engine, CUSTOMERS)
    with engine.begin() as connection:
        owner = {"id": sales.id, "name": sales.name, "department": sales.client.user["department_id"]}
        connection.execute(
            text("UPDATE customers SET owner_id = :id, owner_name = :name, owner_department_id = :department"), owner
        )
    yield office
    office.close()


def record(client: ApiClient, number: int, payer: str, amount: Decimal) -> dict[str, Any]:
    receipt = {
        "bank_account": "6222",
        "reference": f"bench-{payer}-{number}",
        "received_at": "2026-04-03T02:00:00Z",
        "payer_name": payer,
        "amount": f"{amount:.2f}",
    }
    answer: dict[str, Any] = client.post("/receipts", receipt)
    return answer


@contextmanager
def connected(settings: Settings, service: str) -> Iterator[psycopg.Connection[Any]]:
    """A service's database, each statement a transaction of its own."""
    url = settings.database_url_of(service).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def timed(act: Callable[[int], object], numbers: range) -> Took:
    took = []
    for number in numbers:
        began = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - began)
    return took


def say(what: str, took: Took) -> Figures:
    figures = Figures.of(took, sum(took), 0)
    print(f"{what:<66}{figures.per_second:>7.1f}/s   p50 {figures.p50_ms:>7.1f} ms   p99 {figures.p99_ms:>7.1f} ms")
    return figures


def test_from_a_receipt_to_the_write_off_that_waits(cluster: LocalCluster, office: Office) -> None:
    finance = office.holder("finance").client
    answered: Took = []
    numbers = count()
    with ExitStack() as open_:
        payments, workflow = (open_.enter_context(connected(cluster.settings, name)) for name in ("payments", "workflow"))

        def pay(number: int) -> None:
            """What one owes for the older month, to the fen; a look at workflow's tasks tells when its process waits."""
            began = time.perf_counter()
            receipt = record(finance, number, name_of(number), amounts_of(number)[0])
            answered.append(time.perf_counter() - began)
            give_up = began + _GIVE_UP_SECONDS
            while workflow.execute(_WAITS, [receipt["customer_id"]]).fetchone() is None:
                assert time.perf_counter() < give_up, "it never waited"
                time.sleep(_LOOK_EVERY_SECONDS)

        def pay_nothing_due(number: int) -> None:
            record(finance, number, f"路人{number}", Decimal(100))

        def insert(_number: int) -> None:
            payments.execute(_BARE_INSERT, [f"bare-{next(numbers)}"])

        for act in (pay, pay_nothing_due, insert):
            timed(act, range(WARM_UP))
        answered.clear()
        measured = range(WARM_UP, WARM_UP + RECEIPTS)
        print(f"\n{RECEIPTS} receipts one after another, {CUSTOMERS:,} customers, {2 * CUSTOMERS:,} receivables")
        waits = say("POST /receipts to the task in the salesperson's to-do list", timed(pay, measured))
        say("    of it to the answer of the POST", answered)
        bare = say("baseline: POST /receipts of a payer whom nobody knows", timed(pay_nothing_due, measured))
        inserts = say("baseline: one INSERT and its commit", timed(insert, measured))
    print(
        f"{waits.p50_ms / bare.p50_ms:.1f} times the bare POST (p50), {waits.p50_ms / inserts.p50_ms:.0f} times the bare INSERT"
    )
    _require_in_the_list(office.desk("zhang.wei"))


def _require_in_the_list(sales: Desk) -> None:
    """All of them are there for whoever asks over HTTP, and nothing else."""
    wanted = WARM_UP + RECEIPTS

    def listed() -> bool:
        return len(list(sales.client.every("/processes", box="todo", code="write_off"))) == wanted

    wait_until(f"{wanted} write-offs in the to-do list", listed)
