"""One distributed system for all tests of this folder, which one worker runs, one after the other (:mod:`tests.scheduling`).

Each test leaves it up, and asks for nothing that another one has left in it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.first_steps import add_people
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from services.kit.settings import Settings
from tests.e2e.systems import health_ports
from tests.servers.databases import TestDatabases
from tests.servers.kept import KeptRabbitmq
from tests.servers.least_rights import make_own_users, own_roles, with_own_users
from tests.servers.rabbitmq import free_ports
from tests.servers.trace_collector import TraceCollector


@pytest.fixture(scope="package")
def broker(run_folder: Path, worker_id: str) -> Iterator[KeptRabbitmq]:
    """The cluster's own, to be stopped and started."""
    server = KeptRabbitmq(run_folder, f"cluster-{worker_id}")
    yield server
    server.discard()


@pytest.fixture(scope="package")
def collector() -> Iterator[TraceCollector]:
    """Where the cluster's processes send their spans."""
    with TraceCollector() as listening:
        yield listening


@pytest.fixture(scope="package")
def cluster(
    shared_databases: TestDatabases,
    broker: KeptRabbitmq,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    collector: TraceCollector,
) -> Iterator[LocalCluster]:
    """All processes of a distributed system, up and ready, with the demo's people; over a broker of its own.

    Each service is a user of its own there and a role of its own in its database: what these tests try works with least rights.
    """
    folder = tmp_path_factory.mktemp("cluster")
    (http_port,) = free_ports(1)
    name = f"{worker_id}_{http_port}"
    with own_roles(shared_databases, name) as database_url:
        yield from _running_cluster(database_url, shared_databases.unique(name), broker, folder, http_port, collector)


def _running_cluster(
    database_url: str, name: str, broker: KeptRabbitmq, folder: Path, http_port: int, collector: TraceCollector
) -> Iterator[LocalCluster]:
    settings = Settings(
        database_url=database_url,
        amqp_url=broker.url,
        celery_broker_url=broker.add_vhost("jobs"),
        files_folder=folder / "files",
        http_address=f"127.0.0.1:{http_port}",
        health_port_base=health_ports(),
        max_workers=16,
        event_retry_delays_seconds=(0.5, 1.0, 2.0, 5.0, 10.0, 10.0),
        allow_as_of=True,
        figures_seconds=1.0,
        log_format="plain",
    )
    settings = with_own_users(settings, name, folder)
    make_own_users(settings, broker)
    with LocalCluster(settings, folder, collector.environment) as running:
        running.start_all()
        add_people(settings)
        yield running


@pytest.fixture
def office(cluster: LocalCluster) -> Iterator[Office]:
    """The sales force at the distributed system."""
    office = Office(cluster.base_url)
    yield office
    office.close()
