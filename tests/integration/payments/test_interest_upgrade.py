"""A filled database from before interest was kept: sales administration finds its accounts, those without a bill, too."""

from collections.abc import Callable

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.kit.ids import new_id
from services.kit.migration import _config, migrate
from services.payments.usecases.keep_account import keep_account
from tests.integration.payments.story import Story

RECEIVABLE = """
INSERT INTO receivables (bill_id, number, customer_id, product_name, product_type, payment_mode, period_start, period_end, due_on,
    quantity, shares, amount, process_id, created_at, version)
VALUES (:id, 'B-1', :customer, '行业短信', 'industry_sms', 'postpaid', '2026-01-01', '2026-01-31', '2026-02-28', 1,
    CAST(:shares AS jsonb), 100, :id, now(), 1)
"""


def test_the_accounts_of_bills_that_are_there_are_known(fresh_database: Callable[[str], str]) -> None:
    url, customer_id, account_id = fresh_database("payments"), new_id(), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("payments", url, to="0003")
    shares = f'[{{"account_id": "{account_id}", "identifier": "yunfan01", "quantity": 1, "amount": "100.00"}}]'
    with engine.begin() as connection:
        for _ in range(2):
            row = {"id": new_id(), "customer": customer_id, "shares": shares}
            connection.execute(text(RECEIVABLE), row)
    migrate("payments", url)
    with engine.connect() as connection:
        known = connection.execute(text("SELECT id, identifier, customer_id, version FROM accounts")).all()
    assert [tuple(row) for row in known] == [(account_id, "yunfan01", customer_id, 0)]
    with engine.connect() as connection:
        command.downgrade(_config("payments", connection), "payments@0003")
    migrate("payments", url)


ACCOUNT = """
INSERT INTO accounts (id, identifier, product_id, customer_id, signature, interface, sub_number, status, opened_at, version)
VALUES (:id, 'yunfan01', :id, :id, '云帆', 'http', '', 'trial', now(), 3)
"""


def test_accounts_opened_long_ago_are_told_anew(fresh_database: Callable[[str], str], story: Story) -> None:
    url, account_id = fresh_database("customer"), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        command.downgrade(_config("customer", connection), "customer@0007")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # without its customer and product
        connection.execute(text(ACCOUNT), {"id": account_id})
    migrate("customer", url)
    with engine.connect() as connection:
        (envelope,) = connection.scalars(text("SELECT envelope FROM outbox"))
    assert (envelope["type"], envelope["subject"]) == ("account_changed", str(account_id))
    story.hear(keep_account, "customer", envelope["type"], account_id, envelope["data"], envelope["aggregateversion"])
    with story.database.engine.connect() as connection:
        known = connection.execute(text("SELECT id, identifier, customer_id, version FROM accounts")).all()
    assert [tuple(row) for row in known] == [(account_id, "yunfan01", account_id, 3)]
