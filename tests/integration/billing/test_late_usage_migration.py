"""A database from before late usage was rated: what came late is, and what later versions keep is not thrown away."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.billing.usecases.assign_usage_name import assign_usage_name
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.migration import _config, migrate
from tests.integration.billing.late import bill_id, priced_product, reconcile, sent
from tests.integration.billing.office import FINANCE, Office

ACCOUNT = """
INSERT INTO accounts (id, identifier, product_id, customer_id, signature, status, changed_at, version)
VALUES (:id, :name, :product, :product, '', 'active', now(), 1)
"""
BILL = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, rounding, state, void_process_id, receivable_version,
    invoice_reserved, invoiced, created_at, version)
VALUES (:id, :name, 1, :id, '云帆', :id, '行业短信', 'industry_sms', 'postpaid', '2026-03-01', 1, true, 15, 300,
    'line_half_up', :state, :void, 0, 0, 0, now(), 1)
"""
SHARE = "INSERT INTO bill_accounts (bill_id, account_id, identifier, quantity, amount) VALUES (:bill, :id, :name, :quantity, 150)"
SENT = "INSERT INTO usage_daily (account, day, operator, quantity) VALUES (:name, :day, 'CMCC', :quantity)"


def test_bills_that_lack_what_was_sent_are_rated_anew(fresh_database: Callable[[str], str]) -> None:
    """Each bill counted 10 and 5 messages of its accounts; what is sent by now follows."""
    url = fresh_database("billing")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0003")
    sent_by_now = {"as it was": (10, 5), "more": (10, 9), "another's": (5, 10), "taken away": (10, 0), "void": (10, 9)}
    products = {name: new_id() for name in sent_by_now}
    with engine.begin() as connection:
        for name, product in products.items():
            void = product if name == "void" else None
            bill: dict[str, Any] = {"id": product, "name": name, "state": "void" if void else "open", "void": void}
            connection.execute(text(BILL), bill)
            for number, (billed, now) in enumerate(zip((10, 5), sent_by_now[name], strict=True)):
                account = {"id": new_id(), "name": f"{name} {number}", "product": product}
                connection.execute(text(ACCOUNT), account)
                connection.execute(text(SHARE), {**account, "bill": product, "quantity": billed})
                connection.execute(text(SENT), {**account, "day": date(2026, 3, 31), "quantity": now})
                connection.execute(text(SENT), {**account, "day": date(2026, 4, 1), "quantity": 1_000})
    migrate("billing", url)
    with engine.connect() as connection:
        marks = connection.execute(text("SELECT product_id, month, customer_id FROM late_usage")).all()
    wanted = {products[name] for name in ("more", "another's", "taken away")}
    assert {tuple(mark) for mark in marks} == {(product, date(2026, 3, 1), product) for product in wanted}


@pytest.fixture
def own_office(fresh_database: Callable[[str], str], tmp_path: Path) -> Iterator[Office]:
    """On a database that is the test's alone."""
    database = Database(fresh_database("billing"), pool_size=3)
    yield Office(database, tmp_path)
    database.close()


def _downgrade(office: Office, to: str) -> None:
    with create_engine(office.database.url, poolclass=NullPool).connect() as connection:
        command.downgrade(_config("billing", connection), f"billing@{to}")


def test_tables_that_bills_add_up_by_are_not_taken_away(own_office: Office) -> None:
    customer_id, _ = priced_product(own_office)
    sent(own_office, ("yunfan-1", "2026-03-10", 1_000))
    own_office.run_billing()
    reconcile(own_office, customer_id, bill_id(own_office))
    sent(own_office, ("yunfan-1", "2026-03-31", 200))
    assert own_office.rerate() == {"adjusted": 1}
    with pytest.raises(RuntimeError, match="bill_adjustments"):
        _downgrade(own_office, "0004")


def test_names_that_were_assigned_by_hand_are_not_taken_away(own_office: Office) -> None:
    customer_id, product_id = priced_product(own_office)
    account = own_office.account(product_id, customer_id, "yunfan-3")
    sent(own_office, ("yunfan-x", "2026-03-10", 1_000))
    assign_usage_name(own_office.begin(FINANCE), name="yunfan-x", account_id=account, reason="打错了")
    with pytest.raises(RuntimeError, match="account_names"):
        _downgrade(own_office, "0003")
