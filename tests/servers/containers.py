"""The same two servers as containers, where a Docker engine answers and the official images can be had."""

import threading
import time
from abc import ABC, abstractmethod
from functools import cache
from typing import Any, Final

import docker
import psycopg
from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from tests.servers.process import PROBE_INTERVAL_SECONDS, ServerFailed
from tests.servers.rabbitmq import DEFAULT_VHOST, USER, answers, free_ports, vhost_definitions

POSTGRESQL_IMAGE: Final = "postgres:15"
RABBITMQ_IMAGE: Final = "rabbitmq:3"

_ENGINE_SECONDS_MAX: Final = 5
_PULL_SECONDS_MAX: Final = 120
_START_SECONDS_MAX: Final = 120

# testcontainers' own cleaner is one more image to pull; the keeper already ends what it started.
testcontainers_config.ryuk_disabled = True


@cache
def can_run(image: str) -> bool:
    """Whether a Docker engine answers and has the image, or gets it in time."""
    try:
        client = docker.from_env(timeout=_ENGINE_SECONDS_MAX)
        client.ping()
        if client.images.list(name=image):
            return True
    except DockerException:
        return False
    # A registry that cannot be reached may hang for many minutes; the thread is left to it and ends with the keeper.
    pulled: list[Any] = []
    puller = threading.Thread(target=_pull, args=(image, pulled), daemon=True)
    puller.start()
    puller.join(_PULL_SECONDS_MAX)
    return bool(pulled)


def _pull(image: str, pulled: list[Any]) -> None:
    try:
        pulled.append(docker.from_env(timeout=_PULL_SECONDS_MAX).images.pull(image))
    except DockerException:
        return


class _Container(ABC):
    """A container whose port on the host stays the same from start to start."""

    def __init__(self, image: str, port: int, environment: dict[str, str], command: str = "") -> None:
        (self.host_port,) = free_ports(1)
        self._container = DockerContainer(image, command=command)
        # On loopback only; testcontainers' own way of binding, and its types, know of ports alone.
        self._container.ports[str(port)] = ("127.0.0.1", self.host_port)  # type: ignore[assignment]
        for name, value in environment.items():
            self._container.with_env(name, value)
        self._is_made = False

    def start(self) -> None:
        if not self._is_made:
            self._container.start()
            self._is_made = True
        else:
            self._container.get_wrapped_container().start()
        give_up = time.monotonic() + _START_SECONDS_MAX
        while not self.answers():
            if time.monotonic() > give_up:
                raise ServerFailed(f"{self._container.image} was not ready within {_START_SECONDS_MAX} s")
            time.sleep(PROBE_INTERVAL_SECONDS)

    def stop(self) -> None:
        self._container.get_wrapped_container().stop(timeout=30)

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def discard(self) -> None:
        if self._is_made:
            self._container.stop(force=True, delete_volume=True)

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server inside takes connections."""


class ContainerPostgresql(_Container):
    """PostgreSQL in a container."""

    def __init__(self) -> None:
        options = "-c max_connections=600 -c fsync=off -c full_page_writes=off -c timezone=UTC"
        super().__init__(POSTGRESQL_IMAGE, 5432, {"POSTGRES_HOST_AUTH_METHOD": "trust"}, f"postgres {options}")

    @property
    def url(self) -> str:
        """Of the maintenance database, as the superuser."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.host_port}/postgres"

    def answers(self) -> bool:
        try:
            psycopg.connect(host="127.0.0.1", port=self.host_port, user="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


class ContainerRabbitmq(_Container):
    """RabbitMQ in a container."""

    def __init__(self) -> None:
        environment = {"RABBITMQ_DEFAULT_USER": USER, "RABBITMQ_DEFAULT_PASS": USER, "RABBITMQ_DEFAULT_VHOST": DEFAULT_VHOST}
        super().__init__(RABBITMQ_IMAGE, 5672, environment)

    @property
    def url(self) -> str:
        return self._url_of(DEFAULT_VHOST)

    def answers(self) -> bool:
        return answers(self.url)

    def add_vhost(self, name: str) -> str:
        """Make a virtual host, unless it is there.

        :returns: its URL.
        """
        self.import_definitions(vhost_definitions(name))
        return self._url_of(name)

    def import_definitions(self, definitions: str) -> None:
        """Make what these say, in RabbitMQ's form."""
        script = 'printf %s "$0" | rabbitmqctl --quiet import_definitions'
        status, output = self._container.get_wrapped_container().exec_run(["sh", "-c", script, definitions])
        if status != 0:
            raise OSError(f"rabbitmqctl ended with {status}: {output.decode(errors='replace')}")

    def _url_of(self, vhost: str) -> str:
        return f"amqp://{USER}:{USER}@127.0.0.1:{self.host_port}/{vhost}"
