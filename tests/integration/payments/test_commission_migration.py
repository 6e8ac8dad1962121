"""A database from before balances earned and people kept costs: what was earned stays, and says that write-offs earned it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from services.kit.ids import new_id
from services.kit.migration import migrate

ENTRY = """
INSERT INTO commission_entries (id, write_off_id, bill_id, bill_number, customer_id, customer_name, owner_id, owner_name,
    product_type, written_off, unit_cost, cost, rate, amount, earned_on, reverses)
VALUES (:id, :write_off, :bill, 'B-1', :bill, '云帆', :bill, '张伟', 'industry_sms', :sign * 100, 0.028, :sign * 28, 0.1,
    :sign * 7.2, '2026-03-05', :reverses)
"""


@pytest.fixture
def upgraded(fresh_database: Callable[[str], str]) -> Engine:
    """With an entry, and another that takes it back."""
    url = fresh_database("payments")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("payments", url, to="0003")
    bill, earned = new_id(), new_id()
    with engine.begin() as connection:
        for entry, sign, reverses in ((earned, 1, None), (new_id(), -1, earned)):
            row = {"id": entry, "write_off": new_id(), "bill": bill, "sign": sign, "reverses": reverses}
            connection.execute(text(ENTRY), row)
    migrate("payments", url)
    return engine


def test_what_was_earned_before_is_of_write_offs(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        rows = connection.execute(text("SELECT origin, process_id = write_off_id, amount FROM commission_entries")).all()
    assert sorted(map(tuple, rows)) == [("write_off", True, Decimal("-7.20")), ("write_off", True, Decimal("7.20"))]


def test_costs_and_rates_that_were_there_are_version_0(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        versions = connection.execute(text("SELECT DISTINCT version, set_by_id FROM unit_costs")).all()
    assert [tuple(row) for row in versions] == [(0, None)]


def test_from_then_on_entries_are_only_added(upgraded: Engine) -> None:
    with pytest.raises(IntegrityError, match="only ever added to"), upgraded.begin() as connection:
        connection.execute(text("DELETE FROM commission_entries"))
