"""A billing run over 20,000 products, 50,000 accounts and 3 million usage lines, beside the bare SQL sum of the same lines by
product, account and operator (aim: 3 times that or less, on 2 workers).

Prints figures; the bills' totals are held against a sum of their own. Each run is measured on a copy of its own of one database.
"""

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.billing.tasks import RUN_SHARDS
from services.billing.usecases.run_billing import run_billing
from services.contracts.billing import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from tests.bench.databases import connected, copy_database
from tests.bench.month_of_usage import ACCOUNTS, LINES, MONTH, PRODUCTS, fill
from tests.bench.worker_processes import most_megabytes, worker_processes

_BARE: Final = """
SELECT accounts.product_id, accounts.id, usage_lines.operator, sum(usage_lines.quantity)
FROM usage_lines JOIN accounts ON accounts.identifier = usage_lines.account
WHERE usage_lines.day BETWEEN '2026-03-01' AND '2026-03-31'
GROUP BY accounts.product_id, accounts.id, usage_lines.operator
"""

_UNIFIED_BY_ITSELF: Final = """
WITH sums AS (
    SELECT product_id, sum(quantity) AS quantity
    FROM usage_lines JOIN accounts ON accounts.identifier = usage_lines.account
    GROUP BY product_id
)
SELECT count(*), sum(sums.quantity), sum(round(sums.quantity * (prices.rows -> 0 -> 'tiers' -> 0 ->> 'unit_price')::numeric, 2))
FROM sums JOIN prices USING (product_id)
WHERE kind = 'unified' AND jsonb_array_length(rows) = 1 AND valid_from < '2026-03-01' AND valid_to IS NULL
"""
"""Products with one price for all operators, the whole month: count, messages and amount, from the raw lines."""

_UNIFIED_BILLED: Final = """
SELECT count(*), sum(bills.quantity), sum(bills.amount)
FROM bills JOIN prices USING (product_id)
WHERE kind = 'unified' AND jsonb_array_length(rows) = 1 AND valid_from < '2026-03-01' AND valid_to IS NULL
"""

_DOES_NOT_ADD_UP: Final = """
SELECT (SELECT count(*) FROM bills WHERE amount <> (SELECT sum(amount) FROM bill_lines WHERE bill_id = bills.id))
     + (SELECT count(*) FROM bills WHERE (amount, quantity) IS DISTINCT FROM
            (SELECT (sum(amount), sum(quantity)::bigint) FROM bill_accounts WHERE bill_id = bills.id))
     + (SELECT count(*) FROM bill_lines WHERE amount <> (SELECT sum(amount) FROM bill_line_shares AS shares
            WHERE shares.bill_id = bill_lines.bill_id AND shares.line_number = bill_lines.number))
"""


def bill(url: str, job_id: UUID, number: int, of: int) -> tuple[dict[str, int], float]:
    """One part of the run, in a process of its own.

    :returns: its result, and the process's largest size in MB.
    """
    database = Database(url, pool_size=2)
    begin = Begin("billing", database, EVENTS, CallContext(Caller.system("billing_run")))
    result = run_billing(Shard(begin, job_id, number, of, MONTH.plus(1).first_day, {}))
    database.close()
    return result, most_megabytes()


def measure(url: str, shards: int, workers: int, products: int = PRODUCTS) -> float:
    """Bill it all by so many worker processes; prints what it did.

    :returns: seconds.
    """
    with worker_processes(workers, __name__) as pool:
        started = time.perf_counter()
        done = list(pool.map(bill, [url] * shards, [new_id()] * shards, range(shards), [shards] * shards))
        seconds = time.perf_counter() - started
    made, refused = (sum(result[name] for result, _ in done) for name in ("made", "refused"))
    size = max(megabytes for _, megabytes in done)
    print(
        f"  {workers} worker(s), {shards} shard(s): {seconds:6.2f} s, {made:,} bills made, {refused:,} products refused,"
        f" at most {size:.0f} MB a process"
    )
    assert made + refused == products
    return seconds


def bare_sum(url: str) -> float:
    """The bare sum, fetched; the better of two, the first of which brings the lines into memory.

    :returns: seconds.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]  # it is open
        seconds, rows = [], 0
        for _ in range(2):
            started = time.perf_counter()
            rows = len(cursor.execute(_BARE).fetchall())
            seconds.append(time.perf_counter() - started)
    print(f"  the bare sum: {min(seconds):6.2f} s, {rows:,} rows")
    return min(seconds)


def hold_against_a_sum_of_its_own(url: str) -> None:
    """The bills of products with one unified price are what the raw lines come to, and every bill adds up."""
    with connected(url) as connection:
        expected, billed = (connection.execute(text(query)).one() for query in (_UNIFIED_BY_ITSELF, _UNIFIED_BILLED))
        assert expected == billed
        assert connection.scalar(text(_DOES_NOT_ADD_UP)) == 0
        total = connection.execute(text("SELECT sum(quantity), sum(amount) FROM bills")).one()
        reasons = connection.execute(text("SELECT reason, count(*) FROM bill_refusals GROUP BY reason ORDER BY reason")).all()
    print(f"  {total[0]:,} messages billed over {total[1]:,} CNY; refused: {dict(map(tuple, reasons))}")


def test_the_billing_run(fresh_database: Callable[[str], str]) -> None:
    filled = fresh_database("billing")
    started = time.perf_counter()
    fill(create_engine(filled, poolclass=NullPool))
    print(
        f"\na billing run over {PRODUCTS:,} products, {ACCOUNTS:,} accounts and {LINES:,} usage lines"
        f" (made in {time.perf_counter() - started:.0f} s)"
    )
    ways = {1: 1, 2: RUN_SHARDS}
    copies = {workers: copy_database(filled, fresh_database("billing")) for workers in ways}
    baseline = bare_sum(copies[1])
    seconds = {workers: measure(copies[workers], shards, workers) for workers, shards in ways.items()}
    hold_against_a_sum_of_its_own(copies[2])
    for workers, each in seconds.items():
        print(f"  {each / baseline:.2f} times the bare sum by {workers} worker(s)")
