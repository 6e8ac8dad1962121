"""Large loads of usage: straight into empty months, on top of sums, spilled out of memory; refused, killed, repeated."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.billing.store import daily_sums
from services.billing.usecases.import_usage import show_usage_import, start_usage_import
from services.contracts.billing_usage_calls import UsageImport
from services.kit.database import Database
from services.kit.errors import Conflict
from services.kit.ids import new_id
from services.kit.jobs import open_job
from services.kit.migration import migrate
from tests.integration.billing.office import Office

DAY, NEXT = date(2026, 3, 31), date(2026, 4, 1)
HEADER = "account,day,operator,quantity\n"
PATIENCE_SECONDS = 60


def _content(lines: list[tuple[str, date, str, int]]) -> bytes:
    return (HEADER + "".join(f"{account},{day},{operator},{quantity}\n" for account, day, operator, quantity in lines)).encode()


def _ask(office: Office, content: bytes, **named: Any) -> tuple[UUID, UUID]:
    """
    :returns: the import's id and its job's.
    """
    stored = office.files.save(BytesIO(content), max_bytes=100_000_000)
    jobs: list[UUID] = []

    def start_job(job: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            job_id, _ = open_job(work, job, params["import_id"], as_of=as_of, params=params)
        jobs.append(job_id)
        return job_id

    values = {"source": "file", "report_id": "", "replaces": None, **named}
    started = start_usage_import(
        office.begin(), start_job, file_key=stored.key, file_name="用量.csv", sha256=stored.sha256, **values
    )
    return started.id, jobs[0]


def _import(office: Office, lines: list[tuple[str, date, str, int]], **named: Any) -> Any:
    import_id, job_id = _ask(office, _content(lines), **named)
    office.do_shard(job_id)
    return show_usage_import(office.begin(), import_id)


def _sums(office: Office) -> dict[tuple[str, date, str], int]:
    rows = office.rows("SELECT account, day, operator, quantity FROM usage_daily")
    return {(row.account, row.day, row.operator): row.quantity for row in rows}


LINES = [(f"a{number % 7}", DAY if number % 3 else NEXT, "CMCC" if number % 2 else "CUCC", number) for number in range(60)]
TOTAL = sum(quantity for *_, quantity in LINES)


def _expected(times: int = 1) -> dict[tuple[str, date, str], int]:
    expected: dict[tuple[str, date, str], int] = {}
    for account, day, operator, quantity in LINES:
        expected[account, day, operator] = expected.get((account, day, operator), 0) + quantity * times
    return expected


@pytest.fixture
def straight(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Reports of any size try to write their sums without looking for each; whether they may is told."""
    monkeypatch.setattr(daily_sums, "DIRECT_LINES_MIN", 1)
    went: list[bool] = []
    take, has_sums = daily_sums._take_months, daily_sums._has_sums

    def asked(*question: Any) -> bool:
        there = has_sums(*question)
        went.append(not there)
        return there

    def taken(*question: Any) -> bool:
        free = take(*question)
        if not free:
            went.append(False)
        return free

    monkeypatch.setattr(daily_sums, "_has_sums", asked)
    monkeypatch.setattr(daily_sums, "_take_months", taken)
    return went


def test_days_without_sums_get_theirs_straight_and_others_theirs_on_top(office: Office, straight: list[bool]) -> None:
    assert _import(office, LINES, report_id="first").state == "counted"
    assert _import(office, LINES, report_id="second").state == "counted"
    assert (straight, _sums(office)) == ([True, False], _expected(2))


def test_loads_of_one_month_at_once_lose_nothing_whichever_goes_straight(office: Office, straight: list[bool]) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: office.report(LINES, f"load-{number}"), range(12)))
    assert straight.count(True) <= 1
    assert _sums(office) == _expected(12)


def test_more_sums_than_memory_shall_hold_are_added_up_by_the_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.billing.store.usage_staging.WEIGHT_MAX", 30)
    monkeypatch.setattr("services.billing.documents.usage_file._BLOCK_ROWS", 10)
    quoted = HEADER + "".join(f'"{account}",{day},{operator},{quantity}\n' for account, day, operator, quantity in LINES)
    import_id, job_id = _ask(office, quoted.encode(), report_id="first")
    office.do_shard(job_id)
    done = show_usage_import(office.begin(), import_id)
    assert (done.state, done.row_count, _sums(office)) == ("counted", len(LINES), _expected())
    monkeypatch.undo()
    assert _import(office, LINES, report_id="first").result["repeated"] is True, "its fingerprint is the same"


