"""A database that has the kit's tables and nothing else of interest, emptied for every test."""

import pytest
from marshmallow import fields

from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.outbox import EventContract
from services.kit.schema import Schema
from services.kit.unit_of_work import Begin
from tests.servers.worker_databases import WorkerDatabases


class Noted(Schema):
    text = fields.String(required=True)


CONTRACTS = {"noted": EventContract(1, Noted)}


@pytest.fixture
def kit_database(worker_databases: WorkerDatabases) -> Database:
    return worker_databases.as_new("notify")


@pytest.fixture
def begin(kit_database: Database) -> Begin:
    """Units of work of a service called ``notes``."""
    return Begin("notes", kit_database, CONTRACTS, CallContext(Caller.system("test")), consumer="on_noted")
