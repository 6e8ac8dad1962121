"""The servers as fixtures. Nothing starts before a test asks for one of them.

=====================  ========  ============================================================================================
``database_url``       session   databases of this xdist worker, migrated; a URL with ``{service}`` for the service's name
``fresh_databases``    function  the same, new for one test
``fresh_database``     function  makes the database of one service, new for one test: ``fresh_database("billing")`` is its URL
``module_databases``   module    those of one module, each made when needed: ``module_databases.of("billing")`` is its URL
``worker_databases``   session   ``worker_databases.as_new("billing")`` is one that this worker keeps, as a ``Database``, with
                                 what the migrations bring and nothing else
``green_forks``        session   starts processes that hold services, without their imports
``amqp_url``           session   a virtual host of this worker
``celery_broker_url``  session   another one, for jobs
``fresh_amqp_url``     function  an empty virtual host for one test
``rabbitmq``           module    a broker of the module's own, to ``stop()``, ``kill()``, ``start()``, ``restart()``; ``url``
``postgresql``         module    a database server of the module's own, alike; ``database_url`` as above
=====================  ========  ============================================================================================
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from tests.servers.databases import NeededDatabases, TestDatabases
from tests.servers.green_forks import GreenForks
from tests.servers.kept import KeptRabbitmq, KeptServer
from tests.servers.run import Run
from tests.servers.worker_databases import WorkerDatabases

DATABASE_URL_VARIABLE: Final = "L2C_TEST_DATABASE_URL"
"""An existing server to use: a URL with ``{service}`` in place of the database's name, as a role that may make databases."""

AMQP_URL_VARIABLE: Final = "L2C_TEST_AMQP_URL"
"""Existing, empty virtual hosts to use; ``{worker}`` stands for the name of the xdist worker, ``gw0`` and so on."""

_run_key = pytest.StashKey[Run]()
_folder_key = pytest.StashKey[Path]()
_numbers = itertools.count(1)


class OwnPostgresql(KeptServer):
    """A PostgreSQL server that no other module uses."""

    def __init__(self, run_folder: Path, name: str) -> None:
        super().__init__(run_folder, "postgresql", name)
        self._databases = TestDatabases(self.url, _prefix(run_folder, name), run_folder)

    @cached_property
    def database_url(self) -> str:
        """Migrated databases on it; ``{service}`` stands for the service's name."""
        return self._databases.create("own")


def pytest_configure(config: pytest.Config) -> None:
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[_folder_key] = Path(worker_input["l2c_run_folder"])
        return
    given = os.environ.get(AMQP_URL_VARIABLE)
    if given and "{worker}" not in given and len(config.getoption("tx", None) or ()) > 1:
        raise pytest.UsageError(f"{AMQP_URL_VARIABLE} names one virtual host: put {{worker}} into it, or use one process (-n 0)")
    run = Run()
    config.stash[_run_key] = run
    config.stash[_folder_key] = run.folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each xdist worker which run it belongs to."""
    node.workerinput["l2c_run_folder"] = str(node.config.stash[_folder_key])


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(_run_key, None)
    if run is None:
        return
    given = os.environ.get(DATABASE_URL_VARIABLE)
    if given:
        TestDatabases(given.format(service="postgres"), _prefix(run.folder, "shared"), run.folder).drop_all()
    run.end()


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """Where this run keeps its servers and their logs."""
    return pytestconfig.stash[_folder_key]


@pytest.fixture(scope="session")
def shared_databases(run_folder: Path) -> TestDatabases:
    """Makes and drops databases on the server that all workers share."""
    given = os.environ.get(DATABASE_URL_VARIABLE)
    url = given.format(service="postgres") if given else KeptServer(run_folder, "postgresql", "shared-postgresql").url
    return TestDatabases(url, _prefix(run_folder, "shared"), run_folder)


@pytest.fixture(scope="session")
def database_url(shared_databases: TestDatabases, worker_id: str) -> Iterator[str]:
    with shared_databases.fresh(worker_id) as url:
        yield url


@pytest.fixture
def fresh_databases(shared_databases: TestDatabases, worker_id: str) -> Iterator[str]:
    with shared_databases.fresh(f"{worker_id}_{next(_numbers)}") as url:
        yield url


@pytest.fixture
def fresh_database(shared_databases: TestDatabases, worker_id: str) -> Iterator[Callable[[str], str]]:
    with ExitStack() as made:

        def make(service: str) -> str:
            url = made.enter_context(shared_databases.fresh(f"{worker_id}_{next(_numbers)}", [service]))
            return url.format(service=service)

        yield make


@pytest.fixture(scope="session")
def worker_databases(shared_databases: TestDatabases, worker_id: str) -> Iterator[WorkerDatabases]:
    kept = WorkerDatabases(shared_databases, f"{worker_id}_kept")
    yield kept
    kept.drop_all()


@pytest.fixture(scope="module")
def module_databases(shared_databases: TestDatabases, worker_id: str) -> Iterator[NeededDatabases]:
    with shared_databases.made_when_needed(f"{worker_id}_{next(_numbers)}") as databases:
        yield databases


@pytest.fixture(scope="session")
def green_forks() -> Iterator[GreenForks]:
    with GreenForks() as forks:
        yield forks


@pytest.fixture(scope="session")
def shared_rabbitmq(run_folder: Path) -> KeptRabbitmq:
    """The broker that all workers share; nobody may stop it."""
    return KeptRabbitmq(run_folder, "shared-rabbitmq")


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    return _given_amqp_url(worker_id) or _new_vhost(request, worker_id)


@pytest.fixture(scope="session")
def celery_broker_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    return _given_amqp_url(worker_id) or _new_vhost(request, f"{worker_id}-jobs")


@pytest.fixture
def fresh_amqp_url(shared_rabbitmq: KeptRabbitmq, worker_id: str) -> str:
    # AMQP has no word for making a virtual host, so these are never on a broker that was given.
    return shared_rabbitmq.add_vhost(f"{worker_id}-{next(_numbers)}")


@pytest.fixture(scope="module")
def rabbitmq(run_folder: Path, worker_id: str) -> Iterator[KeptRabbitmq]:
    server = KeptRabbitmq(run_folder, f"rabbitmq-{worker_id}-{next(_numbers)}")
    yield server
    server.discard()


@pytest.fixture(scope="module")
def postgresql(run_folder: Path, worker_id: str) -> Iterator[OwnPostgresql]:
    server = OwnPostgresql(run_folder, f"postgresql-{worker_id}-{next(_numbers)}")
    yield server
    server.discard()


def _given_amqp_url(worker_id: str) -> str | None:
    given = os.environ.get(AMQP_URL_VARIABLE)
    return given.replace("{worker}", worker_id) if given else None


def _new_vhost(request: pytest.FixtureRequest, name: str) -> str:
    broker: KeptRabbitmq = request.getfixturevalue("shared_rabbitmq")
    return broker.add_vhost(name)


def _prefix(run_folder: Path, server: str) -> str:
    return f"t_{run_folder.name.rpartition('-')[2]}_{server.replace('-', '_')}"
