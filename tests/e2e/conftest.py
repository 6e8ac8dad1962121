"""Whole systems for the end-to-end tests: embedded in one process, and distributed over many."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.first_steps import add_people
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from services.kit.settings import Settings
from tests.servers.kept import KeptRabbitmq
from tests.servers.rabbitmq import free_ports

_CHECKOUT = Path(__file__).resolve().parents[2]
_START_SECONDS_MAX = 240.0
_STOP_SECONDS_MAX = 60.0


class EmbeddedSystem:
    """`l2c run --embedded` as a process of its own; its data stays from start to start."""

    def __init__(self, var: Path) -> None:
        self.var = var
        (http_port,) = free_ports(1)
        self.base_url = f"http://127.0.0.1:{http_port}"
        self._environment = {
            **os.environ,
            "L2C_HTTP_ADDRESS": f"127.0.0.1:{http_port}",
            "L2C_HEALTH_PORT_BASE": str(five_ports()),
            "L2C_ALLOW_AS_OF": "true",
        }
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self, *options: str) -> list[str]:
        """Start it and wait until it says that it is ready.

        :returns: what it said.
        """
        command = [sys.executable, "-m", "deploy.cli", "--var", str(self.var), "run", "--embedded", *options]
        self._process = subprocess.Popen(
            command, cwd=_CHECKOUT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        self.said = []
        give_up = time.monotonic() + _START_SECONDS_MAX
        for line in self._process.stdout:
            self.said.append(line.rstrip())
            if "系统已就绪" in line:
                return self.said
            assert time.monotonic() < give_up, self.said
        raise AssertionError("\n".join(["it ended:", *self.said]))

    def stop(self) -> int:
        """End it in order.

        :returns: its exit status.
        """
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._wait()

    def kill(self) -> None:
        """End it as a crash does. PostgreSQL, a process of its own, is left running."""
        assert self._process is not None
        self._process.kill()
        self._wait()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """An `l2c` command about it."""
        command = [sys.executable, "-m", "deploy.cli", "--var", str(self.var), *arguments]
        return subprocess.run(
            command, cwd=_CHECKOUT, env=self._environment, check=False, capture_output=True, text=True, timeout=_STOP_SECONDS_MAX
        )

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _wait(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        status = self._process.wait(_STOP_SECONDS_MAX)
        self._process.stdout.close()
        return status


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """An embedded system, not yet started."""
    system = EmbeddedSystem(tmp_path_factory.mktemp("embedded") / "var")
    yield system
    if not system.is_running and (system.var / "postgresql" / "postmaster.pid").exists():
        system.start()  # a test failed after a kill: what it left running ends with a start and a stop
    if system.is_running:
        system.stop()


@pytest.fixture(scope="module")
def cluster(module_databases: str, rabbitmq: KeptRabbitmq, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """All processes of a distributed system, up and ready, with the demo's people; over a broker of this module's own."""
    folder = tmp_path_factory.mktemp("cluster")
    (http_port,) = free_ports(1)
    settings = Settings(
        database_url=module_databases,
        amqp_url=rabbitmq.url,
        celery_broker_url=rabbitmq.add_vhost("jobs"),
        files_folder=folder / "files",
        http_address=f"127.0.0.1:{http_port}",
        health_port_base=five_ports(),
        max_workers=16,
        event_retry_delays_seconds=(0.5, 1.0, 2.0, 5.0, 10.0, 10.0),
        allow_as_of=True,
        log_format="plain",
    )
    with LocalCluster(settings, folder) as running:
        running.start_all()
        add_people(settings)
        yield running


@pytest.fixture
def office(cluster: LocalCluster) -> Iterator[Office]:
    """The sales force at the distributed system."""
    office = Office(cluster.base_url)
    yield office
    office.close()


def five_ports() -> int:
    """The first of five free ports in a row: the services' health ports."""
    for first in free_ports(50):
        if all(_is_free(first + offset) for offset in range(5)):
            return first
    raise OSError("no five ports in a row are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
