"""What customer publishes (spec, customer.md, "RPC, events, jobs"): every event that is promised is said when it becomes true."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts.customer import EVENTS
from services.customer.usecases.change_account import change_account
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.change_product import change_product
from services.kit.schema import load
from services.kit.tables import outbox
from tests.integration.customer.office import Office

PROMISED: Final = (
    "customer_added",
    "customer_changed",
    "tier_changed",
    "funnel_warning",
    "customer_claimed",
    "customer_released",
    "product_added",
    "product_changed",
    "account_opened",
    "account_changed",
    "contract_in_force",
    "contract_expiring",
    "follow_up_due",
)
"""The specification's list."""


@pytest.fixture
def said(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """What was said, in its order, of a customer that is added, tried, put under contract, left quiet, and of one in the pool."""
    zhang = office.zhang
    customer_id = office.add(zhang, "云帆")
    change_customer(office.begin(zhang), customer_id, **load(calls.ChangeCustomer, {"version": 1, "name": "云帆网络"}))
    product_id = office.product(zhang, customer_id)
    change_product(office.begin(zhang), product_id, **load(parts.ChangeProduct, {"version": 1, "needs_invoice": False}))
    trial = office.test_account(zhang, product_id)
    office.prepare(trial)
    office.archive(trial, account_identifiers=["yunfan01"])
    account_id = UUID(office.said("account_opened")[0]["id"])
    change_account(office.begin(office.admin), account_id, **load(parts.ChangeAccount, {"version": 1, "status": "active"}))
    contract = office.contract(zhang, customer_id, date(2026, 3, 1), date(2026, 5, 5))
    office.prepare(contract)
    office.archive(contract)
    office.log(zhang, customer_id, follow_up_on="2026-03-12", next_step="送样品")
    claim = office.claim(office.li, office.pooled("海鸥"))
    office.prepare(claim)
    office.archive(claim)
    for day in (date(2026, 3, 12), date(2026, 4, 10)):
        office.sweep(day)
    with office.database.session() as session:
        query = select(outbox.c.envelope).order_by(outbox.c.position)
        return [(envelope["type"], envelope["data"]) for envelope in session.scalars(query)]


def test_every_event_that_is_promised_is_said(said: list[tuple[str, dict[str, Any]]]) -> None:
    assert {kind for kind, _ in said} >= set(PROMISED)


def test_every_event_says_what_its_contract_has_and_nothing_else(said: list[tuple[str, dict[str, Any]]]) -> None:
    for kind, data in said:
        load(EVENTS[kind].schema, data)


def test_a_customers_events_carry_it_as_it_is_then(said: list[tuple[str, dict[str, Any]]]) -> None:
    snapshots = [data for kind, data in said if kind in ("customer_added", "customer_changed") and data["name"] != "海鸥"]
    assert [(each["name"], each["tier"], each["owner_name"]) for each in snapshots] == [
        ("云帆", "intent", "张伟"),
        ("云帆网络", "intent", "张伟"),
        ("云帆网络", "trial", "张伟"),
        ("云帆网络", "contract", "张伟"),
    ]
    pool = [data["owner_name"] for kind, data in said if kind == "customer_changed" and data["name"] == "海鸥"]
    assert pool == [None, "李娜"], "released, and claimed by another"
