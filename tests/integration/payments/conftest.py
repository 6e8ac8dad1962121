"""What payments' tests on a real database begin with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from sqlalchemy import text

from services.kit.database import Database
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.story import Story

# All but what the migration brings: costs, rates, banks.
EMPTIED: Final = (
    "TRUNCATE customers, customer_names, receipts, receivables, write_offs, write_off_pairs, commission_entries, accounts,"
    " prepaid_movements, interest_entries, interest_rates, interest_months, interest_progress, interest_marks,"
    " interest_exemptions, interest_exempt_periods, outbox, inbox, audit_entries, jobs, job_shards"
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


@pytest.fixture
def accruals(story: Story) -> Accruals:
    """A house with a rate of half a percent from January; it is January."""
    story.now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    told = Accruals(story)
    told.rate("0.005", "2026-01")
    return told
