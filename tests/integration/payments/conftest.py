"""What payments' tests on a real database begin with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.kit.database import Database
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import Story
from tests.servers.worker_databases import WorkerDatabases


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.as_new("payments")


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