def test_the_same_report_counts_once_whatever_the_way_it_came(office: Office) -> None:
    counted = office.report(LINES, "march", source="platform")
    by_file = _import(office, LINES[::-1], report_id="march", source="platform")
    assert (by_file.result["repeated"], by_file.result["id"]) == (True, str(counted["id"]))
    assert _sums(office) == _expected()
    differs = _import(office, [*LINES[:-1], ("a0", DAY, "CMCC", 1)], report_id="march", source="platform")
    assert (differs.state, differs.errors[0]["code"]) == ("refused", "usage_report_differs")
    (told,) = UsageImport().dump(differs)["errors"]
    assert told["words_zh"].startswith("来源 platform 的报告 march 已计入，但内容不同")


def test_names_that_copy_takes_for_something_else_are_kept_as_they_are(office: Office) -> None:
    names = ["a\\b", "\\N", "\\.", "a\tb", "a\nb", "a'b", 'a"b', "账号", "a\x0bb", "𠀀"]
    lines = [(name, DAY, "CMCC", 1) for name in names]
    office.report(lines, "march")
    assert {key[0] for key in _sums(office)} == set(names)
    assert {row.account for row in office.rows("SELECT account FROM usage_lines")} == set(names)
    quoted = HEADER + "".join('"{}",2026-03-31,CMCC,1\n'.format(name.replace('"', '""')) for name in names)
    import_id, job_id = _ask(office, quoted.encode(), report_id="march", source="platform")
    office.do_shard(job_id)
    done: Any = show_usage_import(office.begin(), import_id)
    assert done.result["repeated"] is True


def test_a_file_with_a_wrong_row_at_its_end_leaves_nothing_of_the_rows_before_it(office: Office) -> None:
    content = _content(LINES * 200) + b"a1,2026-03-31,XX,1\n"
    import_id, job_id = _ask(office, content)
    office.do_shard(job_id)
    done = show_usage_import(office.begin(), import_id)
    assert (done.state, done.row_count) == ("refused", 12_001)
    assert [(error["row"], error["field"], error["value"]) for error in done.errors] == [(12_002, "operator", "XX")]
    assert (office.value("SELECT count(*) FROM usage_lines"), _sums(office)) == (0, {})


def test_at_most_a_thousand_wrong_rows_are_told(office: Office) -> None:
    import_id, job_id = _ask(office, (HEADER + "a1,2026-03-31,XX,1\n" * 3_000).encode())
    office.do_shard(job_id)
    done = show_usage_import(office.begin(), import_id)
    assert (done.row_count, len(done.errors), done.errors[-1]["row"]) == (3_000, 1_000, 1_001)


