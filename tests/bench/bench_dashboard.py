"""How quick the dashboard's parts of customers are, at a million of them: p50 and p99, and the indexes that serve them.

Prints a table; fails on no figure, but on a plan that reads all customers for what few of them are. (What receivables and
commission bring is measured beside their lists, in ``bench_receivables`` and ``bench_commission``.)
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

import pytest

from deploy.garbage import pass_over_start_up
from services.contracts.customer import EVENTS
from services.customer.usecases.list_falls import count_funnel, list_falls
from services.kit.caller import CallContext, Caller
from services.kit.clock import SHANGHAI
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from tests.bench.asking import Ask, measured, read_whole
from tests.bench.million_customers import AS_OF, DEPARTMENTS, SALESPEOPLE, Salesperson, department_id, fill
from tests.servers.databases import NeededDatabases

CUSTOMERS: Final = 1_000_000
_READS_ALL: Final = re.compile(r"Seq Scan on customers\b")
_SEES_ALL: Final = Caller(str(department_id(99)), "周敏", roles=frozenset({"sales_admin"}))
_CHANCE: Final = random.Random(20_260_310)
_NOON: Final = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("customer"), pool_size=2)
    began = time.monotonic()
    fill(database.engine, CUSTOMERS, searchable=False)
    print(f"\n{CUSTOMERS:,} customers made in {time.monotonic() - began:.0f} s")
    yield database
    database.close()


def _somebody() -> Caller:
    return Salesperson(_CHANCE.randrange(SALESPEOPLE)).caller


def _lead() -> Caller:
    department = str(department_id(_CHANCE.randrange(DEPARTMENTS)))
    return Caller(str(department_id(98)), "王芳", department, (department,), (department,), frozenset({"sales_lead"}))


_CALLERS: Final[dict[str, Callable[[], Caller]]] = {"sales": _somebody, "a lead": _lead, "who sees all": lambda: _SEES_ALL}
_PARTS: Final[dict[str, Callable[[Begin], Any]]] = {
    "falls": partial(list_falls, within_days=7, first=5),
    "funnel": count_funnel,
}


def _asked(database: Database) -> dict[str, Ask]:
    def ask(part: Callable[[Begin], Any], caller: Callable[[], Caller]) -> Callable[[], object]:
        return partial(part, Begin("customer", database, EVENTS, CallContext(caller(), as_of=_NOON)))

    return {f"{part}, {who}": partial(ask, call, caller) for part, call in _PARTS.items() for who, caller in _CALLERS.items()}


def test_the_dashboards_parts_of_customers_are_quick(database: Database) -> None:
    pass_over_start_up()
    print()
    for what, ask in _asked(database).items():
        print(measured(what, ask))


def test_no_part_reads_the_table_of_customers_whole(database: Database) -> None:
    assert read_whole(database.engine, _asked(database), _READS_ALL) == {}
