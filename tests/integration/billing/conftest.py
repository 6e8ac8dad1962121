"""Billing's use cases on a real database: no bus, the events read from the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.database import Database
from tests.integration.billing.office import Office


@pytest.fixture
def office(fresh_databases: str, tmp_path: Path) -> Iterator[Office]:
    database = Database(fresh_databases.format(service="billing"), pool_size=20)
    yield Office(database, tmp_path)
    database.close()
