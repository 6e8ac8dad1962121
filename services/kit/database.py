"""One service's database: an engine whose waiting yields to the other green threads, and its sessions."""

import sys
from functools import cache
from importlib import import_module
from typing import Any, Final

import psycopg
from psycopg.pq import ConnStatus
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from services.kit.settings import Settings
from services.kit.slow_statements import log_slow_statements

_ONE_MOMENT: Final = "one_moment"

_PATIENCE: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""A server that says nothing any more, nor that it goes (its host lost its power, a cable was cut), is given up within half a
minute, where the system's own limits are two hours for who waits, and a quarter of one for who sends. In libpq's units: seconds,
the last milliseconds. What an address says itself holds. A query may take as long as it takes: its server's kernel answers."""

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises where the server is away, went away meanwhile or has no room: what was asked for is not wrong, and what
had begun may have been committed or not."""


class Database:
    """A PostgreSQL database of one service. Connects when first used, and again after the server went away.

    :param url: ``postgresql+psycopg://…``
    :param pool_size: connections at most; as many as the process has workers.
    :param slow_query_seconds: a statement that takes longer is logged; 0: none is.
    """

    def __init__(self, url: str, *, pool_size: int, slow_query_seconds: float = 0.0) -> None:
        _wait_greenly()
        self.url = url
        self.engine: Engine = create_engine(
            _with_patience(make_url(url)), pool_size=pool_size, max_overflow=0, pool_use_lifo=True
        )
        self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")

        @event.listens_for(self.engine, "connect")
        def _use_utc(connection, _record) -> None:  # type: ignore[no-untyped-def]  # a driver's connection, untyped in SQLAlchemy
            connection.execute("SET TIME ZONE 'UTC'")
            connection.commit()

        event.listen(self.engine, "checkout", _look_whether_alive)
        if slow_query_seconds > 0:
            log_slow_statements(self.engine, slow_query_seconds)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def asking_session(self) -> Session:
        """For what only asks: each query stands for itself, so that none waits for a ``BEGIN`` and a ``COMMIT`` around it."""
        return Session(self._asking, expire_on_commit=False)

    def ping(self) -> None:
        """
        :raises sqlalchemy.exc.SQLAlchemyError: if it cannot be reached.
        """
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def read_one_moment(session: Session) -> None:
    """All that this session's transaction reads is of one moment, in however many queries. Called before the first of them; what
    is called within such a transaction may ask for it again."""
    if not session.info.get(_ONE_MOMENT):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.info[_ONE_MOMENT] = True


def _with_patience(url: URL) -> URL:
    return url.set(query={**_PATIENCE, **url.query})


def _look_whether_alive(connection: Any, _record: ConnectionPoolEntry, _proxy: Any) -> None:
    # Without a look, the first query after a restart of the server fails. SQLAlchemy's pre_ping asks the server every time, which
    # is a fifth of a request's time. What a server that went away left in the socket (its farewell, the end of the stream) is
    # seen without asking.
    pgconn = connection.pgconn
    try:
        for _ in range(2):  # once for the farewell, once for the end behind it
            pgconn.consume_input()
            pgconn.is_busy()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error
    if pgconn.status != ConnStatus.OK:
        raise DisconnectionError


def _wait_greenly() -> None:
    # psycopg's C wait blocks every green thread of the process. What is not green never imports eventlet, hence not from above.
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is not None and patcher.is_monkey_patched("socket"):
        import_module("services.kit.green_waits").use_green_waits()


@cache
def database_of(service: str, settings: Settings) -> Database:
    """The process's one :class:`Database` of a service: its containers, relay and jobs share the pool."""
    return Database(
        settings.database_url_of(service), pool_size=settings.max_workers, slow_query_seconds=settings.slow_query_seconds
    )
