"""A database from before suggestions: its names are found, its aliases say who assigned them, its accounts are compared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.customer import CustomerSnapshot
from services.kit.ids import new_id
from services.kit.migration import _config, migrate
from services.kit.schema import load
from services.payments.domain.names import normalise_account
from services.payments.domain.near_names import NameParts, keys_of
from tests.integration.payments.story import YUNFAN, Story

CUSTOMERS = 2_010
"""More than the migration takes at a time."""

_NAME = """
INSERT INTO customer_names (customer_id, kind, normalised_name, name, noted_at) VALUES (:id, :kind, :name, :name, now())
"""
_RECEIPT = """
INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark,
    match, customer_id, matched_by, created_at, version)
VALUES (:id, '6222', 'R1', now(), '张三', '张三', '６２２２ 0210-0100 cn', 5, '', 'matched', :customer, 'assignment', now(), 2)
"""
_UNDONE = """
INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark,
    match, reason, created_at, version)
VALUES (:id, '6222', 'R2', now(), '李四', '李四', '', 5, '', 'unmatched',
    '{"code"\\: "match_undone", "params"\\: {"customer"\\: "云帆1号"}}', now(), 3)
"""
_AUDIT_ENTRY = """
INSERT INTO audit_entries (id, at, user_id, user_name, action, subject_type, subject_id, why, trace_id)
VALUES (gen_random_uuid(), now(), :user, '赵敏', 'receipt_assigned', 'receipt', :id, '法人', '')
"""
_CUSTOMER = """
INSERT INTO customers (id, name, normalised_name, industry, source, region, remarks, tier, tier_since, invoice_information,
    tax_number, filled_items, test_account_archived, has_account, is_protected, protection_reason, created_at, version)
VALUES (:id, :name, :name, '', '', '', '', 'pool', now(), jsonb_build_object('bank_account', CAST(:account AS text)), '', 0,
    false, false, false, '', now(), 1)
"""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def back_before(connection: Connection, service: str, revision: str) -> None:
    config = _config(service, connection)
    script: Any = ScriptDirectory.from_config(config).get_revision(f"{service}@{revision}")
    command.downgrade(config, f"{service}@{script.down_revision}")


@pytest.fixture
def filled(fresh_database: Callable[[str], str]) -> str:
    """Customers with a name and an alias each, and a receipt that one of them was given."""
    url = fresh_database("payments")
    with connected(url) as connection:
        back_before(connection, "payments", "0006")
    with connected(url) as connection:
        ids = [new_id() for _ in range(CUSTOMERS)]
        names = [{"id": each, "kind": "name", "name": f"云帆{number}号"} for number, each in enumerate(ids)]
        aliases = [{"id": ids[number], "kind": "alias", "name": name} for number, name in enumerate(("张三", "李四"))]
        connection.execute(text(_NAME), names + aliases)
        receipt_id = new_id()
        connection.execute(text(_RECEIPT), {"id": receipt_id, "customer": ids[0]})
        connection.execute(text(_AUDIT_ENTRY), {"id": str(receipt_id), "user": str(new_id())})
        connection.execute(text(_UNDONE), {"id": new_id()})
    migrate("payments", url)
    return url


def test_whose_a_receipt_was_thought_to_be_is_told_no_more(filled: str) -> None:
    with connected(filled) as connection:
        reasons = connection.scalars(text("SELECT reason FROM receipts WHERE reference = 'R2'")).all()
    assert reasons == [{"code": "match_undone", "params": {}}]


def test_names_from_before_are_found_by_the_keys_of_today(filled: str) -> None:
    with connected(filled) as connection:
        rows = connection.execute(text("SELECT name, keys FROM known_names")).all()
    assert len(rows) == CUSTOMERS + 2
    assert all(list(keys) == keys_of(NameParts.of(name)) for name, keys in rows)


def test_aliases_from_before_say_who_assigned_them_where_that_is_known(filled: str) -> None:
    with connected(filled) as connection:
        query = (
            "SELECT payer_name, assigned_by_name, why, receipt_id IS NULL, is_alias FROM payer_assignments ORDER BY payer_name"
        )
        rows = [tuple(row) for row in connection.execute(text(query))]
    assert rows == [("张三", "赵敏", "法人", False, True), ("李四", "", "", True, True)]


def test_accounts_from_before_are_compared(filled: str) -> None:
    with connected(filled) as connection:
        assert connection.scalar(text("SELECT payer_account_key FROM receipts")) == "622202100100CN"


@pytest.mark.parametrize(
    "account",
    [
        "6222 0210 0100-1234",
        "６２２２０２１００",
        "ｃｎ12abcd",
        "310",
        "12345",
        "123456",
        "",
        "无",
        "a b c d e f",
        "Ⅷ12345",
        "①②③④⑤⑥",
        "é12345",
    ],
)
def test_the_database_compares_accounts_as_matching_does(story: Story, account: str) -> None:
    story.receipt("5.00", payer=YUNFAN, account=account)
    with story.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT payer_account_key FROM receipts")) == normalise_account(account)


def test_customers_with_a_bank_account_are_told_anew_by_a_newer_version(fresh_database: Callable[[str], str]) -> None:
    url, told = fresh_database("customer"), new_id()
    with connected(url) as connection:
        back_before(connection, "customer", "0007")
    with connected(url) as connection:
        for customer_id, account in ((told, "6222"), (new_id(), "")):
            connection.execute(text(_CUSTOMER), {"id": customer_id, "name": f"客户{account}", "account": account})
    migrate("customer", url)
    with connected(url) as connection:
        (envelope,) = connection.scalars(text("SELECT envelope FROM outbox"))
    snapshot = load(CustomerSnapshot, envelope["data"])
    assert (snapshot["id"], snapshot["invoice_information"]["bank_account"]) == (told, "6222")
    assert (envelope["type"], envelope["subject"], envelope["aggregateversion"]) == ("customer_changed", str(told), 2)
