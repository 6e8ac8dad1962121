"""One moment of several databases: a snapshot of each, between which nothing was written in any of them.

Dumps made one after the other would know effects without their causes: a receivable in payments whose bill billing has not yet.
So writers are kept waiting, in all databases at the same time, for as long as it takes to export a snapshot of each: some
milliseconds. What then reads from the snapshots may take its time, while everybody works on.

Never does a writer suffer more than a wait: locks are given back before PostgreSQL would look for a deadlock, and tried again.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

_log = logging.getLogger(__name__)

_Connection = psycopg.Connection[tuple[object, ...]]
_Connections = Mapping[str, _Connection]

LOCKED_SECONDS_MAX: Final = 0.8
"""How long writers wait at most, a try. After a second (``deadlock_timeout``) PostgreSQL looks for deadlocks: a writer that
waited for us, and we for it, would be ended instead of us."""

PATIENCE_SECONDS: Final = 300.0
_PAUSE_SECONDS: Final = 1.0

_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
# Autovacuum gives way to whoever waits for it as long as this; only some roles may say how long that is.
_SOON: Final = """
    SELECT set_config('deadlock_timeout', '100ms', true) WHERE has_parameter_privilege('deadlock_timeout', 'SET')
"""
_WRITERS: Final = """
    SELECT count(*), max(clock_timestamp() - xact_start) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


class NoMoment(Exception):
    """Somebody wrote for so long that no moment was found; the message says where."""


class _Busy(Exception):
    """A try was given up."""


@dataclass(frozen=True)
class Moment:
    """
    :param snapshots: by database, what ``pg_dump --snapshot`` takes; good for as long as the moment is held.
    :param seconds: how long writers waited.
    """

    snapshots: Mapping[str, str]
    seconds: float


@contextmanager
def one_moment(conninfos: Mapping[str, str], *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Moment]:
    """Hold one moment of these databases for the time of a ``with``; they are written on meanwhile.

    :param conninfos: by database, how libpq connects to it, as a role that owns its tables.
    :raises NoMoment: after ``patience_seconds``.
    """
    give_up = time.monotonic() + patience_seconds
    with ExitStack() as held:
        readers = {name: held.enter_context(psycopg.connect(conninfo)) for name, conninfo in conninfos.items()}
        lockers = {name: held.enter_context(psycopg.connect(conninfo)) for name, conninfo in conninfos.items()}
        yield _found(readers, lockers, give_up)


def _found(readers: _Connections, lockers: _Connections, give_up: float) -> Moment:
    while True:
        try:
            return _try(readers, lockers)
        except _Busy as error:
            for connection in readers.values():
                connection.rollback()
            if time.monotonic() > give_up:
                raise NoMoment(str(error)) from error
            _log.info("no moment yet: %s", error)
            time.sleep(_PAUSE_SECONDS)  # writers that waited go first


def _try(readers: _Connections, lockers: _Connections) -> Moment:
    tables = {name: _tables(connection) for name, connection in readers.items()}
    began = time.monotonic()
    try:
        for name, connection in lockers.items():
            _lock(name, connection, tables[name], began + LOCKED_SECONDS_MAX - time.monotonic())
        snapshots = {name: _export(connection) for name, connection in readers.items()}
    finally:
        for connection in lockers.values():
            connection.rollback()
    return Moment(snapshots, time.monotonic() - began)


def _tables(connection: _Connection) -> list[sql.Identifier]:
    found = connection.execute(_TABLES).fetchall()
    connection.rollback()
    return [sql.Identifier(str(schema), str(table)) for schema, table in found]


def _lock(name: str, connection: _Connection, tables: list[sql.Identifier], seconds: float) -> None:
    if seconds <= 0:
        raise _Busy(f"the databases before {name} took all the time")
    connection.execute(_SOON)
    connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{max(1, round(seconds * 1000))}ms"])
    try:
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.SQL(", ").join(tables)))
    except (psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected) as error:
        connection.rollback()
        row = connection.execute(_WRITERS).fetchone()
        assert row is not None
        raise _Busy(f"{name} is written by {row[0]} transactions, the longest for {row[1]}") from error


def _export(connection: _Connection) -> str:
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert row is not None
    return str(row[0])
