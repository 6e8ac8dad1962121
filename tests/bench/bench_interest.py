"""A month's run over 200,000 open receivables of 100,000 customers with twelve accrued months, 20,000 of which are corrected,
beside plain SQL that computes the same sums and writes no entries, and beside one bare INSERT ... SELECT of its penalties.

Prints figures; the entries' sums are held against those of the plain SQL.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from services.payments.usecases.accrue_interest import accrue_interest
from tests.bench.databases import connected, copy_database
from tests.bench.worker_processes import most_megabytes, worker_processes
from tests.bench.year_of_interest import CUSTOMERS, LATE, MONTHS, PREPAYING, RECEIVABLES, fill

AS_OF: Final = date(2026, 2, 1)
SHARDS: Final = 4

_PENALTIES: Final = """
SELECT sum(round((amount - coalesce(received, 0)) * 0.005, 2))
  FROM receivables LEFT JOIN (
       SELECT bill_id, sum(pair.amount) AS received FROM write_off_pairs AS pair JOIN receipts ON receipts.id = receipt_id
        WHERE state = 'final' AND received_at < '2026-01-01 00:00+08' GROUP BY bill_id
       ) AS pairs USING (bill_id)
 WHERE due_on < '2026-01-01' AND cancelled_by IS NULL
"""
_CORRECTIONS: Final = """
WITH received AS (
    SELECT bill_id, month, coalesce(
               sum(pair.amount) FILTER (WHERE received_at < month::timestamp AT TIME ZONE 'Asia/Shanghai'), 0
           ) AS amount
      FROM interest_months CROSS JOIN interest_marks JOIN write_off_pairs AS pair USING (bill_id)
      JOIN receipts ON receipts.id = receipt_id
     WHERE state = 'final' GROUP BY bill_id, month
)
SELECT sum(round((bill.amount - received.amount) * 0.005, 2) - entry.amount)
  FROM received JOIN receivables AS bill USING (bill_id) JOIN interest_entries AS entry USING (bill_id, month)
"""
_CREDITS: Final = """
SELECT sum(round(greatest(least(at_begin, at_end), 0) * 0.005, 2))
  FROM (SELECT sum(amount) FILTER (WHERE day < '2026-01-01') AS at_begin, sum(amount) AS at_end
          FROM prepaid_movements WHERE day < '2026-02-01' GROUP BY customer_id) AS balances
"""
_INSERT: Final = """
INSERT INTO interest_entries (id, kind, month, number, booked_on, customer_id, customer_name, bill_id, bill_number, owner_id,
    owner_name, base, rate, amount, origin)
SELECT gen_random_uuid(), 'penalty', '2026-01-01', 1, '2026-01-31', customer_id, name, bill_id, receivables.number, owner_id,
       owner_name, amount - written_off, 0.005, round((amount - written_off) * 0.005, 2), jsonb_build_object('code', 'overdue',
       'params', jsonb_build_object('due_on', due_on, 'month', '2026-01', 'received', written_off::text, 'outstanding',
       (amount - written_off)::text, 'exempt', '0.00', 'changed', '0.00'), 'receipts', jsonb_build_array())
  FROM receivables JOIN customers ON customers.id = customer_id
"""
_BOOKED: Final = """
SELECT sum(amount) FILTER (WHERE kind = 'penalty' AND number = 1), sum(amount) FILTER (WHERE number > 1),
       sum(amount) FILTER (WHERE kind = 'credit')
  FROM interest_entries WHERE booked_on = '2026-01-31'
"""


def run_shard(url: str, number: int) -> tuple[dict[str, Any], float]:
    """One shard, in a process of its own.

    :returns: its result, and the process's largest size in MB.
    """
    database = Database(url, pool_size=2)
    begin = Begin("payments", database, EVENTS, CallContext(Caller.system("interest_accrual")))
    result = accrue_interest(Shard(begin, new_id(), number, SHARDS, AS_OF, {}))
    database.close()
    return result, most_megabytes()


def measure(url: str, workers: int) -> float:
    """Run it by so many worker processes; prints what it did.

    :returns: seconds.
    """
    with worker_processes(workers, __name__) as pool:
        started = time.perf_counter()
        done = list(pool.map(run_shard, [url] * SHARDS, range(SHARDS)))
        seconds = time.perf_counter() - started
    counts = {name: sum(result[name] for result, _ in done) for name in ("accrued", "corrected")}
    size = max(megabytes for _, megabytes in done)
    print(f"  {workers} worker(s): {seconds:6.2f} s, {counts}, at most {size:.0f} MB a process")
    return seconds


def plain_sql(url: str) -> tuple[float, tuple[Any, ...]]:
    """
    :returns: seconds, and penalty, corrections, credit.
    """
    with connected(url) as connection:
        started = time.perf_counter()
        sums = tuple(connection.exec_driver_sql(query).scalar_one() for query in (_PENALTIES, _CORRECTIONS, _CREDITS))
        seconds = time.perf_counter() - started
    print(f"  plain SQL: {seconds:6.2f} s")
    return seconds, sums


def bare_insert(url: str) -> float:
    """
    :returns: seconds.
    """
    with connected(url) as connection:
        started = time.perf_counter()
        connection.exec_driver_sql(_INSERT)
        seconds = time.perf_counter() - started
    print(f"  bare INSERT ... SELECT of the penalties: {seconds:6.2f} s")
    return seconds


def booked(url: str) -> tuple[Any, ...]:
    with connected(url) as connection:
        return tuple(connection.exec_driver_sql(_BOOKED).one())


def test_a_months_run(fresh_database: Callable[[str], str]) -> None:
    filled = fresh_database("payments")
    started = time.perf_counter()
    fill(filled)
    print(
        f"\ninterest of {RECEIVABLES:,} receivables of {CUSTOMERS:,} customers, {PREPAYING:,} with prepaid money, {MONTHS} months"
        f" accrued, {LATE:,} to be corrected (made in {time.perf_counter() - started:.0f} s)"
    )
    baseline, sums = plain_sql(filled)
    copies = {workers: copy_database(filled, fresh_database("payments")) for workers in (1, 2)}
    inserting = bare_insert(copy_database(filled, fresh_database("payments")))
    for workers, url in copies.items():
        seconds = measure(url, workers)
        print(f"  {seconds / baseline:.1f} times plain SQL, {seconds / inserting:.1f} times the bare INSERT")
        assert booked(url) == sums
    print(f"  run again: {measure(copies[2], 2) / baseline:.1f} times plain SQL")
    assert booked(copies[2]) == sums