@contextmanager
def _holding(office: Office, lock: int) -> Iterator[None]:
    """Somebody else holds an advisory lock that the load needs; it stands still there."""
    engine = create_engine(office.database.url, poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        yield
    engine.dispose()


def _await(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE_SECONDS
    while not condition():
        assert monotonic() < end, "waited in vain"


@pytest.mark.parametrize("stands_at", [0x5041, 0x4143], ids=["in the middle of its lines", "before its end"])
def test_a_load_whose_worker_is_killed_counts_once_when_it_is_run_again(office: Office, stands_at: int) -> None:
    # April's partitions are made in the middle, and that is where the first of the two locks is asked for.
    lines = [(f"a{number}", DAY, "CMCC", 1) for number in range(4_000)] + [
        (f"a{number}", NEXT, "CMCC", 1) for number in range(4_000)
    ]
    office.report([("other", DAY, "CMCC", 1)])
    import_id, job_id = _ask(office, _content(lines))
    command = [
        sys.executable,
        "-m",
        "tests.integration.billing.import_process",
        office.database.url,
        str(office.folder),
        str(job_id),
    ]
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with _holding(office, stands_at):
        worker = subprocess.Popen(command)
        try:
            _await(lambda: bool(office.value(waiting)))
        finally:
            worker.kill()
            worker.wait()
    _await(lambda: not office.value(waiting))
    assert office.value("SELECT count(*) FROM usage_reports WHERE source = 'file'") == 0
    assert office.value("SELECT count(*) FROM usage_lines") == 1

    office.rows("UPDATE job_shards SET heartbeat_at = heartbeat_at - INTERVAL '10 minutes' RETURNING 1")
    assert office.do_shard(job_id) is not None
    office.rows("UPDATE job_shards SET state = 'queued', heartbeat_at = NULL RETURNING 1")
    assert office.do_shard(job_id) is not None, "run once more, as after a kill at its very end"
    assert show_usage_import(office.begin(), import_id).state == "counted"
    assert office.value("SELECT sum(quantity) FROM usage_daily") == 8_001
    assert office.value("SELECT count(*) FROM usage_lines") == 8_001


def test_two_workers_on_one_file_count_it_once(office: Office) -> None:
    _, job_id = _ask(office, _content(LINES))
    _, other_job_id = _ask(office, _content(LINES))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(office.do_shard, [job_id, other_job_id]))
    assert (_sums(office), office.value("SELECT count(*) FROM usage_reports")) == (_expected(), 1)


_OLD_PARTITIONS = {
    "2026_03": "FROM ('2026-03-01') TO ('2026-04-01')",
    "2026_04": "FROM ('2026-04-01') TO ('2026-05-01')",
}
_OLD_REPORT = """
INSERT INTO usage_reports (id, source, report_id, replaces, way, line_count, quantity, first_day, last_day, fingerprint,
    is_counted, recorded_at)
VALUES (:id, 'platform', 'march', NULL, 'http', :count, :quantity, '2026-03-31', '2026-04-01', 4711, true, now())
"""
_OLD_LINE = "INSERT INTO usage_lines VALUES (:id, :account, :day, :operator, :quantity)"
_OLD_SUMS = """
INSERT INTO usage_daily SELECT account, day, operator, sum(quantity) FROM usage_lines GROUP BY account, day, operator
"""
_OLD_ACCOUNT = """
INSERT INTO accounts (id, identifier, product_id, customer_id, signature, status, changed_at, version)
VALUES (:id, 'a1', :id, :id, '', 'active', :changed_at, 1)
"""


def test_what_was_counted_before_stays_and_its_reports_again_count_once(
    fresh_database: Callable[[str], str], office: Office
) -> None:
    """A database from before daily sums by month."""
    url = fresh_database("billing")
    engine = create_engine(url, poolclass=NullPool)
    report, earlier, later = new_id(), new_id(), new_id()
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("billing", url, to="0003")
    with engine.begin() as connection:
        for month, bounds in _OLD_PARTITIONS.items():
            connection.execute(text(f"CREATE TABLE usage_lines_{month} PARTITION OF usage_lines FOR VALUES {bounds}"))
        connection.execute(text(_OLD_REPORT), {"id": report, "count": len(LINES), "quantity": TOTAL})
        connection.execute(
            text(_OLD_LINE),
            [{"id": report, "account": each[0], "day": each[1], "operator": each[2], "quantity": each[3]} for each in LINES],
        )
        connection.execute(text(_OLD_SUMS))
        connection.execute(
            text(_OLD_ACCOUNT), [{"id": later, "changed_at": "2026-03-02"}, {"id": earlier, "changed_at": "2026-03-01"}]
        )
    migrate("billing", url)
    office.database = Database(url, pool_size=3)
    assert _sums(office) == _expected()
    assert office.value("SELECT account_id FROM account_names WHERE name = 'a1'") == later
    assert office.report(LINES[::-1], "march")["repeated"] is True
    with pytest.raises(Conflict, match="usage_report_differs"):
        office.report([*LINES[:-1], ("a0", DAY, "CMCC", 1)], "march")
    office.report([("a1", DAY, "CMCC", 1)], "march-2", replaces="march")
    assert {key: quantity for key, quantity in _sums(office).items() if quantity} == {("a1", DAY, "CMCC"): 1}
    office.database.close()
