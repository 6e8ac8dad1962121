"""How long 3 million lines of usage take from a file, beside the bare COPY of the same lines into a table without an index; how
much memory that needs; and how long lines take by events.

Prints figures and fails on none. The lines are a month's: 50,000 accounts, 60 lines of each, on days and over operators by
chance; day by day, as the messaging platform exports them, and once in no order at all.
"""

import io
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from services.billing.store.raw_lines import driver_cursor
from services.billing.usecases.import_usage import show_usage_import, start_usage_import
from services.billing.usecases.record_usage import Report, record_reported_usage
from services.contracts.billing import EVENTS
from services.contracts.external import USAGE_LINES_MAX
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.files import FolderStore, StoredFile
from services.kit.ids import new_id
from services.kit.jobs import open_job
from services.kit.unit_of_work import Begin
from tests.servers.databases import NeededDatabases

ACCOUNTS: Final = 50_000
LINES_OF_ACCOUNT: Final = 60
LINES: Final = ACCOUNTS * LINES_OF_ACCOUNT
EVENT_LINES: Final = 300_000
_HEADER: Final = "账号,日期,运营商,数量\n"
_BARE: Final = "CREATE TABLE bare (report uuid, account text, day date, operator text, quantity bigint)"
_PIECE: Final = 1024 * 1024
_AS_OF: Final = datetime(2026, 4, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("billing"), pool_size=3)
    yield database
    database.close()


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The lines as a file has them, day by day."""
    chance = random.Random(20_260_310)
    days = [f"2026-03-{day:02}" for day in range(1, 32)]
    made = [
        f"yunfan{account:06},{chance.choice(days)},{chance.choice(('CMCC', 'CUCC', 'CTCC'))},{chance.randrange(5_000)}\n"
        for account in range(ACCOUNTS)
        for _ in range(LINES_OF_ACCOUNT)
    ]
    return sorted(made, key=lambda line: line.split(",")[1])


def _store(folder: Path, lines: list[str]) -> StoredFile:
    content = (_HEADER + "".join(lines)).encode()
    return FolderStore(folder).save(io.BytesIO(content), max_bytes=len(content))


def _begin(database: Database) -> Begin:
    return Begin("billing", database, EVENTS, CallContext(Caller.system("billing"), as_of=_AS_OF))


def _bare_copy(database: Database, lines: list[str]) -> float:
    """Seconds of the COPY of text that is there already."""
    report = str(new_id())
    content = "".join(f"{report},{line}" for line in lines).encode()
    with database.session() as session, session.begin():
        session.connection().exec_driver_sql("DROP TABLE IF EXISTS bare")
        session.connection().exec_driver_sql(_BARE)
    began = time.perf_counter()
    with database.session() as session, session.begin():
        statement = "COPY bare FROM STDIN WITH (DELIMITER ',')"
        with driver_cursor(session) as cursor, cursor.copy(statement) as copy:
            for at in range(0, len(content), _PIECE):
                copy.write(content[at : at + _PIECE])
    return time.perf_counter() - began


def _open_import(database: Database, stored: StoredFile, report_id: str) -> tuple[UUID, UUID]:
    """
    :returns: the import's id and its job's.
    """
    jobs: list[UUID] = []

    def start_job(job: str, as_of: date, params: dict[str, Any]) -> UUID:
        with _begin(database)() as work:
            job_id, _ = open_job(work, job, params["import_id"], as_of=as_of, params=params)
        jobs.append(job_id)
        return job_id

    named = {"file_name": "用量.csv", "source": "bench", "report_id": report_id}
    started = start_usage_import(_begin(database), start_job, file_key=stored.key, sha256=stored.sha256, replaces=None, **named)
    return started.id, jobs[0]


def _load(database: Database, folder: Path, stored: StoredFile, report_id: str) -> dict[str, float]:
    """The whole use case from the stored file, in a process of its own as a worker is."""
    import_id, job_id = _open_import(database, stored, report_id)
    command = [sys.executable, "-m", "tests.integration.billing.import_process", database.url, str(folder), str(job_id)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    done = show_usage_import(_begin(database), import_id)
    assert (done.state, done.row_count) == ("counted", LINES), done.errors[:3]
    return figures


def _print(what: str, figures: dict[str, float], bare_seconds: float) -> None:
    seconds = figures["seconds"]
    print(
        f"{what:58} {seconds:6.2f} s  {seconds / bare_seconds:5.2f} x  {LINES / seconds:9,.0f} lines/s"
        f"  {figures['peak_mb']:4.0f} MB at most"
    )


def test_three_million_lines_from_a_file(database: Database, lines: list[str], tmp_path: Path) -> None:
    stored = _store(tmp_path, lines)
    print(f"\n{LINES:,} lines, {stored.size_bytes / 1024 / 1024:.0f} MB, {ACCOUNTS:,} accounts, one month")
    bare = [_bare_copy(database, lines)]
    fresh = _load(database, tmp_path, stored, "first")
    bare.append(_bare_copy(database, lines))
    again = _load(database, tmp_path, stored, "first")
    added = _load(database, tmp_path, stored, "second")
    bare.append(_bare_copy(database, lines))
    bare_seconds = sorted(bare)[1]
    sums = _value(database, "SELECT count(*) FROM usage_daily")
    shuffled = [line.replace("-03-", "-01-") for line in random.Random(1).sample(lines, len(lines))]
    in_no_order = _load(database, tmp_path, _store(tmp_path, shuffled), "shuffled")
    print(f"{'bare COPY of their text into a table without an index':58} {bare_seconds:6.2f} s  " + _seconds(bare))
    _print(f"import of the file: lines, {sums:,} daily sums", fresh, bare_seconds)
    _print("as many of another month, in no order", in_no_order, bare_seconds)
    _print("the same file again: read, found counted", again, bare_seconds)
    _print("another report of the same days: every sum is there", added, bare_seconds)
    assert _value(database, "SELECT sum(quantity) FROM usage_daily") == 3 * sum(int(line.rsplit(",", 1)[1]) for line in lines)


def test_lines_by_events(database: Database, lines: list[str]) -> None:
    reports = [
        [
            {"account": account, "day": date.fromisoformat(day), "operator": operator, "quantity": int(quantity)}
            for account, day, operator, quantity in (line.strip().split(",") for line in lines[at : at + USAGE_LINES_MAX])
        ]
        for at in range(0, EVENT_LINES, USAGE_LINES_MAX)
    ]
    bare_seconds = _bare_copy(database, lines[:EVENT_LINES])
    began = time.perf_counter()
    for number, report in enumerate(reports):
        record_reported_usage(_begin(database), Report("bench", f"event-{number}", None, "event"), report)
    seconds = time.perf_counter() - began
    print(
        f"\n{EVENT_LINES:,} lines in {len(reports)} reports of {USAGE_LINES_MAX:,}, one after the other: {seconds:.2f} s,"
        f" {EVENT_LINES / seconds:,.0f} lines/s; bare COPY of all at once {bare_seconds:.2f} s"
    )


def _value(database: Database, query: str) -> Any:
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def _seconds(measured: list[float]) -> str:
    return "(of " + ", ".join(f"{each:.2f}" for each in measured) + ")"
