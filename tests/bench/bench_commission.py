"""How quick commission is read in a month of 100,000 entries, with 200,000 bills that bring none yet: p50 and p99 of what people
ask all day, and the indexes that serve it; beside a bare sum over the month's entries.

Prints a table; fails on no figure, but on a plan of a page that reads all entries or all bills where an index could tell.
``L2C_BENCH_SHARE=0.1`` makes a tenth of them.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import Month
from services.kit.database import Database
from services.kit.paging import PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.commission_statements import Scope, page_of_entries
from services.payments.store.missing_commission import Waiting, page_of_missing
from services.payments.usecases.list_commission_by_owner import list_commission_by_owner
from services.payments.usecases.list_missing_commission import list_missing_commission
from services.payments.usecases.show_blocked_commission import show_blocked_commission
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_profit_and_commission import show_profit_and_commission
from tests.bench.asking import indexes_in, measured, plans_of
from tests.servers.databases import NeededDatabases

SHARE: Final = float(os.environ.get("L2C_BENCH_SHARE", "1"))
COUNTS: Final = {
    "customers": round(20_000 * SHARE),
    "entries": round(100_000 * SHARE),
    "interest": round(10_000 * SHARE),
    "receivables": round(120_000 * SHARE),
    "bills": round(80_000 * SHARE),
}
SALESPEOPLE: Final = 200  # in 20 departments
MONTH: Final = Month(2026, 3)
PAGE: Final[dict[str, Any]] = {"page_size": 50, "cursor": ""}
_READS_ALL: Final = re.compile(r"Seq Scan on (commission_entries|interest_entries|receivables|bills)\b")
_CHANCE: Final = random.Random(20_260_310)

FILL: Final = (
    """
    CREATE FUNCTION made(base int, at int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT CAST(lpad(to_hex(base + at), 32, '0') AS uuid) $$
    """,
    """
    INSERT INTO customers (id, name, owner_id, owner_name, owner_department_id, bank_account, version)
    SELECT made(100000, n), '客户' || n, made(1, n % 200), '销售' || n % 200, made(9000, n % 20), '', 1
      FROM generate_series(1, :customers) AS n
    """,
    """
    INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, used,
        remark, match, customer_id, created_at, version)
    SELECT made(1000000, n), '6222', 'R' || n, '2026-03-02', '客户', '客户', '', 100, 100, '', 'matched',
           made(100000, 1), now(), 1
      FROM generate_series(1, :entries) AS n
    """,
    """
    INSERT INTO write_offs (id, customer_id, automatic, state, amount, remarks, started_by_name, started_at, attempt,
        process_version, version)
    SELECT made(2000000, n), made(100000, 1), true, 'archived', 100, '', '', now(), 1, 0, 1
      FROM generate_series(1, :entries) AS n
    """,
    """
    INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)
    SELECT made(3000000, n), made(2000000, n), 1, made(1000000, n), made(4000000, n), 100, 'final'
      FROM generate_series(1, :entries) AS n
    """,
    """
    INSERT INTO commission_entries (id, origin, process_id, write_off_id, bill_id, bill_number, customer_id, customer_name,
        owner_id, owner_name, owner_department_id, product_type, written_off, unit_cost, cost, rate, amount, earned_on)
    SELECT gen_random_uuid(), CASE WHEN n % 5 = 0 THEN 'balance' ELSE 'write_off' END, made(2000000, n),
           CASE WHEN n % 5 = 0 THEN NULL ELSE made(2000000, n) END, made(4000000, n), 'B' || n, made(100000, n), '客户',
           made(1, n % 200), '销售' || n % 200, made(9000, n % 20), 'industry_sms', 100, 0.028, 28, 0.1, 7.2,
           date '2026-03-01' + n % 31
      FROM generate_series(1, :entries) AS n
    """,
    """
    INSERT INTO interest_entries (id, kind, number, month, booked_on, customer_id, customer_name, bill_id, bill_number, owner_id,
        owner_name, owner_department_id, base, rate, amount, origin)
    SELECT gen_random_uuid(), 'credit', 1, '2026-03-01', '2026-03-31', gen_random_uuid(), '客户', NULL, NULL, made(1, n % 200),
           '销售' || n % 200, made(9000, n % 20), 100, 0.005, 0.5,
           jsonb_build_object('code', 'prepaid', 'receipts', jsonb_build_array(),
                              'params', jsonb_build_object('month', '2026-03', 'at_begin', '100', 'at_end', '100'))
      FROM generate_series(1, :interest) AS n
    """,
    """
    INSERT INTO receivables (bill_id, number, customer_id, product_name, product_type, payment_mode, period_start, period_end,
        due_on, quantity, shares, amount, process_id, created_at, version)
    SELECT gen_random_uuid(), 'B' || n, made(100000, 1 + n % :customers), '行业短信', 'industry_sms', 'postpaid', month,
           month + 27, month + 57, 1000, '[]', 100, gen_random_uuid(), now(), 1
      FROM (SELECT n, CAST(date '2025-01-01' + interval '1 month' * (n % 15) AS date) AS month
              FROM generate_series(1, :receivables) AS n) AS made
    """,
    """
    INSERT INTO bills (id, number, customer_id, product_id, product_name, product_type, payment_mode, month, amount, covered,
        quantity, state, version)
    SELECT gen_random_uuid(), 'B' || n, made(100000, 1 + n % :customers), gen_random_uuid(), '行业短信', 'industry_sms',
           'postpaid', '2026-03-01', 100, 0, 1000, CASE WHEN n % 3 = 0 THEN 'reconciling' ELSE 'open' END, 1
      FROM generate_series(1, :bills) AS n
    """,
)
BARE: Final = text(
    "SELECT sum(written_off), sum(cost), sum(amount) FROM commission_entries"
    " WHERE earned_on BETWEEN '2026-03-01' AND '2026-03-31'"
)


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    with closing(Database(module_databases.of("payments"), pool_size=2)) as database:
        began = time.perf_counter()
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # as if written long ago: no triggers
            for statement in FILL:
                connection.execute(text(statement), {name: count for name, count in COUNTS.items() if f":{name}" in statement})
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        print(f"\nfilled in {time.perf_counter() - began:.0f} s: {COUNTS}")
        yield database


CALLS_BY_PEOPLE: Final[tuple[tuple[str, Any, dict[str, Any]], ...]] = (
    ("statement with what is missing", show_commission_statement, {**PAGE, "owner_id": None}),
    ("missing, first page", list_missing_commission, {**PAGE, "owner_id": None, "customer_id": None}),
    ("by salesperson", list_commission_by_owner, {**PAGE, "sort": ""}),
    ("dashboard", show_profit_and_commission, {}),
)


def begin_as(database: Database, caller: Caller) -> Begin:
    return Begin("payments", database, EVENTS, CallContext(caller, as_of=datetime(2026, 3, 31, 9, tzinfo=UTC)))


def salesperson() -> Caller:
    return Caller(str(UUID(int=1 + _CHANCE.randrange(SALESPEOPLE))), "销售", roles=frozenset({"sales"}))


def lead() -> Caller:
    department = str(UUID(int=9000 + _CHANCE.randrange(20)))
    return Caller(str(UUID(int=99)), "领导", department, (department,), (department,), frozenset({"sales_lead"}))


FINANCE: Final = Caller(str(UUID(int=7)), "财务", roles=frozenset({"finance"}))


def test_commission_is_read(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    def bare() -> Any:
        def call() -> None:
            with database.engine.connect() as connection:
                connection.execute(BARE).one()

        return call

    callers: dict[str, Callable[[], Caller]] = {"a salesperson": salesperson, "a lead": lead, "finance": lambda: FINANCE}
    lines = [measured("bare sum over the month's entries", bare)]
    for who, caller in callers.items():
        for what, call, more in CALLS_BY_PEOPLE:

            def ask(caller: Callable[[], Caller] = caller, call: Any = call, more: dict[str, Any] = more) -> Any:
                return partial(call, begin_as(database, caller()), month=MONTH, **more)

            lines.append(measured(f"{who}: {what}", ask))

        def blocked(caller: Callable[[], Caller] = caller) -> Any:
            return partial(show_blocked_commission, begin_as(database, caller()), first=5)

        lines.append(measured(f"{who}: what blocks it, by reason", blocked))
    with capsys.disabled():
        print("\n" + "\n".join(lines))


@pytest.mark.parametrize("who", ["a salesperson", "finance"])
def test_a_page_is_read_by_its_indexes(database: Database, who: str, capsys: pytest.CaptureFixture[str]) -> None:
    caller = FINANCE if who == "finance" else salesperson()

    def pages() -> None:
        with begin_as(database, caller)() as work:
            first = page_of_entries(work.session, Scope(caller, MONTH), PageRequest(50))
            page_of_entries(work.session, Scope(caller, MONTH), PageRequest(50, "", first.next_cursor or ""))
            waiting = Waiting(caller, MONTH)
            missing = page_of_missing(work.session, waiting, PageRequest(50))
            page_of_missing(work.session, waiting, PageRequest(50, "", missing.next_cursor or ""))

    plans = plans_of(database.engine, lambda: pages)
    with capsys.disabled():
        print(f"\n{who}: " + "\n  ".join(indexes_in(plans)))
    assert [line for line in plans if _READS_ALL.search(line)] == []
