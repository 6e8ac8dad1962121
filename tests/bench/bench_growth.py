"""How what people and jobs wait for grows with what is kept: the same questions and jobs at 1, 4 and 16 times the rows.

Prints a table and draws it (``.screens/growth.svg``, or the folder of ``L2C_SCREENS``), each beside its growth in proportion;
fails on no figure. deploy/SCALING.md says what follows from it. ``L2C_BENCH_SHARE=0.1`` makes a tenth of it all.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from services.billing.tasks import RUN_SHARDS
from services.contracts import customer_calls, workflow_list_calls
from services.contracts.customer import EVENTS as CUSTOMER_EVENTS
from services.contracts.workflow import EVENTS as WORKFLOW_EVENTS
from services.customer.tasks import SWEEP_SHARDS
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.search_customers import search_customers
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.publish_definitions import publish_definitions
from tests.bench import (
    bench_billing_run,
    bench_receipts,
    bench_sweep,
    hundred_thousand_receipts,
    million_customers,
    million_processes,
    month_of_usage,
)
from tests.bench.growth_picture import Curve, draw

SHARE: Final = float(os.environ.get("L2C_BENCH_SHARE", "1"))
TIMES: Final = (1, 4, 16)
"""The largest is what the benches of the single parts measure, or a quarter of it."""

CUSTOMERS: Final = round(250_000 * SHARE)
PROCESSES: Final = round(250_000 * SHARE)
RECEIPTS: Final = round(100_000 * SHARE)
QUESTIONS: Final = 200
_CHANCE: Final = random.Random(20_260_310)
_SCREENS: Final = Path(os.environ.get("L2C_SCREENS", Path(__file__).resolve().parents[2] / ".screens"))

FreshDatabase = Callable[[str], str]


def median_ms(ask: Callable[[], Callable[[], object]]) -> float:
    """Of calls that are each another question."""
    took = []
    for _ in range(QUESTIONS):
        call = ask()
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def lists_of_customers(fresh_database: FreshDatabase) -> list[Curve]:
    """A salesperson's list and search; as many salespeople at every size, as a company's own customers grow."""
    mine: dict[int, float] = {}
    found: dict[int, float] = {}
    sweep: dict[int, float] = {}
    for times in TIMES:
        count = CUSTOMERS * times // TIMES[-1]
        url = fresh_database("customer")
        million_customers.fill(create_engine(url, poolclass=NullPool), count, due_share=bench_sweep.DUE_SHARE)
        with closing(Database(url, pool_size=2)) as database:

            def begin(database: Database = database) -> Begin:
                seller = million_customers.Salesperson(_CHANCE.randrange(million_customers.SALESPEOPLE)).caller
                return Begin("customer", database, CUSTOMER_EVENTS, CallContext(seller))

            def my_list(begin: Callable[[], Begin] = begin) -> Callable[[], object]:
                asked = begin()
                query = load(customer_calls.CustomerQuery, {"owner_id": asked.context.caller.user_id})
                return partial(list_customers, asked, **query)

            def search(begin: Callable[[], Begin] = begin, count: int = count) -> Callable[[], object]:
                number = _CHANCE.randrange(count)
                name = next(million_customers.names(number, number + 1))
                start = _CHANCE.randrange(len(name) - 5)
                return partial(search_customers, begin(), name[start : start + 2])

            mine[count], found[count] = median_ms(my_list), median_ms(search)
        sweep[count] = bench_sweep.measure(url, SWEEP_SHARDS, 2)
    return [
        Curve("a salesperson's list of customers", "ms", "customers", mine),
        Curve("search by two characters", "ms", "customers", found),
        Curve("the daily sweep, 2% fall", "s", "customers", sweep),
    ]


def lists_of_processes(fresh_database: FreshDatabase) -> list[Curve]:
    """What one has to do, and what one has done; as many people at every size."""
    boxes: dict[str, dict[int, float]] = {"todo": {}, "done": {}}
    for times in TIMES:
        count = PROCESSES * times // TIMES[-1]
        with closing(Database(fresh_database("workflow"), pool_size=2)) as database:
            publish_definitions(Begin("workflow", database, WORKFLOW_EVENTS, CallContext(Caller.system("bench"))))
            million_processes.fill(database.engine, count * 10 // 11, count // 11)
            for box, took in boxes.items():

                def ask(box: str = box, database: Database = database) -> Callable[[], object]:
                    caller = million_processes.user(_CHANCE.randrange(million_processes.USERS))
                    begin = Begin("workflow", database, WORKFLOW_EVENTS, CallContext(caller))
                    query: dict[str, Any] = {"box": box, "page_size": 20}
                    return partial(list_processes, begin, **load(workflow_list_calls.ProcessQuery, query))

                took[count] = median_ms(ask)
    return [
        Curve("a person's to-dos", "ms", "processes", boxes["todo"]),
        Curve("what a person has done", "ms", "processes", boxes["done"]),
    ]


def billing_runs(fresh_database: FreshDatabase) -> Curve:
    """A month billed by two workers."""
    took = {}
    for times in TIMES:
        part = round(TIMES[-1] / times / SHARE)
        url = fresh_database("billing")
        month_of_usage.fill(create_engine(url, poolclass=NullPool), part)
        products = month_of_usage.PRODUCTS // part
        took[month_of_usage.LINES // part] = bench_billing_run.measure(url, RUN_SHARDS, 2, products)
    return Curve("a month's billing run", "s", "usage lines", took)


def receipt_imports(fresh_database: FreshDatabase, folder: Path) -> Curve:
    """A bank's file read, matched and written off, by one worker; as many customers as receipts."""
    took = {}
    for times in TIMES:
        count = RECEIPTS * times // TIMES[-1]
        url = fresh_database("payments")
        hundred_thousand_receipts.fill(create_engine(url, poolclass=NullPool), count)
        took[count] = bench_receipts.measure(url, folder, hundred_thousand_receipts.statement(count), count)
    return Curve("a bank's file imported, matched, written off", "s", "receipts", took)


def test_growth(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    curves = [
        *lists_of_customers(fresh_database),
        *lists_of_processes(fresh_database),
        billing_runs(fresh_database),
        receipt_imports(fresh_database, tmp_path),
    ]
    print(f"\n{'':48}" + "".join(f"{f'x{times}':>12}" for times in TIMES) + f"{'grows with n^':>16}")
    for curve in curves:
        figures = "".join(f"{f'{took:,.2f} {curve.unit}':>12}" for took in curve.took.values())
        print(f"{f'{curve.what} ({max(curve.took):,} {curve.of})':48}{figures}{curve.exponent:>16.2f}")
    _SCREENS.mkdir(parents=True, exist_ok=True)
    draw(curves, _SCREENS / "growth.svg")
    print(f"\ndrawn in {_SCREENS / 'growth.svg'}")
