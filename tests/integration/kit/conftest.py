"""A database that has the kit's tables and nothing else of interest, emptied for every test."""

from collections.abc import Iterator

import pytest
from marshmallow import fields

from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.outbox import EventContract
from services.kit.schema import Schema
from services.kit.tables import KIT_METADATA
from services.kit.unit_of_work import Begin


class Noted(Schema):
    text = fields.String(required=True)


CONTRACTS = {"noted": EventContract(1, Noted)}


@pytest.fixture(scope="module")
def _database(module_databases: str) -> Iterator[Database]:
    database = Database(module_databases.format(service="notify"), pool_size=12)
    KIT_METADATA.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def kit_database(_database: Database) -> Database:
    with _database.engine.begin() as connection:
        for table in reversed(KIT_METADATA.sorted_tables):
            connection.execute(table.delete())
    return _database


@pytest.fixture
def begin(kit_database: Database) -> Begin:
    """Units of work of a service called ``notes``."""
    return Begin("notes", kit_database, CONTRACTS, CallContext(Caller.system("test")), consumer="on_noted")
