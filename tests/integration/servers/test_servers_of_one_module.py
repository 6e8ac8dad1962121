"""Servers that one module has to itself, to stop and start as it likes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import create_engine, text
from sqlalchemy import exc as database_errors
from sqlalchemy.pool import NullPool

from tests.servers.fixtures import OwnPostgresql
from tests.servers.kept import KeptRabbitmq


@contextmanager
def connected(url: str) -> Iterator[DatabaseConnection]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


@contextmanager
def queue_of(broker: KeptRabbitmq) -> Iterator[SimpleQueue]:
    # Confirmed: what is not may be lost by a crash.
    with (
        Connection(broker.url, connect_timeout=5, transport_options={"confirm_publish": True}) as connection,
        connection.SimpleQueue("letters") as queue,
    ):
        yield queue


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_a_broker_comes_back_at_its_address_with_its_durable_messages(rabbitmq: KeptRabbitmq, ending: str) -> None:
    with queue_of(rabbitmq) as queue:
        queue.put(f"written before {ending}")
    getattr(rabbitmq, ending)()
    with pytest.raises(OperationalError), queue_of(rabbitmq):
        pass
    rabbitmq.start()
    with queue_of(rabbitmq) as queue:
        message = queue.get(timeout=10)
        message.ack()
    assert message.payload == f"written before {ending}"


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_a_database_server_comes_back_at_its_address_with_what_was_committed(postgresql: OwnPostgresql, ending: str) -> None:
    url = postgresql.database_url.format(service="customer")
    with connected(url) as connection:
        connection.execute(text(f"CREATE TABLE before_{ending} (id int)"))
    getattr(postgresql, ending)()
    with pytest.raises(database_errors.OperationalError), connected(url):
        pass
    postgresql.start()
    with connected(url) as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM before_{ending}")) == 0


def test_starting_what_runs_and_stopping_what_does_not_change_nothing(postgresql: OwnPostgresql) -> None:
    postgresql.start()
    postgresql.stop()
    postgresql.stop()
    postgresql.start()
    with connected(postgresql.url) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
