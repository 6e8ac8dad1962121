"""Databases to measure on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool


def copy_database(url: str, to: str) -> str:
    """
    :param to: the URL of a database that there is; the copy takes its place.
    :returns: it.
    """
    name, new = (make_url(each).database for each in (url, to))
    with connected(make_url(url).set(database="postgres").render_as_string(hide_password=False)) as server:
        server.exec_driver_sql(f'DROP DATABASE "{new}"')
        server.exec_driver_sql(f'CREATE DATABASE "{new}" TEMPLATE "{name}" STRATEGY FILE_COPY')
    return to


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A connection on which each statement is a transaction of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
