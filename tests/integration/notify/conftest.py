"""What notify's tests share."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from services.kit.database import Database
from tests.integration.notify.mailroom import Mailroom


@pytest.fixture
def mailroom(fresh_databases: str) -> Iterator[Mailroom]:
    with closing(Database(fresh_databases.format(service="notify"), pool_size=8)) as database:
        yield Mailroom(database)
