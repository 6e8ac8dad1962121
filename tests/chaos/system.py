"""The distributed system under faults: its processes, its servers, the network and the disk between them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy.engine import make_url

from deploy.first_steps import add_people
from deploy.local_cluster import LocalCluster
from services.kit.settings import DATABASES, Settings
from tests.chaos.full_disk import SmallDisk
from tests.chaos.network import Network, Wire
from tests.e2e.systems import health_ports
from tests.servers.fixtures import OwnPostgresql
from tests.servers.kept import KeptRabbitmq
from tests.servers.rabbitmq import free_ports

_POOL_SIZE: Final = 16
_PEOPLE_SECONDS_MAX: Final = 180.0
_CHATTY_STORIES_MAX: Final = 500
"""Past so many, logs of every request would fill disks, and nobody would read them."""


@dataclass(frozen=True)
class System:
    """
    :ivar direct: database URLs past the network, for whoever looks after the system; ``jobs``: the jobs' broker's.
    :ivar logs: the folder of the processes' logs.
    """

    cluster: LocalCluster
    postgresql: OwnPostgresql
    rabbitmq: KeptRabbitmq
    network: Network
    disk: SmallDisk
    direct: str
    jobs: str
    logs: Path

    def wire(self, server: str) -> Wire:
        """What leads to ``rabbitmq`` or ``postgresql``."""
        return self.network.wires[server]

    def ask(self, service: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a service's database says, asked past the network."""
        with psycopg.connect(self.direct.format(service=service)) as connection:
            return connection.execute(query.encode(), values).fetchall()


@contextmanager
def running_system(postgresql: OwnPostgresql, rabbitmq: KeptRabbitmq, folder: Path, stories: int) -> Iterator[System]:
    """All of it, up and ready, with the demo's people.

    :param folder: where logs are put; files are beside it.
    """
    direct = postgresql.database_url.replace("+psycopg", "")
    with Network() as network, SmallDisk(folder.with_name(f"{folder.name}-files"), stories) as disk:
        database = make_url(postgresql.database_url.replace("{service}", "SERVICE"))
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        through = database.set(
            host="127.0.0.1", port=network.lead_to("postgresql", database.render_as_string()).port, query=plain
        )
        broker = f"127.0.0.1:{network.lead_to('rabbitmq', rabbitmq.url).port}"
        jobs = rabbitmq.add_vhost("jobs")
        (http_port,) = free_ports(1)
        settings = Settings(
            database_url=through.render_as_string(hide_password=False).replace("SERVICE", "{service}"),
            amqp_url=_through(broker, rabbitmq.url),
            celery_broker_url=_through(broker, jobs),
            files_folder=disk.folder,
            http_address=f"127.0.0.1:{http_port}",
            health_port_base=health_ports(),
            max_workers=_POOL_SIZE,
            event_retry_delays_seconds=(0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
            log_level="INFO" if stories <= _CHATTY_STORIES_MAX else "WARNING",
            log_format="plain",
        )
        with LocalCluster(settings, folder) as cluster:
            cluster.start_all()
            add_people(settings)
            system = System(cluster, postgresql, rabbitmq, network, disk, direct, jobs, folder)
            _wait_until_people_are_known(system)
            yield system


def _through(broker: str, url: str) -> str:
    """The same virtual host by another way."""
    vhost = url.rpartition("/")[2]
    credentials = url.removeprefix("amqp://").partition("@")[0]
    return f"amqp://{credentials}@{broker}/{vhost}"


def _wait_until_people_are_known(system: System) -> None:
    give_up = time.monotonic() + _PEOPLE_SECONDS_MAX
    while any(untold(system).values()):
        assert time.monotonic() < give_up, "the people are not known"
        time.sleep(0.1)


def untold(system: System, until: dict[str, int] | None = None) -> dict[str, int]:
    """How many events wait in each outbox.

    :param until: counts only those up to a position, by service.
    """
    query = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND position <= %s"
    return {service: system.ask(service, query, (until or {}).get(service, 2**62))[0][0] for service in DATABASES}


def last_positions(system: System) -> dict[str, int]:
    """Up to where each outbox is written, or being written: of what is published no index knows the position."""
    query = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'position')::regclass), 0)"
    return {service: system.ask(service, query)[0][0] for service in DATABASES}


def keep_logs(folder: Path) -> Path:
    """A new folder for a run's logs.

    :param folder: of all runs.
    """
    kept = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    kept.mkdir(parents=True)
    return kept
