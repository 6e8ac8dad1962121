"""A database from before payments kept bills: those that are not reconciled yet are told of once more, as they are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.billing import Bill
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.migration import migrate
from services.kit.schema import load

BILL = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, covered, rounding, state, process_id, void_process_id, due_on,
    receivable_version, invoice_reserved, invoiced, created_at, version)
VALUES (:id, :number, 1, :customer, '云帆', :product, '行业短信', 'industry_sms', 'postpaid', '2026-03-01', 1, true, 12000,
    300.50, 0, 'line_half_up', :state, :process, :void, :due_on, 0, 0, 0, now(), 7)
"""


@pytest.fixture
def told(fresh_database: Callable[[str], str]) -> list[Event]:
    """What the upgrade of a database with a bill in every state puts into the outbox."""
    url = fresh_database("billing")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0009")
    migrate("billing", url, to="kit@head")
    for state in ("open", "reconciling", "reconciled", "closed", "void"):
        row: dict[str, Any] = {"id": new_id(), "customer": new_id(), "product": new_id(), "state": state, "number": state}
        row |= {"process": None if state in {"open", "void"} else new_id(), "void": new_id() if state == "void" else None}
        row |= {"due_on": "2026-04-30" if state in {"reconciled", "closed"} else None}
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(BILL), row)
    migrate("billing", url)
    with engine.connect() as connection:
        envelopes = list(connection.scalars(text("SELECT envelope FROM outbox WHERE type = 'bill_changed' ORDER BY position")))
    return [Event.from_wire(envelope) for envelope in envelopes]


def test_open_and_reconciling_bills_are_told_as_the_contract_has_them(told: list[Event]) -> None:
    assert {event.data["state"] for event in told} == {"open", "reconciling"}
    for event in told:
        bill = load(Bill, event.data)
        assert (event.source, event.type, event.subject) == ("billing", "bill_changed", event.data["bill_id"])
        assert (event.aggregate_version, event.contract_version) == (7, 1)
        assert (event.data["amount"], event.data["month"], bill["quantity"]) == ("300.50", "2026-03", 12_000)
        assert (bill["process_id"] is None) == (bill["state"] == "open")
