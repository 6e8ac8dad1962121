"""How quick people's lists are with a million ended processes and 100,000 open ones: p50 and p99 of what 300 people ask all day,
and the indexes that serve it.

Prints a table; fails on no figure, but on a plan that reads all processes, tasks or copies where an index could tell.
``L2C_BENCH_SHARE=0.1`` makes a tenth of them.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest

from deploy.garbage import pass_over_start_up
from services.contracts import workflow_list_calls as calls
from services.contracts.workflow import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.store.processes import find_visible
from services.workflow.usecases.count_processes import count_processes
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.publish_definitions import publish_definitions
from tests.bench.asking import CALLS, measured, read_whole
from tests.bench.million_customers import names
from tests.bench.million_processes import CODES, CUSTOMERS, USERS, fill, made_id, user
from tests.servers.databases import NeededDatabases

SHARE: Final = float(os.environ.get("L2C_BENCH_SHARE", "1"))
ENDED: Final = round(1_000_000 * SHARE)
OPEN: Final = round(100_000 * SHARE)
PAGE_SIZE: Final = 20
_READS_ALL: Final = re.compile(r"Seq Scan on (processes|process_texts|tasks|copies)\b")
_CHANCE: Final = random.Random(20_260_310)


@dataclass(frozen=True)
class Person:
    """Somebody at the console."""

    database: Database
    caller: Caller

    @property
    def begin(self) -> Begin:
        return Begin("workflow", self.database, EVENTS, CallContext(self.caller))

    def list(self, box: str, **query: Any) -> Any:
        return list_processes(self.begin, **load(calls.ProcessQuery, {"box": box, "page_size": PAGE_SIZE, **query}))

    def look_at(self, process_id: UUID) -> None:
        """What each look at a process, and each decision on it, begins with."""
        with self.begin() as work:
            find_visible(work.session, work.caller, work.today, process_id)

    def count(self, box: str) -> Any:
        return count_processes(self.begin, **load(calls.CountQuery, {"box": box}))


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    with closing(Database(module_databases.of("workflow"), pool_size=2)) as database:
        publish_definitions(Begin("workflow", database, EVENTS, CallContext(Caller.system("bench"))))
        began = time.monotonic()
        fill(database.engine, ENDED, OPEN)
        print(f"\n{ENDED:,} ended and {OPEN:,} open processes made in {time.monotonic() - began:.0f} s")
        yield database


Call = Callable[[], object]


def _box(box: str, what: Callable[[Person], dict[str, Any]] = lambda _: {}) -> Callable[[Person], Call]:
    """A first page."""
    return lambda person: partial(person.list, box, **what(person))


def _next_page(person: Person) -> Call:
    cursor = person.list("todo").next_cursor
    return partial(person.list, "todo", cursor=cursor or "")


def _one_process(person: Person) -> Call:
    """One that the person has acted on, if there is any."""
    rows = person.list("done").items or person.list("visible").items
    return partial(person.look_at, _CHANCE.choice(rows)["id"])


def _counts(box: str) -> Callable[[Person], Call]:
    return lambda person: partial(person.count, box)


def _seeing_all(prepare: Callable[[Person], Call]) -> Callable[[Person], Call]:
    """The same for somebody whose role sees every customer."""
    return lambda person: prepare(replace(person, caller=replace(person.caller, roles=frozenset({"sales_admin"}))))


def _a_code(_: Person) -> dict[str, Any]:
    return {"code": _CHANCE.choice(CODES)}


def _a_text(_: Person) -> dict[str, Any]:
    """Two to four characters of any customer's name."""
    name = _a_name(_CHANCE.randrange(CUSTOMERS))
    start = _CHANCE.randrange(len(name) - 4)
    return {"q": name[start : start + _CHANCE.choice((2, 3, 4))]}


def _a_customer(_: Person) -> dict[str, Any]:
    return {"customer_id": str(made_id(1, _CHANCE.randrange(CUSTOMERS)))}


def _an_own_customer(person: Person) -> dict[str, Any]:
    rows = person.list("todo").items
    return {"customer_id": str(_CHANCE.choice(rows)["customer_id"])} if rows else _a_customer(person)


def _a_name(number: int) -> str:
    return next(names(number, number + 1))


ASKED: Final[dict[str, Callable[[Person], Call]]] = {
    "to do, first page": _box("todo"),
    "to do, next page": _next_page,
    "to do, of a kind": _box("todo", _a_code),
    "to do, by a text": _box("todo", _a_text),
    "to do, of a customer of whom there is some": _box("todo", _an_own_customer),
    "to do, of any customer": _box("todo", _a_customer),
    "done, first page": _box("done"),
    "done, of a kind": _box("done", _a_code),
    "done, by a text": _box("done", _a_text),
    "started, first page": _box("started"),
    "started, by a text": _box("started", _a_text),
    "started, what came back": _box("started", lambda _: {"state": "returned"}),
    "all that one may see, first page": _box("visible"),
    "all that one may see, of a customer": _box("visible", _a_customer),
    "all that one may see, by a text": _box("visible", _a_text),
    "everything, first page": _seeing_all(_box("visible")),
    "everything, of a kind": _seeing_all(_box("visible", _a_code)),
    "everything, by a text": _seeing_all(_box("visible", _a_text)),
    "copied to me, first page": _box("copied"),
    "one process, as its page begins": _one_process,
    "counts, to do": _counts("todo"),
    "counts, done": _counts("done"),
    "counts, started": _counts("started"),
}


def test_lists_with_a_million_processes(database: Database) -> None:
    with database.engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_size_pretty(pg_database_size(current_database()))").scalar_one()
    print(f"{size} with all indexes; {CALLS} different calls of each, by {USERS} people\n")

    def asking(prepare: Callable[[Person], Call]) -> Callable[[], Call]:
        return lambda: prepare(Person(database, user(_CHANCE.randrange(USERS))))

    pass_over_start_up()  # as a service does
    for what, prepare in ASKED.items():
        print(measured(what, asking(prepare)))
    print()
    assert not read_whole(database.engine, {what: asking(prepare) for what, prepare in ASKED.items()}, _READS_ALL)
