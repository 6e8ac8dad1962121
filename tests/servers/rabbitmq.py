"""A private RabbitMQ: Debian's package run as a node of the tests' own, on loopback and on ports nobody else uses."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from kombu import Connection
from kombu.exceptions import OperationalError

from tests.servers.account import make_folder, process_owner
from tests.servers.certificates import Certificate
from tests.servers.process import ServerFailed, ServerProcess

USER: Final = "l2c"
DEFAULT_VHOST: Final = "l2c"

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_PACKAGE: Final = Path("/usr/lib/rabbitmq/bin")

_SPARE_VHOSTS: Final = 16
"""So many virtual hosts a node has from its start, for who asks for one later."""

# Below the range that outgoing connections take theirs from, so that a stopped node finds its ports free when it starts again.
_PORTS: Final = range(20_000, 30_000)


class PrivateRabbitmq:
    """A RabbitMQ node of the tests' own. Its queues last from start to start, until discarded; its ports stay.

    Erlang's port mapper, which nodes share and which outlives them, is a private child here too.

    :param folder: where it shall live; must not be there yet.
    :param certificate: its certificate and key, for one that is reached by TLS, too.
    :param asks_for_certificates: whether who comes by TLS must have one that ``certificate`` vouches for.
    """

    def __init__(self, folder: Path, certificate: Certificate | None = None, *, asks_for_certificates: bool = False) -> None:
        programs = _installed_programs()
        self._certificate = certificate
        self._asks_for_certificates = asks_for_certificates
        self._folder = make_folder(folder)
        self._port, distribution_port, mapper_port, self._tls_port = free_ports(4)
        self._control = programs / "rabbitmqctl"
        self._spare_vhosts = [f"spare-{number}" for number in range(_SPARE_VHOSTS)]
        self._vhosts: dict[str, str] = {}
        self._environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(folder),  # Erlang keeps its cookie there
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "RABBITMQ_NODENAME": f"l2c-{self._port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "no-rabbitmq-env.conf"),  # the machine's own settings are not ours
            "RABBITMQ_PID_FILE": str(folder / "node.pid"),
            "detached": "true",  # the start script then becomes the node instead of a shell that waits for it
        }
        self._write_configuration()
        mapper_folder = make_folder(folder / "mapper")
        self._mapper = ServerProcess(
            ["epmd", "-address", "127.0.0.1", "-port", str(mapper_port)], folder=mapper_folder, environment=self._environment
        )
        self._mapper_port = mapper_port
        self._node = ServerProcess([programs / "rabbitmq-server"], folder=folder, environment=self._environment)

    @property
    def url(self) -> str:
        return self._url_of(DEFAULT_VHOST)

    @property
    def tls_url(self) -> str:
        """The same virtual host by TLS, without a word about whom to trust."""
        return f"amqps://{USER}:{USER}@localhost:{self._tls_port}/{DEFAULT_VHOST}"

    def start(self) -> None:
        if self._node.is_running:
            return
        if not self._mapper.is_running:
            self._mapper.start(lambda: is_taken(self._mapper_port), seconds_max=20)
        self._node.start(lambda: answers(self.url), seconds_max=180)

    def stop(self) -> None:
        self._node.stop(signal.SIGTERM, seconds_max=60)

    def kill(self) -> None:
        self._node.stop(signal.SIGKILL, seconds_max=10)

    def discard(self) -> None:
        self.kill()
        self._mapper.stop(signal.SIGTERM, seconds_max=5)
        shutil.rmtree(self._folder)

    def add_vhost(self, name: str) -> str:
        """Make a virtual host, unless it is there.

        :returns: its URL. It may have been there under another name: telling a running node to make one takes two seconds.
        """
        if name not in self._vhosts:
            if self._spare_vhosts:
                self._vhosts[name] = self._spare_vhosts.pop()
            else:
                self.import_definitions(vhost_definitions(name))
                self._vhosts[name] = name
        return self._url_of(self._vhosts[name])

    def import_definitions(self, definitions: str) -> None:
        """Make what these say, in RabbitMQ's form."""
        control = subprocess.run(
            [self._control, "--quiet", "import_definitions"], input=definitions, env=self._environment,
            cwd=self._folder, check=False, timeout=60, capture_output=True, text=True, **process_owner(),
        )  # fmt: skip  # the keywords of a call, not a list to scan
        if control.returncode != 0:
            raise ServerFailed(f"rabbitmqctl ended with status {control.returncode}:\n{control.stdout}{control.stderr}")

    def _url_of(self, vhost: str) -> str:
        return f"amqp://{USER}:{USER}@127.0.0.1:{self._port}/{vhost}"

    def _write_configuration(self) -> None:
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "definitions.json").write_text(_first_definitions(self._spare_vhosts))
        (self._folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self._port}\n"
            f"load_definitions = {self._folder / 'definitions.json'}\n"
            # A full disk or busy memory on a developer's machine would otherwise block publishers without a word.
            "disk_free_limit.absolute = 1MB\n"
            "vm_memory_high_watermark.relative = 0.8\n" + self._tls_configuration()
        )

    def _tls_configuration(self) -> str:
        if self._certificate is None:
            return ""
        kept = self._certificate.copy_to(self._folder)
        return (
            f"listeners.ssl.1 = 127.0.0.1:{self._tls_port}\n"
            f"ssl_options.cacertfile = {kept.certificate}\n"
            f"ssl_options.certfile = {kept.certificate}\n"
            f"ssl_options.keyfile = {kept.key}\n"
            f"ssl_options.verify = {'verify_peer' if self._asks_for_certificates else 'verify_none'}\n"
            f"ssl_options.fail_if_no_peer_cert = {str(self._asks_for_certificates).lower()}\n"
        )


def vhost_definitions(*names: str) -> str:
    """What ``rabbitmqctl import_definitions`` reads to make virtual hosts that the tests' user may use."""
    return json.dumps(_vhosts(*names))


def _vhosts(*names: str) -> dict[str, Any]:
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": name} for name in names],
        "permissions": [{"user": USER, "vhost": name, **rights} for name in names],
    }


def _first_definitions(spare_vhosts: Sequence[str]) -> str:
    """What a node begins with."""
    user = {"name": USER, "password": USER, "tags": "administrator"}
    return json.dumps({"users": [user], **_vhosts(DEFAULT_VHOST, *spare_vhosts)})


def answers(url: str) -> bool:
    """Whether a broker lets the tests' user in there."""
    try:
        with Connection(url, connect_timeout=5) as connection:
            connection.connect()
    except (OSError, OperationalError):
        return False
    return True


def _installed_programs() -> Path:
    if not (_PACKAGE / "rabbitmq-server").exists():
        installation = subprocess.run(
            ["sh", _CHECKOUT / "deploy" / "debian.sh", "rabbitmq-server"], capture_output=True, text=True, check=False
        )
        if installation.returncode != 0:
            raise ServerFailed(f"RabbitMQ is not installed:\n{installation.stderr}")
    return _PACKAGE


def free_ports(count: int) -> list[int]:
    """Ports free on loopback now. All are held until all are found, so that they differ.

    Each of xdist's workers draws from ports of its own: between the look and the server's start another would find the same one
    free, and two servers that allow it share a port without a word.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    share = len(_PORTS) // (int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")) + 1)
    own = _PORTS[worker * share : (worker + 1) * share]
    with ExitStack() as held:
        ports: list[int] = []
        # Hypothesis seeds the other generator alike in every worker.
        for port in random.SystemRandom().sample(own, len(own)):
            holder = held.enter_context(socket.socket())
            try:
                holder.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    raise OSError("no port is free")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
