"""The daily sweep of a million customers, of whom 2% fall, beside plain SQL that reads the same rows and writes the same.

Prints figures; fails on none. Each is measured on a copy of its own of one database.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.customer import EVENTS
from services.customer.tasks import SWEEP_SHARDS
from services.customer.usecases.sweep_funnel import sweep_funnel
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from tests.bench.databases import connected, copy_database
from tests.bench.million_customers import AS_OF, fill
from tests.bench.worker_processes import most_megabytes, worker_processes

CUSTOMERS: Final = 1_000_000
DUE_SHARE: Final = 0.02

_WRITTEN: Final = {
    "tier_moves": "*",
    "funnel_notices": "*",
    "audit_entries": "*",
    "outbox": "id, type, subject, envelope, headers",
}
"""What a sweep appends: table → its columns, but those that the database gives."""

_CHANGED: Final = "tier, tier_since, owner_id, owner_name, owner_department_id, fell_with, next_look_on, version"


def sweep(url: str, number: int, of: int) -> tuple[dict[str, Any], float]:
    """One part of the sweep, in a process of its own.

    :returns: its result, and the process's largest size in MB.
    """
    database = Database(url, pool_size=2)
    begin = Begin("customer", database, EVENTS, CallContext(Caller.system("funnel_sweep")))
    result = sweep_funnel(Shard(begin, new_id(), number, of, AS_OF, {}))
    database.close()
    return result, most_megabytes()


def measure(url: str, shards: int, workers: int) -> float:
    """Sweep it all by so many worker processes; prints what it did.

    :returns: seconds.
    """
    with worker_processes(workers, __name__) as pool:
        started = time.perf_counter()
        done = list(pool.map(sweep, [url] * shards, range(shards), [shards] * shards))
        seconds = time.perf_counter() - started
    counts = {name: sum(result.get(name, 0) for result, _ in done) for name in ("looked_at", "fell", "told")}
    size = max(megabytes for _, megabytes in done)
    print(f"  {workers} worker(s), {shards} shard(s): {seconds:6.2f} s, {counts}, at most {size:.0f} MB a process")
    return seconds


def in_plain_sql(url: str, swept_url: str) -> float:
    """Read the due rows and write what the sweep of a copy has written, in one transaction of plain statements.

    :returns: seconds.
    """
    with connected(url) as plain, connected(swept_url) as swept:
        for table, columns in _WRITTEN.items():
            plain.exec_driver_sql(f"CREATE TABLE given_{table} AS SELECT {columns} FROM {table} WITH NO DATA")
            _copy(swept, f"SELECT {columns} FROM {table}", plain, f"given_{table}")
        plain.exec_driver_sql(f"CREATE TABLE given_customers AS SELECT id, {_CHANGED} FROM customers WITH NO DATA")
        fallen = f"SELECT id, {_CHANGED} FROM customers WHERE id IN (SELECT customer_id FROM tier_moves)"
        _copy(swept, fallen, plain, "given_customers")
        plain.exec_driver_sql("ANALYZE given_customers")
        plain.exec_driver_sql("CHECKPOINT")
        started = time.perf_counter()
        plain.exec_driver_sql("BEGIN")
        rows = plain.execute(text("SELECT * FROM customers WHERE next_look_on <= :on"), {"on": AS_OF}).all()
        assignments = ", ".join(f"{name} = given.{name}" for name in _CHANGED.split(", "))
        plain.exec_driver_sql(f"UPDATE customers SET {assignments} FROM given_customers AS given WHERE given.id = customers.id")
        for table, columns in _WRITTEN.items():
            names = "" if columns == "*" else f"({columns})"
            plain.exec_driver_sql(f"INSERT INTO {table} {names} SELECT * FROM given_{table}")
        plain.exec_driver_sql("COMMIT")
        seconds = time.perf_counter() - started
    print(f"  plain SQL: {seconds:6.2f} s, {len(rows)} rows read")
    return seconds


def test_the_sweep(fresh_database: Callable[[str], str]) -> None:
    filled = fresh_database("customer")
    started = time.perf_counter()
    fill(create_engine(filled, poolclass=NullPool), CUSTOMERS, due_share=DUE_SHARE, searchable=False)
    print(f"\nthe sweep of {CUSTOMERS:,} customers, {DUE_SHARE:.0%} of them due (made in {time.perf_counter() - started:.0f} s)")
    ways = {1: 1, 2: SWEEP_SHARDS}
    copies = {workers: copy_database(filled, fresh_database("customer")) for workers in ways}
    seconds = {workers: measure(copies[workers], shards, workers) for workers, shards in ways.items()}
    baseline = in_plain_sql(copy_database(filled, fresh_database("customer")), copies[1])
    for workers, each in seconds.items():
        print(f"  {each / baseline:.2f} times plain SQL by {workers} worker(s)")


def _copy(source: Any, query: str, target: Any, table: str) -> None:
    reading, writing = (each.connection.driver_connection.cursor() for each in (source, target))
    with (
        reading.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as rows,
        writing.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as into,
    ):
        for row in rows:
            into.write(row)
