"""A database that was away is found again, without a failed query for whoever comes next."""

import pytest

from services.kit.database import Database
from tests.servers.fixtures import OwnPostgresql


@pytest.mark.parametrize("ended_by", ["stop", "kill"])
def test_the_first_query_after_a_restart_of_the_server_works(postgresql: OwnPostgresql, ended_by: str) -> None:
    database = Database(postgresql.database_url.format(service="notify"), pool_size=3)
    held = [database.engine.connect() for _ in range(3)]
    for connection in held:
        connection.close()
    getattr(postgresql, ended_by)()
    postgresql.start()
    for _ in held:
        database.ping()
    database.close()
