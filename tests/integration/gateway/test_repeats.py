"""Statements, billing runs, and files of usage and of receipts are had once, however often they are asked for: by a client that
heard no answer, and by a broker that delivers again what its taker died of (decision 0041)."""

import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
import requests

from services.kit.bus.cluster_client import ClusterClient
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.errors import Conflict
from services.kit.files import FolderStore
from services.kit.ids import new_id
from services.kit.settings import Settings
from tests.integration.billing.office import NOW, Office, unified
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.servers.databases import NeededDatabases

APRIL = {"L2C-As-Of": NOW.isoformat()}
USAGE = b"account,day,operator,quantity\nyunfan01,2026-03-02,CMCC,500\n"
HEADER = "收款账号,流水号,到款时间,付款人,付款账号,金额,备注\n"
STATEMENT = f"{HEADER}6222,R1,2026-04-01,甲,310,1.00,\n6222,R2,2026-04-01,乙,310,2.00,\n".encode()
ADMINISTRATION = Caller(str(new_id()), "赵敏", roles=frozenset({"sales_admin"}))

_CHECKOUT = Path(__file__).resolve().parents[3]
_DYING_PROGRAM = Path(__file__).with_name("dying_process.py")
_CALL_SECONDS = 60.0

COUNTS = {
    "billing": {
        "usage files": "SELECT count(*) FROM usage_imports",
        "runs": "SELECT count(*) FROM jobs WHERE name = 'billing_run' AND state = 'queued'",
        "statements": "SELECT count(*) FROM statements",
        "jobs": "SELECT count(*) FROM jobs WHERE state = 'queued'",
    },
    "payments": {
        "receipt files": "SELECT count(*) FROM receipt_imports",
        "receipts": "SELECT count(*) FROM receipts",
        "events": "SELECT count(*) FROM outbox WHERE type = 'receipt_recorded'",
    },
}
ONCE = {"usage files": 1, "runs": 1, "statements": 1, "jobs": 3, "receipt files": 1, "receipts": 2, "events": 2}


@dataclass(frozen=True)
class Books:
    """What there is in the services' databases.

    :param database_url: ``{service}`` stands for the service's name.
    """

    database_url: str
    bill_id: str

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for service, queries in COUNTS.items():
            with psycopg.connect(self.database_url.format(service=service).replace("+psycopg", "")) as connection:
                found |= {what: (connection.execute(query.encode()).fetchone() or [0])[0] for what, query in queries.items()}
        return found


@pytest.fixture(scope="module")
def books(module_databases: NeededDatabases, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """With a bill of March."""
    database = Database(module_databases.of("billing"), pool_size=2)
    office = Office(database, tmp_path_factory.mktemp("billing"))
    customer = office.customer()
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 1000)])
    office.run_billing()
    bill_id = str(office.value("SELECT id FROM bills"))
    database.close()
    module_databases.of("payments")
    return Books(module_databases.url, bill_id)


@pytest.fixture
def nothing_asked_for(books: Books) -> None:
    """As if no test had asked for anything."""
    emptied = {
        "billing": "usage_imports, statements, answered_calls",
        "payments": "receipts, receipt_imports, answered_calls, outbox",
    }
    for service, tables in emptied.items():
        with psycopg.connect(books.database_url.format(service=service).replace("+psycopg", "")) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(f"TRUNCATE {tables} CASCADE".encode())
            connection.execute("DELETE FROM jobs WHERE state = 'queued'")


# A client that heard no answer


