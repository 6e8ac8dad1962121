"""What payments' tests on a real database begin with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, text

from services.kit.database import Database
from services.kit.tables import KIT_METADATA
from services.payments.store.tables import Tables
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import Story

BROUGHT: Final = {"unit_costs", "commission_rates", "bank_mappings"}
"""What the migrations bring: it stays."""
WITHOUT_TRIGGERS: Final = "SET LOCAL session_replication_role = replica"
"""Money is never made to disappear: the triggers refuse it even of whom the tests are."""
EMPTIED: Final = "TRUNCATE " + ", ".join(
    table.name for table in (*Tables.metadata.sorted_tables, *KIT_METADATA.sorted_tables) if table.name not in BROUGHT
)


def empty(connection: Connection) -> None:
    """Make all that tests have written disappear; the rest of the transaction is without triggers, too."""
    connection.execute(text(WITHOUT_TRIGGERS))
    connection.execute(text(EMPTIED))


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
