"""Billing's use cases on a real database: no bus, the events read from the outbox."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from services.kit.ids import new_id
from tests.integration.billing.office import Office, selected, unified
from tests.servers.worker_databases import WorkerDatabases


@pytest.fixture
def office(worker_databases: WorkerDatabases, tmp_path: Path) -> Office:
    return Office(worker_databases.as_new("billing"), tmp_path)


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