@pytest.fixture(scope="module")
def door(start_gateway: StartGateway) -> RunningGateway:
    """With billing and payments behind it, and without a worker."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="billing payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


def _client(door: RunningGateway, login: str) -> Client:
    client = door.client(login)
    client.session.headers.update(APRIL)
    return client


@pytest.mark.usefixtures("nothing_asked_for")
def test_what_was_asked_for_before_the_gateway_died_is_not_asked_for_again(door: RunningGateway, books: Books) -> None:
    operations, administration = _client(door, "admin"), _client(door, "administration")

    def hand_in(client: Client, path: str, content: bytes, headers: dict[str, str]) -> requests.Response:
        return client.request("POST", path, data=content, headers={"X-Filename": quote("三月.csv"), **headers})

    wanted: list[Callable[[dict[str, str]], requests.Response]] = [
        lambda key: hand_in(operations, "/usage-imports", USAGE, key),
        lambda key: administration.post("/billing-runs", {"month": "2026-03"}, headers=key),
        lambda key: administration.post("/statements", {"bill_ids": [books.bill_id]}, headers=key),
        lambda key: hand_in(administration, "/receipt-imports?mapping=generic", STATEMENT, key),
    ]
    for ask in wanted:
        key = {"Idempotency-Key": str(uuid4())}
        first = ask(key)
        assert first.ok, first.text
        door.forget_answer(key["Idempotency-Key"])
        again = ask(key)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert "Idempotent-Replayed" not in again.headers, "the service remembered"
    assert books.counts() == ONCE


# A broker that delivers again


class Dying:
    """Billing and payments on a real bus, in a process that dies of the first answer it keeps, until ``lives``."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(_CHECKOUT),
            **settings.to_environment(),
            "BEHIND": "billing payments",
        }
        self._process: subprocess.Popen[str] | None = None

    def start(self, **more: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_DYING_PROGRAM)],
            cwd=_CHECKOUT,
            env={**self._environment, **more},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the services did not start; their log is above"

    def wait_until_dead(self) -> None:
        assert self._process is not None
        assert self._process.wait(_CALL_SECONDS) == -signal.SIGKILL
        self._close()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._close()

    def _close(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def bus(books: Books, fresh_amqp_url: str, tmp_path: Path) -> Iterator[tuple[Dying, ClusterClient]]:
    settings = Settings(
        database_url=books.database_url,
        amqp_url=fresh_amqp_url,
        celery_broker_url="memory://",
        files_folder=tmp_path,
        health_port_base=0,
        allow_as_of=True,
        log_level="WARNING",
    )
    with ExitStack() as opened:
        services, client = Dying(settings), ClusterClient(fresh_amqp_url, timeout_seconds=_CALL_SECONDS)
        opened.callback(services.stop)
        opened.callback(client.close)
        yield services, client


@pytest.mark.usefixtures("nothing_asked_for")
def test_what_is_delivered_again_as_its_taker_died_before_it_answered_is_not_done_again(
    bus: tuple[Dying, ClusterClient], books: Books, files: FolderStore
) -> None:
    def stored(content: bytes) -> dict[str, str]:
        key = files.save(io.BytesIO(content), max_bytes=10_000).key
        return {"file_key": key, "file_name": "三月.csv"}

    services, client = bus
    usage = {**stored(USAGE), "sha256": hashlib.sha256(USAGE).hexdigest()}
    wanted: list[tuple[str, str, dict[str, Any]]] = [
        ("billing", "import_usage", usage),
        ("billing", "start_billing_run", {"month": "2026-03"}),
        ("billing", "make_statement", {"bill_ids": [books.bill_id]}),
        ("payments", "import_receipts", {**stored(STATEMENT), "mapping": "generic"}),
    ]
    once = CallContext(ADMINISTRATION, as_of=NOW)
    answers = []
    services.start()
    with ThreadPoolExecutor(1) as asking:
        for number, (service, method, request) in enumerate(wanted, start=1):
            call = asking.submit(client.call, service, method, replace(once, key=str(number)), request)
            services.wait_until_dead()
            committed = books.counts()
            assert not call.done(), "nobody has answered yet"
            services.start(**({"LIVES": "yes"} if number == len(wanted) else {}))
            answers.append(call.result(_CALL_SECONDS))
            assert books.counts() == committed, method
    assert books.counts() == ONCE
    for number, ((service, method, request), answer) in enumerate(zip(wanted, answers, strict=True), start=1):
        assert client.call(service, method, replace(once, key=str(number)), request) == answer, "and asked again it is the same"
        with pytest.raises(Conflict, match="idempotency_key_reused"):
            client.call(service, method, replace(once, key=str(number)), {**request, "file_name": "四月.csv", "month": "2026-02"})
    assert books.counts() == ONCE
