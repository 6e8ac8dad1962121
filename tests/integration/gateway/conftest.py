"""A running gateway, its people, and units of work without one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.identity.secrets import hash_password
from gateway.identity.usecases.seed_people import Seeded, seed_people
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.settings import SERVICES, Settings
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import DEPARTMENTS, PASSWORD, USERS, RunningGateway, StartGateway
from tests.servers.rabbitmq import free_ports

_CHECKOUT = Path(__file__).resolve().parents[3]
_PROGRAM = Path(__file__).with_name("gateway_process.py")
SERVICES_PROGRAM = _PROGRAM.with_name("services_process.py")
WORKFLOW_PROGRAM = _PROGRAM.with_name("workflow_process.py")


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


@pytest.fixture(scope="module")
def start_gateway(module_databases: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartGateway]:
    """Start gateways on one database; they end with the module."""
    database = Database(module_databases.format(service="gateway"), pool_size=4)
    seeded = seed_people(Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway"))), DEPARTMENTS, USERS)
    database.close()
    processes: list[subprocess.Popen[str]] = []

    def start(program: Path = _PROGRAM, **environment: str) -> RunningGateway:
        settings = Settings(
            database_url=module_databases,
            amqp_url="l2c-memory://",
            celery_broker_url="memory://",
            files_folder=tmp_path_factory.mktemp("files"),
            http_address=f"127.0.0.1:{free_ports(1)[0]}",
            rpc_timeout_seconds=2.0,
            max_workers=16,
            allow_as_of=True,
            log_level="WARNING",
        )
        process = subprocess.Popen(
            [sys.executable, str(program)],
            cwd=_CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(_CHECKOUT), **settings.to_environment(), **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the gateway did not start; its log is above"
        url = f"http://{settings.http_address}"
        return RunningGateway(url, module_databases, dict(seeded.departments), dict(seeded.users), process.pid)

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


@pytest.fixture(scope="module")
def house(start_gateway: StartGateway) -> RunningGateway:
    """One with the real customer service behind it, and its worker; payments and notify have a part in the policies."""
    return start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer payments notify",
        WORKED="customer",
        L2C_RPC_TIMEOUT_SECONDS="10",
        L2C_HEALTH_PORT_BASE="0",
    )


@pytest.fixture(scope="module")
def approvals(start_gateway: StartGateway) -> RunningGateway:
    """One with the real workflow service behind it, and an owner that agrees to every form."""
    return start_gateway(WORKFLOW_PROGRAM, L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def accounts_room(start_gateway: StartGateway) -> RunningGateway:
    """One with the real billing service behind it, and without a worker: nothing changes but by requests."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="billing", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def cash_desk(start_gateway: StartGateway) -> RunningGateway:
    """One with the real payments service behind it, and without a worker: nothing changes but by requests."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def worked_cash_desk(start_gateway: StartGateway) -> RunningGateway:
    """The same with its worker."""
    return start_gateway(
        SERVICES_PROGRAM, BEHIND="payments", WORKED="payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0"
    )


@pytest.fixture(scope="module")
def whole_house(start_gateway: StartGateway) -> RunningGateway:
    """One with all real services behind it, and without a worker: nothing changes but by requests."""
    behind = " ".join(SERVICES)
    return start_gateway(SERVICES_PROGRAM, BEHIND=behind, L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def other_gateway(start_gateway: StartGateway) -> RunningGateway:
    """Another process on the same database; it does not let callers choose the time."""
    return start_gateway(L2C_ALLOW_AS_OF="false")
