"""Whole five-node processes a second through workflow's use cases, and the same process in SpiffWorkflow, on one PostgreSQL.

Both take a process from its start over five approvals to its end, with the same form, in turns of one run. Ours does all that it
does in production; what SpiffWorkflow leaves out stands in :mod:`tests.bench.spiff_process`. Prints figures; fails on none.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import Connection, event

from deploy.garbage import pass_over_start_up
from services.kit.database import Database
from tests.bench.five_nodes import Office
from tests.bench.spiff_process import TABLES, SpiffProcess, SpiffService
from tests.servers.databases import NeededDatabases

ROUNDS: Final = 7
SECONDS_A_TURN: Final = 2.0
THREADS: Final = (1, 4)
_NAME: Final = re.compile(r"^(SELECT|WITH|INSERT|UPDATE|DELETE)\b(?:.*? FROM| RECURSIVE| INTO|) (\w+).*$")


@dataclass(frozen=True)
class Contender:
    """Who takes part.

    :param run: takes processes through until an instant of ``perf_counter``, in one thread of this number; says how many.
    """

    name: str
    run: Callable[[float, int], int]


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("workflow"), pool_size=2 * max(THREADS))
    with database.engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(table)
    yield database
    database.close()


@pytest.fixture(scope="module")
def office(database: Database) -> Office:
    return Office(database)


def _ours(database: Database, office: Office, end: float, thread: int) -> int:
    done = 0
    with _autocommit(database) as connection:
        while time.perf_counter() < end:
            office.run(thread + max(THREADS) * done, connection)
            done += 1
    return done


def _theirs(database: Database, process: SpiffProcess, end: float, _thread: int) -> int:
    done = 0
    with closing(psycopg.connect(database.url.replace("+psycopg", ""))) as connection:
        while time.perf_counter() < end:
            process.run(connection)
            done += 1
    return done


def _theirs_as_a_service(service: SpiffService, end: float, _thread: int) -> int:
    done = 0
    while time.perf_counter() < end:
        service.run()
        done += 1
    return done


def _autocommit(database: Database) -> Connection:
    return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _rate(contender: Contender, threads: int) -> float:
    """Whole processes a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(contender.run, [began + SECONDS_A_TURN] * threads, range(threads)))
    return done / (time.perf_counter() - began)


def _in_turns(contenders: Sequence[Contender], threads: int) -> dict[str, float]:
    """The median of each one's rounds; the first round warms up and does not count."""
    rounds = [[_rate(contender, threads) for contender in contenders] for _ in range(ROUNDS + 1)]
    return {contender.name: median(rates) for contender, rates in zip(contenders, zip(*rounds[1:], strict=True), strict=True)}


def test_whole_processes_a_second_beside_spiffworkflow(database: Database, office: Office) -> None:
    ours = Contender("ours, through the use cases", partial(_ours, database, office))
    reloaded, kept = (SpiffProcess(is_reloaded=is_reloaded) for is_reloaded in (True, False))
    contenders = (
        ours,
        Contender("SpiffWorkflow, state read and saved at every step", partial(_theirs, database, reloaded)),
        Contender("SpiffWorkflow, state saved at every step, never read", partial(_theirs, database, kept)),
        Contender("SpiffWorkflow, with to-do rows, events and audit", partial(_theirs_as_a_service, SpiffService(database))),
    )
    print(f"\nwhole processes of five nodes a second, the median of {ROUNDS} turns of {SECONDS_A_TURN:.0f} s each")
    pass_over_start_up()  # as a service does
    for threads in THREADS:
        rates = _in_turns(contenders, threads)
        for name, rate in rates.items():
            print(f"{name:<56}{threads} thread(s) {rate:>8.1f}/s   ours is {rates[ours.name] / rate:>5.2f} times as quick")


def test_statements_of_a_start_and_an_approval(database: Database, office: Office) -> None:
    with _autocommit(database) as connection:
        office.run(0, connection)  # what is read once in a process's life is read
        with _statements(database) as statements:
            running = office.start(1)
        print(f"\na start: {_counted(statements)}")
        for handler in running.handlers:
            task_id = running.open_task(connection)
            with _statements(database) as statements:
                office.approve(handler, task_id)
            last = " that archives" if handler is running.handlers[-1] else ""
            print(f"an approval{last}: {_counted(statements)}")


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, commits apart."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _counted(statements: Sequence[str]) -> str:
    kinds = Counter(_NAME.sub(r"\1 \2", " ".join(statement.split())) for statement in statements)
    named = ", ".join(f"{count} x {kind}" if count > 1 else kind for kind, count in kinds.items())
    return f"{len(statements)} statements: {named}"
