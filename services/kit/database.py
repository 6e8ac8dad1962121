"""One service's database: an engine whose waiting yields to the other green threads, and its sessions."""

import os
import sys
from functools import cache

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from services.kit.settings import Settings


class Database:
    """A PostgreSQL database of one service. Connects when first used, and again after the server went away.

    :param url: ``postgresql+psycopg://…``
    :param pool_size: connections at most; as many as the process has workers.
    """

    def __init__(self, url: str, *, pool_size: int) -> None:
        _require_yielding_waits()
        self.url = url
        # pre_ping: without it the first query after a restart of the server fails.
        self.engine: Engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, pool_use_lifo=True)

        @event.listens_for(self.engine, "connect")
        def _use_utc(connection, _record) -> None:  # type: ignore[no-untyped-def]  # a driver's connection, untyped in SQLAlchemy
            connection.execute("SET TIME ZONE 'UTC'")
            connection.commit()

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def ping(self) -> None:
        """
        :raises sqlalchemy.exc.SQLAlchemyError: if it cannot be reached.
        """
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def _require_yielding_waits() -> None:
    # psycopg's C wait blocks every green thread of the process; which wait it uses is fixed when psycopg is imported.
    eventlet_patcher = sys.modules.get("eventlet.patcher")
    if eventlet_patcher is None or not eventlet_patcher.is_monkey_patched("socket"):
        return
    if not os.environ.get("PSYCOPG_WAIT_FUNC", "").startswith("wait_sel"):
        raise RuntimeError("under eventlet PSYCOPG_WAIT_FUNC must be wait_selector before psycopg is imported")


@cache
def database_of(service: str, settings: Settings) -> Database:
    """The process's one :class:`Database` of a service: its containers, relay and jobs share the pool."""
    return Database(settings.database_url_of(service), pool_size=settings.max_workers)
