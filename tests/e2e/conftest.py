"""Whole systems for the end-to-end tests: embedded in one process, and distributed over many."""

from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from deploy.api_client import ApiClient
from deploy.first_steps import add_people
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from services.kit.settings import Settings
from tests.documented_answers import assert_documented
from tests.e2e.systems import EmbeddedSystem, health_ports
from tests.servers.databases import TestDatabases
from tests.servers.kept import KeptRabbitmq
from tests.servers.least_rights import make_own_users, own_roles, with_own_users
from tests.servers.rabbitmq import free_ports
from tests.servers.trace_collector import TraceCollector


@pytest.fixture(scope="session", autouse=True)
def _answers_are_as_documented() -> Iterator[None]:
    """Whatever these tests get through the gateway must be as OpenAPI says."""
    send = ApiClient._send

    def send_and_look(client: ApiClient, method: str, target: str, content: bytes | None, headers: Any) -> HTTPResponse:
        answer = send(client, method, target, content, headers)
        body = answer.read()
        assert_documented(method, target, answer.status, answer.headers, body)
        answer.read = lambda *_: body  # type: ignore[method-assign]  # it can be read but once
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ApiClient, "_send", send_and_look)
        yield


@pytest.fixture(scope="module")
def embedded(run_folder: Path, worker_id: str) -> Iterator[EmbeddedSystem]:
    """An embedded system, not yet started."""
    # Not in pytest's own temporary folder: every run of pytest that begins closes it to the account that PostgreSQL runs under.
    folder = run_folder / f"embedded-{worker_id}"
    folder.mkdir()
    system = EmbeddedSystem(folder / "var")
    yield system
    if not system.is_running and (system.var / "postgresql" / "postmaster.pid").exists():
        system.start()  # a test failed after a kill: what it left running ends with a start and a stop
    if system.is_running:
        system.stop()


@pytest.fixture(scope="module")
def collector() -> Iterator[TraceCollector]:
    """Where the cluster's processes send their spans."""
    with TraceCollector() as listening:
        yield listening


@pytest.fixture(scope="module")
def cluster(
    shared_databases: TestDatabases,
    rabbitmq: KeptRabbitmq,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    collector: TraceCollector,
) -> Iterator[LocalCluster]:
    """All processes of a distributed system, up and ready, with the demo's people; over a broker of this module's own.

    Each service is a user of its own there and a role of its own in its database: what these tests try works with least rights.
    """
    folder = tmp_path_factory.mktemp("cluster")
    (http_port,) = free_ports(1)
    name = f"{worker_id}_{http_port}"
    with own_roles(shared_databases, name) as database_url:
        yield from _running_cluster(database_url, shared_databases.unique(name), rabbitmq, folder, http_port, collector)


def _running_cluster(
    database_url: str, name: str, rabbitmq: KeptRabbitmq, folder: Path, http_port: int, collector: TraceCollector
) -> Iterator[LocalCluster]:
    settings = Settings(
        database_url=database_url,
        amqp_url=rabbitmq.url,
        celery_broker_url=rabbitmq.add_vhost("jobs"),
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
    make_own_users(settings, rabbitmq)
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
