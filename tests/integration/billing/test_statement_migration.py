"""A database from before statements were frozen: they are listed with their months, and keep their files."""

from collections.abc import Callable

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.billing.usecases.show_statement import find_statement_file, show_statement
from services.contracts.billing import EVENTS
from services.kit.caller import CallContext
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.migration import migrate
from services.kit.unit_of_work import Begin
from tests.integration.billing.office import FINANCE

CUSTOMER = "INSERT INTO customers (id, name, invoice_information, version) VALUES (:id, '云帆', '{}', 1)"
BILL = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, rounding, state, receivable_version, invoice_reserved, invoiced,
    created_at, version)
VALUES (:id, 'number of ' || CAST(:month AS date), 1, :customer, '云帆', :id, '行业短信', 'industry_sms', 'postpaid',
    CAST(:month AS date), 1, true, 10, 300, 'line_half_up', 'open', 0, 0, 0, now(), 1)
"""
STATEMENT = """
INSERT INTO statements (id, customer_id, bill_ids, bill_count, amount, created_by, created_at, pdf_key, pdf_sha256, xlsx_key)
VALUES (:id, :id, jsonb_build_array(CAST(:march AS text), CAST(:april AS text)), 2, 600, 'somebody', now(), 'p', 'sha', 'x')
"""


def test_statements_from_before_keep_their_files_and_learn_their_months(fresh_database: Callable[[str], str]) -> None:
    url, statement_id, march, april = fresh_database("billing"), new_id(), new_id(), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0003")
    with engine.begin() as connection:
        connection.execute(text(CUSTOMER), {"id": statement_id})
        for bill_id, month in ((march, "2026-03-01"), (april, "2026-04-01")):
            connection.execute(text(BILL), {"id": bill_id, "customer": statement_id, "month": month})
        connection.execute(text(STATEMENT), {"id": statement_id, "march": str(march), "april": str(april)})
    migrate("billing", url)
    database = Database(url, pool_size=2)
    begin = Begin("billing", database, EVENTS, CallContext(FINANCE))
    shown = show_statement(begin, statement_id)
    file = find_statement_file(begin, statement_id, "pdf")
    database.close()
    assert (str(shown["first_month"]), str(shown["last_month"]), shown["state"]) == ("2026-03", "2026-04", "done")
    assert file == {"file_key": "p", "file_name": "对账单-云帆-2026-03_2026-04.pdf", "size_bytes": None, "sha256": "sha"}
