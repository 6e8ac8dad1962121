"""A running gateway, its people, and units of work without one."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from typing import Any
from uuid import UUID

import pytest
import requests

from gateway.identity.secrets import hash_password
from gateway.identity.usecases.seed_people import DepartmentSeed, Seeded, UserSeed, seed_people
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

_CHECKOUT = Path(__file__).resolve().parents[3]
_PROGRAM = Path(__file__).with_name("gateway_process.py")

PASSWORD = "correct horse battery"  # of people who are made up

DEPARTMENTS = (
    DepartmentSeed("销售事业部", lead="director"),
    DepartmentSeed("销售一部", parent="销售事业部", lead="lead"),
    DepartmentSeed("销售二部", parent="销售事业部"),
)
USERS = (
    UserSeed("admin", "管理员", "", ["admin"], PASSWORD, must_change_password=False),
    UserSeed("director", "邓总", "销售事业部", ["sales_director"], PASSWORD, must_change_password=False),
    UserSeed("lead", "李领导", "销售一部", ["sales_lead", "sales"], PASSWORD, must_change_password=False),
    UserSeed("sales", "张伟", "销售一部", ["sales"], PASSWORD, must_change_password=False),
    UserSeed("newcomer", "新人", "销售二部", ["sales"], PASSWORD),
    UserSeed("platform", "短信平台", "", [], None),
)


@pytest.fixture
def database(fresh_databases: str) -> Iterator[Database]:
    """The gateway's, empty."""
    database = Database(fresh_databases.format(service="gateway"), pool_size=16)
    yield database
    database.close()


@pytest.fixture
def begin(database: Database) -> Begin:
    """Units of work of the system itself."""
    return Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway")))


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of :data:`PASSWORD`."""
    return hash_password(PASSWORD)


@pytest.fixture
def people(begin: Begin, password_hash: str, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """A small company. Its passwords are hashed once for all tests, as each takes a tenth of a second."""
    with monkeypatch.context() as patch:
        patch.setattr("gateway.identity.usecases.seed_people.hash_password", lambda _password: password_hash)
        return seed_people(begin, DEPARTMENTS, USERS)


@dataclass
class Client:
    """A signed-in browser, or a nameless one."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, login: str, password: str = PASSWORD) -> "Client":
        answer = self.post("/session", {"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        self.session.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return self

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.request("POST", path, json=body, **options)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api/v1{path}", timeout=20, **options)


@dataclass(frozen=True)
class RunningGateway:
    """A gateway process with people in its database.

    :param departments: ids by name.
    :param users: ids by login.
    """

    url: str
    database_url: str
    departments: dict[str, UUID]
    users: dict[str, UUID]

    def client(self, login: str | None = None) -> Client:
        client = Client(self.url)
        return client.sign_in(login) if login else client


StartGateway = Callable[..., RunningGateway]


@pytest.fixture(scope="module")
def start_gateway(module_databases: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartGateway]:
    """Start gateways on one database; they end with the module."""
    database = Database(module_databases.format(service="gateway"), pool_size=4)
    seeded = seed_people(Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway"))), DEPARTMENTS, USERS)
    database.close()
    processes: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> RunningGateway:
        settings = Settings(
            database_url=module_databases,
            amqp_url="l2c-memory://",
            celery_broker_url="memory://",
            files_folder=tmp_path_factory.mktemp("files"),
            http_address=f"127.0.0.1:{_free_port()}",
            rpc_timeout_seconds=2.0,
            max_workers=16,
            allow_as_of=True,
            log_level="WARNING",
        )
        process = subprocess.Popen(
            [sys.executable, str(_PROGRAM)],
            cwd=_CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(_CHECKOUT), **settings.to_environment(), **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the gateway did not start; its log is above"
        return RunningGateway(f"http://{settings.http_address}", module_databases, dict(seeded.departments), dict(seeded.users))

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=20)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def gateway(start_gateway: StartGateway) -> RunningGateway:
    return start_gateway()


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
