"""A table of a service's database that nobody can read for a while: who reads it hangs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from tests.integration.gateway.company import RunningGateway


@contextmanager
def locked(gateway: RunningGateway, service: str, table: str) -> Iterator[None]:
    """Let whoever reads the table wait until this ends."""
    with closing(_connect(gateway, service)) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


def is_waiting(gateway: RunningGateway, service: str) -> bool:
    """Whether somebody waits for a lock in a service's database."""
    query = b"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with closing(_connect(gateway, service)) as connection:
        row = connection.execute(query).fetchone()
    return row is not None and row[0] > 0


def _connect(gateway: RunningGateway, service: str) -> psycopg.Connection[tuple[int]]:
    url = gateway.database_url.format(service=service).replace("+psycopg", "")
    return psycopg.connect(url)
