"""Import, matching and automatic write-off of 100,000 receipts against 100,000 customers who owe for 200,000 bills.

Beside it, in the same run and on a copy of the same database: a COPY of the very same receipts and one join by normalised name.
Prints figures; fails on none.
"""

import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import business_date
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from services.payments.domain.names import normalise_payer
from services.payments.domain.statements import ColumnMapping, read_statement
from services.payments.store.customers import bucket_of
from services.payments.store.receipts import find_mapping
from services.payments.store.statement_files import read_sheet
from services.payments.usecases.record_receipt import NewReceipt, record
from tests.bench.databases import connected, copy_database
from tests.bench.hundred_thousand_receipts import NOW, fill, statement

RECEIPTS: Final = 100_000
BATCH: Final = 5_000
_BEGINNING: Final = (0, 0, "unmatched", NOW, 1)


def import_part(url: str, content: bytes, number: int, of: int) -> float:
    """One worker's part of the file, by payer, from its bytes on.

    :returns: the process's largest size in MB.
    """
    database = Database(url, pool_size=2)
    begin = Begin("payments", database, EVENTS, CallContext(Caller.system("import"), as_of=NOW))
    with begin() as work:
        saved = find_mapping(work.session, "generic")
        mapping = ColumnMapping(saved.columns, saved.time_formats, saved.incoming)
    rows = read_statement(read_sheet(content, rows_max=RECEIPTS), mapping, bank_account="", today=business_date(NOW))
    receipts = [NewReceipt(**asdict(row.receipt)) for row in rows if row.receipt is not None]
    mine = [receipt for receipt in receipts if bucket_of(receipt.normalised_payer) % of == number]
    for start in range(0, len(mine), BATCH):
        with begin() as work:
            record(work, mine[start : start + BATCH])
    database.close()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(url: str, content: bytes, workers: int) -> float:
    """Import it all by so many worker processes; prints what came of it.

    :returns: seconds.
    """
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(abs, range(workers)))  # the processes are there, and have imported what they need
        started = time.perf_counter()
        sizes = list(pool.map(import_part, [url] * workers, [content] * workers, range(workers), [workers] * workers))
        seconds = time.perf_counter() - started
    with connected(url) as connection:
        matched = connection.scalar(text("SELECT count(*) FROM receipts WHERE customer_id IS NOT NULL"))
        started_count = connection.scalar(text("SELECT count(*) FROM write_offs"))
    print(
        f"  {workers} worker(s): {seconds:6.2f} s, {RECEIPTS / seconds:6.0f} receipts a second, {matched} matched,"
        f" {started_count} write-offs started, at most {max(sizes):.0f} MB a process"
    )
    return seconds


def in_plain_sql(url: str, content: bytes, table: str) -> float:
    """COPY the receipts as they are, and join them once with the customers' names.

    :returns: seconds.
    """
    rows = _plain_rows(url, content)
    columns = "id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark"
    with connected(url) as connection:
        started = time.perf_counter()
        connection.exec_driver_sql("BEGIN")
        into = f"COPY {table} ({columns}, held, used, match, created_at, version) FROM STDIN"
        with connection.connection.driver_connection.cursor().copy(into) as copy:
            for row in rows:
                copy.write_row(row)
        matched = connection.scalar(
            text(
                f"SELECT count(*) FROM {table} AS r"
                " JOIN customer_names AS n ON n.normalised_name = r.normalised_payer JOIN customers AS c ON c.id = n.customer_id"
            )
        )
        connection.exec_driver_sql("COMMIT")
        seconds = time.perf_counter() - started
    print(f"  COPY into {table}, and a join: {seconds:6.2f} s, {matched} matched")
    return seconds


def _plain_rows(url: str, content: bytes) -> Sequence[tuple[Any, ...]]:
    with connected(url) as connection:
        ids = connection.scalars(text("SELECT gen_random_uuid() FROM generate_series(1, :many)"), {"many": RECEIPTS}).all()
    sheet = read_sheet(content, rows_max=RECEIPTS)[1:]
    return [
        (
            ids[index],
            account,
            number,
            f"{at}+08",
            payer,
            normalise_payer(payer),
            paid_by,
            amount,
            remark,
            0,
            0,
            "unmatched",
            NOW,
            1,
        )
        for index, (account, number, at, payer, paid_by, amount, remark) in enumerate(sheet)
    ]


def test_importing_matching_and_writing_off(fresh_database: Callable[[str], str]) -> None:
    filled = fresh_database("payments")
    fill(create_engine(filled, poolclass=NullPool), RECEIPTS)
    content = statement(RECEIPTS)
    print(f"\n{RECEIPTS:,} receipts, {RECEIPTS:,} customers, {2 * RECEIPTS:,} receivables, a file of {len(content) / 1e6:.1f} MB")
    seconds = {workers: measure(copy_database(filled, fresh_database("payments")), content, workers) for workers in (1, 2)}
    plain = copy_database(filled, fresh_database("payments"))
    with connected(plain) as connection:
        connection.exec_driver_sql("CREATE TABLE bare_receipts AS SELECT * FROM receipts WITH NO DATA")
    baselines = {table: in_plain_sql(plain, content, table) for table in ("bare_receipts", "receipts")}
    for table, baseline in baselines.items():
        for workers, each in seconds.items():
            print(f"  {each / baseline:5.2f} times that into {table} by {workers} worker(s)")
