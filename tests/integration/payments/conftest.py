"""What payments' tests on a real database begin with."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import text

from services.kit.database import Database
from tests.integration.payments.story import Story

# All but what the migration brings: costs, rates, banks.
EMPTIED: Final = (
    "TRUNCATE customers, customer_names, receipts, receivables, write_offs, write_off_pairs, commission_entries, bills,"
    " interest_entries, outbox, inbox, audit_entries, jobs, job_shards"
)


@pytest.fixture(scope="module")
def module_database(module_databases: str) -> Iterator[Database]:
    database = Database(module_databases.format(service="payments"), pool_size=24)
    yield database
    database.close()


@pytest.fixture
def database(module_database: Database) -> Iterator[Database]:
    yield module_database
    with module_database.engine.begin() as connection:
        connection.execute(text(EMPTIED))


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)
