"""What payments' tests on a real database begin with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from services.kit.database import Database
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import Story

# All but what the migration brings: costs, rates, banks.
EMPTIED: Final = (
    "TRUNCATE customers, customer_names, known_names, payer_assignments, matching_policies, receipts, receivables, write_offs,"
    " write_off_pairs, commission_entries, outbox, inbox, audit_entries, jobs, job_shards, receipt_imports, receipt_import_rows,"
    " payers"
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
        connection.execute(text("DELETE FROM bank_mappings WHERE version > 1 OR changed_at IS NOT NULL"))


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)


@pytest.fixture
def imports(story: Story, tmp_path: Path) -> Imports:
    return Imports(story, tmp_path)
