"""How quick lists and search are at one million customers: p50 and p99 of what people ask all day, and the indexes that serve it.

Prints a table; fails on no figure, but on a plan that reads all customers, contacts or search rows.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest

from deploy.garbage import pass_over_start_up
from services.contracts import customer_calls as calls
from services.contracts.customer import EVENTS, PRODUCT_TYPES
from services.customer.domain.search_terms import search_terms
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.search_customers import search_customers
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from tests.bench.asking import CALLS, Ask, measured, read_whole
from tests.bench.million_customers import SALESPEOPLE, Salesperson, department_id, fill, names
from tests.servers.databases import NeededDatabases

CUSTOMERS: Final = 1_000_000
_READS_ALL: Final = re.compile(r"Seq Scan on (customers|contacts|customer_search)\b")
_SEES_ALL: Final = Caller(str(department_id(99)), "周敏", roles=frozenset({"sales_admin"}))
_CHANCE: Final = random.Random(20_260_310)


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("customer"), pool_size=2)
    began = time.monotonic()
    fill(database.engine, CUSTOMERS)
    print(f"\n{CUSTOMERS:,} customers made in {time.monotonic() - began:.0f} s")
    yield database
    database.close()


@dataclass(frozen=True)
class Asked:
    """A kind of call, and the caller and the question of one of them at a time."""

    what: str
    ask: Callable[[Begin, Any], Any]
    caller: Callable[[], Caller]
    question: Callable[[], Any]


def _somebody() -> Caller:
    return Salesperson(_CHANCE.randrange(SALESPEOPLE)).caller


def _all_seeing() -> Caller:
    return _SEES_ALL


def _list(begin: Begin, query: dict[str, Any]) -> Any:
    """Of the caller's own, where the query says so."""
    own = {"owner_id": begin.context.caller.user_id} if query.pop("mine", False) else {}
    return list_customers(begin, **load(calls.CustomerQuery, {**query, **own}))


def _a_name() -> str:
    start = _CHANCE.randrange(CUSTOMERS)
    return next(names(start, start + 1))


def _two_characters() -> str:
    """Of any name: now of its place, now of its brand, now of its trade, now across."""
    name = _a_name()
    start = _CHANCE.randrange(len(name) - 5)
    return name[start : start + 2]


def _initials() -> str:
    """Two to four of any name."""
    initials = search_terms(_a_name()).initials
    length = _CHANCE.choice((2, 3, 4))
    start = _CHANCE.randrange(len(initials) - length + 1)
    return initials[start : start + length]


def _pool_by_last_contact() -> dict[str, Any]:
    month = _CHANCE.randrange(1, 13)
    return {
        "tier": "pool",
        "last_log_from": f"2025-{month:02d}-01",
        "last_log_to": f"2025-{month:02d}-{_CHANCE.randrange(2, 29):02d}",
    }


ASKED: Final = (
    Asked("my customers", _list, _somebody, lambda: {"mine": True}),
    Asked("my customers, the longest without a log first", _list, _somebody, lambda: {"mine": True, "sort": "last_log_on"}),
    Asked(
        "the pool, of an industry", _list, _somebody, lambda: {"tier": "pool", "industry": _CHANCE.choice("ABCDEFGHIJKLMNOPQRST")}
    ),
    Asked(
        "the pool, with a product type", _list, _somebody, lambda: {"tier": "pool", "product_type": _CHANCE.choice(PRODUCT_TYPES)}
    ),
    Asked("the pool, by last contact", _list, _somebody, _pool_by_last_contact),
    Asked("everybody's, of a tier, the newest first", _list, _all_seeing, lambda: {"tier": "trial", "sort": "-created_at"}),
    Asked("search by two characters, salesperson", search_customers, _somebody, _two_characters),
    Asked("search by two characters, who sees all", search_customers, _all_seeing, _two_characters),
    Asked("search by initials, salesperson", search_customers, _somebody, _initials),
    Asked("search by initials, who sees all", search_customers, _all_seeing, _initials),
)


def _asking(database: Database, asked: Asked) -> Ask:
    def ask() -> Callable[[], object]:
        begin = Begin("customer", database, EVENTS, CallContext(asked.caller()))
        return partial(asked.ask, begin, asked.question())

    return ask


def test_lists_and_search_at_a_million_customers(database: Database) -> None:
    with database.engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_size_pretty(pg_database_size(current_database()))").scalar_one()
    print(f"{size} with all indexes; {CALLS} different calls of each\n")
    pass_over_start_up()  # as a service does
    for asked in ASKED:
        print(measured(asked.what, _asking(database, asked)))
    print()
    assert not read_whole(database.engine, {one.what: _asking(database, one) for one in ASKED}, _READS_ALL)
