"""Billing tells every movement of its ledger, those from before an upgrade, too (spec, payments.md, "Interest and penalty")."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.billing import BalanceMoved
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.migration import migrate
from services.kit.schema import load
from tests.integration.billing.office import Office
from tests.integration.billing.prepaid import Prepaid

CUSTOMER = "INSERT INTO customers (id, name, invoice_information, version) VALUES (:id, '云帆', '{}', 1)"
ACCOUNT = """
INSERT INTO accounts (id, identifier, product_id, customer_id, signature, status, changed_at, version)
VALUES (:id, 'yunfan01', :id, :customer, '', 'active', now(), 1)
"""
POSTING = """
INSERT INTO ledger_postings (id, kind, day, process_id, reason, posted_at)
VALUES (:id, 'recharge', '2026-04-01', :id, '', :at)
"""
ENTRIES = """
INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)
VALUES (:id, 1, 'prepay', :account, :amount), (:id, 2, 'prepurchase', :account, 0.05),
       (:id, 3, 'cash', NULL, -CAST(:amount AS numeric) - 0.05)
"""


def test_every_posting_is_told_with_its_day_its_bill_and_the_balance_after(office: Office, customer: UUID) -> None:
    prepaid = Prepaid(office, customer)
    recharge = prepaid.recharge("100.00")
    prepaid.use("30.00")
    refund = prepaid.refund("20.00")
    told = office.events("balance_moved")
    (bill,) = office.events("bill_made")
    assert [(one["kind"], one["entries"][0]["amount"], one["entries"][0]["balance"]) for one in told] == [
        ("recharge", "100.00", "100.00"),
        ("consumption", "-30.00", "70.00"),
        ("refund", "-20.00", "50.00"),
    ]
    assert [one["process_id"] for one in told] == [str(recharge), None, str(refund)]
    assert [one["bill_id"] for one in told] == [None, bill["bill_id"], None]
    assert {one["day"] for one in told} == {str(office.value("SELECT max(day) FROM ledger_postings"))}
    assert {(one["customer_id"], one["entries"][0]["account_id"]) for one in told} == {(str(customer), str(prepaid.account))}


def test_what_the_events_tell_adds_up_to_the_balance(office: Office, customer: UUID) -> None:
    prepaid = Prepaid(office, customer)
    prepaid.recharge("100.00")
    prepaid.recharge("50.00", "prepurchase")
    prepaid.use("120.00")  # of both balances
    wrong = prepaid.recharge("10.00")
    prepaid.reverse_recharge(wrong)
    told = [entry for one in office.events("balance_moved") for entry in one["entries"]]
    assert told[-1]["balance"] == prepaid.balance == "30.00"
    query = "SELECT sum(amount) FROM ledger_entries WHERE account_id = :account"
    assert f"{sum(Decimal(entry['amount']) for entry in told)}" == str(office.value(query, account=prepaid.account))


def test_an_upgrade_tells_what_was_posted_before(fresh_database: Callable[[str], str]) -> None:
    url, customer_id, account_id = fresh_database("billing"), new_id(), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0009")
    postings = [new_id(), new_id()]
    at = datetime(2026, 4, 1, 2, 0, 0, 5, tzinfo=UTC)
    with engine.begin() as connection:
        connection.execute(text(CUSTOMER), {"id": customer_id})
        connection.execute(text(ACCOUNT), {"id": account_id, "customer": customer_id})
        connection.execute(text("INSERT INTO balances (account_id) VALUES (:account)"), {"account": account_id})
        for posting, amount in zip(postings, ("1234567.00", "0.50"), strict=True):
            connection.execute(text(POSTING), {"id": posting, "at": at})
            connection.execute(text(ENTRIES), {"id": posting, "account": account_id, "amount": amount})
    migrate("billing", url)
    with engine.connect() as connection:
        envelopes = connection.scalars(text("SELECT envelope FROM outbox WHERE published_at IS NULL ORDER BY position")).all()
    events = [Event.from_wire(envelope) for envelope in envelopes]
    told: list[dict[str, Any]] = [load(BalanceMoved, event.data) for event in events]
    assert [event.to_wire() for event in events] == list(envelopes), "as billing itself would have told it"
    assert [(event.type, event.source, event.time) for event in events] == [("balance_moved", "billing", at)] * 2
    assert [one["posting_id"] for one in told] == postings
    assert [event.data["entries"] for event in events] == [
        [{"account_id": str(account_id), "identifier": "yunfan01", "amount": "1234567.05", "balance": "1234567.05"}],
        [{"account_id": str(account_id), "identifier": "yunfan01", "amount": "0.55", "balance": "1234567.60"}],
    ]
    assert {(one["customer_id"], one["customer_name"], one["day"].isoformat()) for one in told} == {
        (customer_id, "云帆", "2026-04-01")
    }
