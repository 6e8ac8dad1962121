"""Systems to run tests against: the embedded one as a process, and ports for the distributed one."""

import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psycopg

from deploy.api_client import wait_until
from deploy.embedded_settings import embedded_settings
from deploy.first_steps import add_people
from deploy.people import DEPARTMENTS, PEOPLE
from deploy.postgresql import running_url
from services.kit.settings import HEALTH_PORTS
from tests.servers.rabbitmq import free_ports

_CHECKOUT = Path(__file__).resolve().parents[2]
_START_SECONDS_MAX = 480.0
_STOP_SECONDS_MAX = 60.0


class EmbeddedSystem:
    """`l2c run --embedded` as a process of its own; its data stays from start to start.

    :param settings: more of its environment, by name.
    """

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        (http_port,) = free_ports(1)
        self.base_url = f"http://127.0.0.1:{http_port}"
        self._environment = {
            **os.environ,
            "L2C_HTTP_ADDRESS": f"127.0.0.1:{http_port}",
            "L2C_HEALTH_PORT_BASE": str(health_ports()),
            "L2C_ALLOW_AS_OF": "true",
            **settings,
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

    def add_people(self) -> None:
        """The demo's sales force, known to the services that ask who acts and who owns."""
        add_people(embedded_settings(self.var, self.database_url, allow_as_of=True))
        leads = sum(department.lead is not None for department in DEPARTMENTS)
        for service, departments in (("workflow", "departments"), ("customer", "company_departments")):
            wait_until(f"{service} to know them", partial(self._knows, service, departments, leads))

    def connect(self, service: str) -> psycopg.Connection[tuple[object, ...]]:
        """A service's database of the embedded server."""
        return psycopg.connect(self.database_url.format(service=service).replace("+psycopg", ""))

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

    def _knows(self, service: str, departments: str, leads: int) -> bool:
        query = f"SELECT (SELECT count(*) FROM users), (SELECT count(lead_id) FROM {departments})"
        with self.connect(service) as connection:
            return connection.execute(query.encode()).fetchone() == (len(PEOPLE), leads)

    @property
    def database_url(self) -> str:
        """Of its databases; ``{service}`` stands for a service's name."""
        url = running_url(self.var / "postgresql")
        assert url is not None
        return url

    def _wait(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        status = self._process.wait(_STOP_SECONDS_MAX)
        self._process.stdout.close()
        return status


def health_ports() -> int:
    """The first of the free ports in a row that the processes' health ports are."""
    for first in free_ports(50):
        if all(_is_free(first + offset) for offset in range(len(HEALTH_PORTS))):
            return first
    raise OSError(f"no {len(HEALTH_PORTS)} ports in a row are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
