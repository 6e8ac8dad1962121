"""The customer service's use cases on a real database: no bus, the events read from the outbox."""

from pathlib import Path

import pytest

from tests.integration.customer.files import Desk
from tests.integration.customer.office import Office
from tests.servers.worker_databases import WorkerDatabases


@pytest.fixture
def office(worker_databases: WorkerDatabases) -> Office:
    return Office(worker_databases.as_new("customer"))


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    """The office's, with its people known by login."""
    desk = Desk(office, tmp_path / "files")
    for person, login in ((office.zhang, "zhang"), (office.li, "li"), (office.zhao, "zhao"), (office.lead, "wang")):
        desk.hire(person, login)
    return desk
