"""The log of slow statements: text and time, never values."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.kit.database import Database

LOGGER = "services.kit.slow_statements"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url.format(service="customer"), pool_size=1, slow_query_seconds=0.2)
    yield made
    made.close()


def test_a_slow_statement_is_logged_without_its_values(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, LOGGER), database.session() as session:
        session.execute(text("SELECT pg_sleep(0.3),\n  CAST(:mobile AS text)"), {"mobile": "13800000000"})
        session.execute(text("SELECT 1"))
    (record,) = caplog.records
    assert record.getMessage().startswith("a statement took 0.")
    assert "SELECT pg_sleep(0.3), CAST(%(mobile)s AS text)" in record.getMessage()
    assert "13800000000" not in record.getMessage()


def test_one_that_is_given_up_is_logged_too(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, LOGGER), database.session() as session:
        session.execute(text("SET LOCAL statement_timeout = '300ms'"))
        with pytest.raises(OperationalError):
            session.execute(text("SELECT pg_sleep(10)"))
    assert "and failed (QueryCanceled): SELECT pg_sleep(10)" in caplog.records[-1].getMessage()


def test_nothing_is_logged_where_nobody_asks(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    quiet = Database(database_url.format(service="customer"), pool_size=1)
    with caplog.at_level(logging.WARNING, LOGGER), quiet.session() as session:
        session.execute(text("SELECT pg_sleep(0.3)"))
    quiet.close()
    assert caplog.records == []
