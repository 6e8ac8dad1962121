"""What payments' tests on a real database begin with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from services.kit.database import Database
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.emptying import empty
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import Story


@pytest.fixture(scope="module")
def module_database(module_databases: str) -> Iterator[Database]:
    database = Database(module_databases.format(service="payments"), pool_size=24)
    yield database
    database.close()


@pytest.fixture
def database(module_database: Database) -> Iterator[Database]:
    yield module_database
    with module_database.engine.begin() as connection:
        empty(connection)
        connection.execute(text("DELETE FROM bank_mappings WHERE version > 1 OR changed_at IS NOT NULL"))


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)


@pytest.fixture
def imports(story: Story, tmp_path: Path) -> Imports:
    return Imports(story, tmp_path)


@pytest.fixture
def accruals(story: Story) -> Accruals:
    """A house with a rate of half a percent from January; it is January."""
    story.now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    told = Accruals(story)
    told.rate("0.005", "2026-01")
    return told
