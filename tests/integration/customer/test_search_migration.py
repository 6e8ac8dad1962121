"""A database from before the search: its customers are found afterwards, and the way back is open."""

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from services.customer.domain.search_terms import search_terms
from services.customer.store.tables import CustomerSearch
from services.kit.ids import new_id
from services.kit.migration import _config, migrate

CUSTOMERS = 2_010
"""More than the migration takes at a time."""
INSERT = text(
    "INSERT INTO customers (id, name, normalised_name, industry, source, region, remarks, tier, tier_since, invoice_information,"
    " tax_number, filled_items, test_account_archived, has_account, is_protected, protection_reason, created_at, version)"
    " VALUES (:id, :name, :name, '', '', '', '', 'pool', now(), '{}', '', 0, false, false, false, '', now(), 1)"
)


def test_customers_from_before_the_search_are_found_by_it(fresh_database: Callable[[str], str]) -> None:
    url, names = fresh_database("customer"), {new_id(): f"上海云帆{number}号网络（集团）" for number in range(CUSTOMERS)}
    with create_engine(url, poolclass=NullPool).connect() as connection:
        config = _config("customer", connection)
        before: Any = ScriptDirectory.from_config(config).get_revision("0004")
        command.downgrade(config, f"customer@{before.down_revision}")
        assert connection.scalar(text("SELECT to_regclass('customer_search')")) is None
        connection.execute(INSERT, [{"id": customer_id, "name": name} for customer_id, name in names.items()])
        connection.commit()
    migrate("customer", url)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        table = CustomerSearch.__table__
        rows = connection.execute(select(table)).all()
    assert len(rows) == len(names)
    for row in rows:
        terms = search_terms(names[row.customer_id])
        expected = (terms.letters, terms.pinyin, terms.initials, terms.core, tuple(terms.keys))
        assert (row.letters, row.pinyin, row.initials, row.core, tuple(row.keys)) == expected
