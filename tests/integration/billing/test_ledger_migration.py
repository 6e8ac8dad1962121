"""A database from before advance invoices: what its invoices' items come to is known afterwards, and guarded."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from services.kit.ids import new_id
from services.kit.migration import migrate

BILL = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, rounding, state, process_id, due_on, outstanding, receivable_version,
    invoice_reserved, invoiced, created_at, version)
VALUES (:id, '账单', 1, :id, '云帆', :id, '行业短信', 'industry_sms', 'postpaid', '2026-03-01', 1, true, 10, 300, 'line_half_up',
    'reconciled', :id, '2026-04-30', 300, 0, 0, 300, now(), 1)
"""
INVOICE = """
INSERT INTO invoices (id, process_id, customer_id, customer_name, type, information, delivery, amount, number, issued_on, state,
    requested_at, version)
VALUES (:id, :id, :id, '云帆', 'ordinary', '{}', '', 300, 'N1', '2026-04-01', 'issued', now(), 1)
"""


def test_invoices_from_before_keep_what_they_are_for(fresh_database: Callable[[str], str]) -> None:
    url, row = fresh_database("billing"), {"id": new_id()}
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0001")
    with engine.begin() as connection:
        connection.execute(text(BILL), row)
        connection.execute(text(INVOICE), row)
        connection.execute(text("INSERT INTO invoice_items (invoice_id, bill_id, amount) VALUES (:id, :id, 300)"), row)
    migrate("billing", url)
    with engine.connect() as connection:
        invoice = connection.execute(text("SELECT kind, allocated, received FROM invoices")).one()
    assert (invoice.kind, invoice.allocated, invoice.received) == ("normal", 300, None)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("DELETE FROM invoice_items"))
