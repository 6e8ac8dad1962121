"""Billing's use cases on a real database: no bus, the events read from the outbox."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.kit.ids import new_id
from tests.integration.billing.office import Office, selected, unified

_KEPT = ("alembic_version", "price_floors")


@pytest.fixture(scope="module")
def database(module_databases: str) -> Iterator[Database]:
    database = Database(module_databases.format(service="billing"), pool_size=20)
    yield database
    database.close()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    empty(database)
    return Office(database, tmp_path)


def empty(database: Database) -> None:
    """Leave a billing without a row: some ten times faster than made anew."""
    with database.session() as session, session.begin():
        # Of tables alone: their indexes have partitions, too.
        partitions = session.scalars(
            text("SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE 'usage_%'")
        )
        for name in partitions.all():
            session.execute(text(f"DROP TABLE {name}"))
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        names = ", ".join(f'"{name}"' for name in tables if name not in _KEPT)
        session.execute(text(f"TRUNCATE {names}"))


@pytest.fixture
def customer(office: Office) -> UUID:
    return office.customer()


@pytest.fixture
def product(office: Office, customer: UUID) -> UUID:
    """行业短信 with two accounts, without a price."""
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.account(product, customer, "yunfan02")
    return product


@pytest.fixture
def bills(office: Office, customer: UUID) -> list[UUID]:
    """Three open bills of March: 300.00, 400.00 and 500.00."""
    for number, (name, kind) in enumerate((("行业短信", "industry_sms"), ("营销短信", "marketing_sms"), ("彩信", "mms"))):
        product = office.product(customer, name, kind, cycle=1 + number)
        office.account(product, customer, f"account{number}")
        office.price(product, unified("0.05"), kind="unified")
        office.report([(f"account{number}", date(2026, 3, 1), "CMCC", 6000 + 2000 * number)])
    office.run_billing(shards=1)
    return [row.id for row in office.rows("SELECT id FROM bills ORDER BY amount")]


@pytest.fixture
def receivables(office: Office, customer: UUID, bills: list[UUID]) -> list[UUID]:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills))
    office.archive("reconciliation", process, selected(*bills))
    return bills
