"""A running gateway, its people, and units of work without one."""

import os
from collections.abc import Iterator

import pytest

from gateway.identity import secrets
from gateway.identity.usecases.seed_people import Seeded, seed_people
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.settings import SERVICES, Settings
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import DEPARTMENTS, USERS, RunningGateway, StartGateway
from tests.integration.gateway.passwords import CHEAP
from tests.servers.databases import NeededDatabases
from tests.servers.green_forks import Fork, GreenForks
from tests.servers.rabbitmq import free_ports
from tests.servers.worker_databases import WorkerDatabases

_PROGRAM = "tests.integration.gateway.gateway_process"
SERVICES_PROGRAM = "tests.integration.gateway.services_process"
WORKFLOW_PROGRAM = "tests.integration.gateway.workflow_process"


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    """The gateway's, empty."""
    return worker_databases.as_new("gateway")


@pytest.fixture
def begin(database: Database) -> Begin:
    """Units of work of the system itself."""
    return Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway")))


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_cheaply() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_HASHER", CHEAP)
        yield


@pytest.fixture
def people(begin: Begin) -> Seeded:
    """A small company."""
    return seed_people(begin, DEPARTMENTS, USERS)


@pytest.fixture(scope="module")
def start_gateway(
    module_databases: NeededDatabases, green_forks: GreenForks, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartGateway]:
    """Start gateways on one database; they end with the module."""
    database = Database(module_databases.of("gateway"), pool_size=4)
    seeded = seed_people(Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway"))), DEPARTMENTS, USERS)
    database.close()
    processes: list[Fork] = []

    def start(program: str = _PROGRAM, **environment: str) -> RunningGateway:
        for service in ("workflow",) if program == WORKFLOW_PROGRAM else environment.get("BEHIND", "").split():
            module_databases.of(service)
        settings = Settings(
            database_url=module_databases.url,
            amqp_url="l2c-memory://",
            celery_broker_url="memory://",
            files_folder=tmp_path_factory.mktemp("files"),
            http_address=f"127.0.0.1:{free_ports(1)[0]}",
            rpc_timeout_seconds=2.0,
            max_workers=16,
            allow_as_of=True,
            log_level="WARNING",
        )
        process = green_forks.start(program, {**os.environ, **settings.to_environment(), **environment})
        processes.append(process)
        assert process.stdout.readline() == "ready\n", "the gateway did not start; its log is above"
        url = f"http://{settings.http_address}"
        return RunningGateway(url, module_databases.url, dict(seeded.departments), dict(seeded.users), process.process_id)

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)


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
    """One with the real billing service behind it, and without a worker: nothing changes but by requests. Customer is empty."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="customer billing", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def cash_desk(start_gateway: StartGateway) -> RunningGateway:
    """One with the real payments service behind it, and without a worker: nothing changes but by requests. Customer is empty."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="customer payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def worked_cash_desk(start_gateway: StartGateway) -> RunningGateway:
    """The same with its worker."""
    return start_gateway(
        SERVICES_PROGRAM, BEHIND="customer payments", WORKED="payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0"
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
