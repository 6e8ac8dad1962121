"""A database from before bills took from balances more than once: what they took is their first turn; void ones hold nothing."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.kit.ids import new_id
from services.kit.migration import migrate

BILL = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, covered, rounding, state, void_process_id, receivable_version,
    invoice_reserved, invoiced, created_at, version)
VALUES (:id, :number, 1, :id, '云帆', :id, '行业短信', 'industry_sms', 'prepaid', '2026-03-01', 1, true, 10, 300, 100,
    'line_half_up', :state, :void, 0, 0, 0, now(), 1)
"""
POSTING = """
INSERT INTO ledger_postings (id, kind, day, process_id, bill_id, reverses_id, reason, posted_at)
VALUES (:id, :kind, '2026-04-01', :process, :bill, :reverses, '', now())
"""
ENTRIES = """
INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)
VALUES (:id, 1, 'prepay', :account, :amount), (:id, 2, :book, NULL, -CAST(:amount AS numeric))
"""


def test_what_bills_took_before_is_their_first_turn(fresh_database: Callable[[str], str]) -> None:
    url, account = fresh_database("billing"), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0003")
    kept, voided, taken = new_id(), new_id(), new_id()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO balances (account_id) VALUES (:account)"), {"account": account})
        for bill, state in ((kept, "open"), (voided, "void")):
            void = voided if state == "void" else None
            connection.execute(text(BILL), {"id": bill, "number": state, "state": state, "void": void})
        posted: list[tuple[UUID, str, UUID | None, UUID | None, int, str]] = [
            (new_id(), "recharge", None, None, 500, "cash"),
            (new_id(), "consumption", kept, None, -100, "revenue"),
            (taken, "consumption", voided, None, -100, "revenue"),
            (new_id(), "correction", voided, taken, 100, "revenue"),
        ]
        for posting, kind, of_bill, reverses, amount, book in posted:
            row = {"id": posting, "kind": kind, "process": posting, "bill": of_bill, "reverses": reverses}
            connection.execute(text(POSTING), row)
            connection.execute(text(ENTRIES), {"id": posting, "account": account, "amount": amount, "book": book})
    migrate("billing", url)
    with engine.connect() as connection:
        turns = connection.execute(text("SELECT kind, bill_turn FROM ledger_postings ORDER BY kind, bill_turn")).all()
        covered = {row.number: row.covered for row in connection.execute(text("SELECT number, covered FROM bills"))}
    assert [tuple(turn) for turn in turns] == [("consumption", 1), ("consumption", 1), ("correction", None), ("recharge", None)]
    assert covered == {"open": Decimal(100), "void": Decimal(0)}
