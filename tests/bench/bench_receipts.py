"""Import, matching and automatic write-off of 100,000 receipts against 100,000 customers who owe for 200,000 bills.

Beside it, in the same run and on a copy of the same database: a COPY of the very same receipts and one join by normalised name.
Prints figures; fails on none.
"""

import csv
import io
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import business_date
from services.kit.database import Database
from services.kit.files import FolderStore
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin
from services.payments.domain.names import normalise_payer
from services.payments.usecases.import_receipts import import_receipts, run_receipt_import
from tests.bench.databases import connected, copy_database
from tests.bench.hundred_thousand_receipts import NOW, fill, statement
from tests.bench.worker_processes import most_megabytes, worker_processes

RECEIPTS: Final = 100_000
_BEGINNING: Final = (0, 0, "unmatched", NOW, 1)


def import_all(url: str, folder: str, content: bytes) -> tuple[float, float]:
    """Import the file as a worker does, from its bytes on, in a process of its own; prints what came of it.

    :returns: seconds, and the process's largest size in MB.
    """
    database, files = Database(url, pool_size=2), FolderStore(Path(folder))
    begin = Begin("payments", database, EVENTS, CallContext(Caller.system("import"), as_of=NOW))
    asked: list[dict[str, Any]] = []

    def note_job(_name: str, _as_of: date, params: dict[str, Any]) -> UUID:
        asked.append(params)
        return new_id()

    stored = files.save(io.BytesIO(content), max_bytes=len(content))
    started = time.perf_counter()
    import_receipts(begin, files, note_job, file_key=stored.key, file_name="bench.csv", mapping="generic", bank_account="")
    for params in asked:  # a short file is done by who asks for it
        run_receipt_import(Shard(begin, new_id(), 0, 1, business_date(NOW), params, files))
    seconds = time.perf_counter() - started
    database.close()
    return seconds, most_megabytes()


def measure(url: str, folder: Path, content: bytes, receipts: int = RECEIPTS) -> float:
    """Import the file as a worker does; prints what came of it.

    :param receipts: how many it has.
    :returns: seconds.
    """
    with worker_processes(1, __name__) as pool:
        seconds, megabytes = pool.submit(import_all, url, str(folder), content).result()
    with connected(url) as connection:
        matched = connection.scalar(text("SELECT count(*) FROM receipts WHERE customer_id IS NOT NULL"))
        write_offs = connection.scalar(text("SELECT count(*) FROM write_offs"))
    print(
        f"  one worker: {seconds:6.2f} s, {receipts / seconds:6.0f} receipts a second, {matched} matched,"
        f" {write_offs} write-offs started, {megabytes:.0f} MB"
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
    lines = list(csv.reader(io.StringIO(content.decode())))[1:]
    return [
        (ids[index], account, number, f"{at}+08", payer, normalise_payer(payer), paid_by, amount, remark, *_BEGINNING)
        for index, (account, number, at, payer, paid_by, amount, remark) in enumerate(lines)
    ]


def test_importing_matching_and_writing_off(fresh_database: Callable[[str], str], tmp_path: Path) -> None:
    filled = fresh_database("payments")
    fill(create_engine(filled, poolclass=NullPool), RECEIPTS)
    content = statement(RECEIPTS)
    print(f"\n{RECEIPTS:,} receipts, {RECEIPTS:,} customers, {2 * RECEIPTS:,} receivables, a file of {len(content) / 1e6:.1f} MB")
    seconds = measure(copy_database(filled, fresh_database("payments")), tmp_path, content)
    plain = copy_database(filled, fresh_database("payments"))
    with connected(plain) as connection:
        connection.exec_driver_sql("CREATE TABLE bare_receipts AS SELECT * FROM receipts WITH NO DATA")
    for table in ("bare_receipts", "receipts"):
        print(f"  {seconds / in_plain_sql(plain, content, table):5.2f} times that")
