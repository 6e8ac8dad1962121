"""How quick the lists of receivables and write-offs are where 200,000 are owed and 400,000 were settled: p50, p99, and indexes.

Prints a table; fails on no figure, but on a plan that reads all receivables or write-offs.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import text

from deploy.garbage import pass_over_start_up
from services.contracts import payments_calls as calls
from services.contracts import payments_dashboard_calls as dashboard_calls
from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.payments.usecases.list_receivables import list_receivables
from services.payments.usecases.list_write_offs import list_write_offs
from services.payments.usecases.show_due_bills import show_due_bills
from tests.bench.asking import Ask, measured, read_whole
from tests.bench.hundred_thousand_receipts import fill
from tests.servers.databases import NeededDatabases

CUSTOMERS: Final = 100_000
SETTLED_MONTHS: Final = 4
_READS_ALL: Final = re.compile(r"Seq Scan on (receivables|write_offs|write_off_pairs)\b")
EVERYBODYS_DUE: Final = "everybody's bills about to be due, with sums"
_CHANCE: Final = random.Random(20_260_410)
_FINANCE: Final = Caller("", "钱进", roles=frozenset({"finance"}))

# Four months before, paid and written off; of what is open, four of ten are held by what waits for its confirmation.
_PAST: Final = """
INSERT INTO receivables (bill_id, number, customer_id, product_id, product_name, product_type, payment_mode, period_start,
                         period_end, due_on, quantity, shares, amount, reason, process_id, created_at, version)
SELECT gen_random_uuid(), number || '-' || past, customer_id, product_id, product_name, product_type, payment_mode,
       (period_start - make_interval(months => past))::date, (period_end - make_interval(months => past))::date,
       (due_on - make_interval(months => past))::date, quantity, shares, amount, reason, process_id, created_at, version
  FROM receivables, generate_series(1, :months) AS past WHERE period_start = '2026-02-01'
"""
_PAID: Final = """
INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark,
                      match, customer_id, matched_by, created_at, version)
SELECT bill_id, '6222', bill_id::text, created_at, '', 'x', '', amount, '', 'matched', customer_id, 'name', created_at, 1
  FROM receivables WHERE period_start < '2026-02-01' OR period_start = '2026-02-01' AND get_byte(uuid_send(bill_id), 15) < 102
"""
_WRITTEN_OFF: Final = """
INSERT INTO write_offs (id, customer_id, automatic, state, amount, remarks, started_by_name, started_at, attempt,
                        process_version, version)
SELECT r.id, r.customer_id, true, CASE WHEN b.period_start < '2026-02-01' THEN 'archived' ELSE 'started' END, r.amount, '', '',
       b.due_on, 1, 0, 1 FROM receipts r JOIN receivables b ON b.bill_id = r.id
"""
_PAIRS: Final = """
INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)
SELECT id, id, 1, id, id, amount, CASE state WHEN 'archived' THEN 'final' ELSE 'held' END FROM write_offs
"""


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("payments"), pool_size=2)
    fill(database.engine, CUSTOMERS)
    with database.engine.begin() as connection:
        for statement in (_PAST, _PAID, _WRITTEN_OFF, _PAIRS):
            connection.execute(text(statement), {"months": SETTLED_MONTHS} if ":months" in statement else {})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    yield database
    database.close()


@dataclass(frozen=True)
class Asked:
    """A kind of call, who asks it, and what."""

    what: str
    ask: Callable[[Begin, Any], Any]
    caller: Callable[[], Caller]
    question: Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def asked(database: Database) -> list[Asked]:
    with database.engine.connect() as connection:
        owners: list[UUID] = list(connection.scalars(text("SELECT DISTINCT owner_id FROM customers")))
        customers: list[UUID] = list(connection.scalars(text("SELECT id FROM customers LIMIT 1000")))

    def somebody() -> Caller:
        return Caller(str(_CHANCE.choice(owners)), "张伟", roles=frozenset({"sales"}))

    def finance() -> Caller:
        return _FINANCE

    def of_one(**query: Any) -> Callable[[], dict[str, Any]]:
        return lambda: {"customer_id": str(_CHANCE.choice(customers)), **query}

    def always(**query: Any) -> Callable[[], dict[str, Any]]:
        return lambda: dict(query)

    def receivables(begin: Begin, query: dict[str, Any]) -> Any:
        return list_receivables(begin, **load(calls.ReceivableQuery, query))

    def write_offs(begin: Begin, query: dict[str, Any]) -> Any:
        return list_write_offs(begin, **load(calls.WriteOffQuery, query))

    def due_bills(begin: Begin, query: dict[str, Any]) -> Any:
        return show_due_bills(begin, **load(dashboard_calls.DueBillsQuery, query))

    return [
        Asked("my bills about to be due, with sums", due_bills, somebody, always()),
        Asked(EVERYBODYS_DUE, due_bills, finance, always()),
        Asked("my receivables", receivables, somebody, always()),
        Asked("my open receivables", receivables, somebody, always(state="open")),
        Asked("a customer's open receivables, 200 at once", receivables, finance, of_one(state="open", page_size=200)),
        Asked("everybody's open receivables", receivables, finance, always(state="open")),
        Asked("everybody's open receivables, due by a day", receivables, finance, always(state="open", due_to="2026-03-31")),
        Asked("everybody's held receivables", receivables, finance, always(state="held")),
        Asked("everybody's cancelled receivables", receivables, finance, always(state="cancelled")),
        Asked("everybody's receivables of a month", receivables, finance, always(month="2026-03")),
        Asked("everybody's open receivables, the largest first", receivables, finance, always(state="open", sort="-amount")),
        Asked("everybody's receivables, by number", receivables, finance, always(sort="number")),
        Asked("my write-offs", write_offs, somebody, always()),
        Asked("a customer's write-offs", write_offs, finance, of_one()),
        Asked("everybody's write-offs, the newest first", write_offs, finance, always()),
        Asked("everybody's write-offs that wait", write_offs, finance, always(state="started", automatic="true")),
    ]


def _asking(database: Database, one: Asked) -> Ask:
    def ask() -> Callable[[], object]:
        return partial(one.ask, Begin("payments", database, EVENTS, CallContext(one.caller())), one.question())

    return ask


def test_lists_of_what_is_owed_and_written_off(database: Database, asked: list[Asked]) -> None:
    with database.engine.connect() as connection:
        counts = [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("receivables", "write_offs")]
    print(f"\n{counts[0]:,} receivables, {counts[1]:,} write-offs\n")
    pass_over_start_up()  # as a service does
    for one in asked:
        print(measured(one.what, _asking(database, one)))
    print()
    plans = {one.what: _asking(database, one) for one in asked}
    del plans[EVERYBODYS_DUE]  # sums over all that is owed
    assert not read_whole(database.engine, plans, _READS_ALL)
