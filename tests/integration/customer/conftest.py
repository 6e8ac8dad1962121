"""The customer service's use cases on a real database: no bus, the events read from the outbox."""

from collections.abc import Iterator

import pytest

from services.customer.store.tables import Tables
from services.kit.database import Database
from services.kit.tables import KIT_METADATA
from tests.integration.customer.office import Office


@pytest.fixture(scope="module")
def _database(module_databases: str) -> Iterator[Database]:
    database = Database(module_databases.format(service="customer"), pool_size=20)
    yield database
    database.close()


@pytest.fixture
def office(_database: Database) -> Office:
    with _database.engine.begin() as connection:
        for metadata in (Tables.metadata, KIT_METADATA):
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    return Office(_database)
