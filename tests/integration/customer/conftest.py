"""The customer service's use cases on a real database: no bus, the events read from the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.customer.store.tables import Tables
from services.kit.database import Database
from services.kit.tables import KIT_METADATA
from tests.integration.customer.files import Desk
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


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    """The office's, with its people known by login."""
    desk = Desk(office, tmp_path / "files")
    for person, login in ((office.zhang, "zhang"), (office.li, "li"), (office.zhao, "zhao"), (office.lead, "wang")):
        desk.hire(person, login)
    return desk
