"""A statement's files are made in the background, with a progress; whatever happens to workers, one statement has them both
(spec, billing.md, "Reconciliation")."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from services.billing.documents.statement_pdf import render_pdf
from services.billing.store import statements
from services.billing.usecases import render_statement
from services.billing.usecases.show_statement import find_statement_file, show_statement
from services.kit.caller import Caller
from services.kit.errors import Conflict
from services.kit.jobs import Shard, fail_shard, take_shard
from tests.integration.billing.office import SALES, Office
from tests.integration.billing.statements import ask_for, billed, file_of, kept_files, made_of, sheet_of

_CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bill(office: Office) -> UUID:
    return billed(office)


def test_each_file_can_be_had_as_soon_as_it_is_there_and_a_second_try_makes_what_is_missing(
    office: Office, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, job = ask_for(office, bill)
    with monkeypatch.context() as patch:
        patch.setattr(render_statement, "UsageSheet", _broken)
        with pytest.raises(OSError, match="the disk is full"):
            office.do_shard(job)
    shown = show_statement(office.begin(SALES), statement)
    assert (shown["state"], shown["has_pdf"], shown["has_xlsx"]) == ("running", True, False)
    assert (shown["done"], shown["total"]) == (4, 6)  # the PDF's bill, line and two accounts; the detail's two accounts
    first = find_statement_file(office.begin(SALES), statement, "pdf")
    with pytest.raises(Conflict, match="statement_not_ready"):
        find_statement_file(office.begin(SALES), statement, "xlsx")

    shard = take_shard(office.begin(Caller.system("billing")), job, 0, office.files)
    assert shard is None  # another worker is on it, for all anybody knows
    office.rows("UPDATE job_shards SET heartbeat_at = '2026-01-01' RETURNING number")
    office.do_shard(job)
    shown = show_statement(office.begin(SALES), statement)
    assert (shown["state"], shown["has_pdf"], shown["has_xlsx"]) == ("done", True, True)
    assert (shown["done"], shown["total"]) == (6, 6)
    assert find_statement_file(office.begin(SALES), statement, "pdf") == first
    assert kept_files(office) == 2


def test_progress_is_told_in_rows_of_the_pdf_and_accounts_of_the_detail(
    office: Office, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_ROWS_AT_ONCE", 1)
    monkeypatch.setattr(render_statement, "_REPORTED_PIECES", 1)
    told: list[tuple[int, int | None]] = []
    monkeypatch.setattr(Shard, "report", lambda _shard, done, total=None: told.append((done, total)))
    made_of(office, bill)
    assert told == [(0, 6), (4, None), (4, None), (4, None), (5, None), (5, None), (6, None)]


def _broken(*_: Any) -> Any:
    raise OSError("the disk is full")


def test_a_failed_statement_says_why(office: Office, bill: UUID) -> None:
    statement, job = ask_for(office, bill)
    for _ in range(5):
        office.rows("UPDATE job_shards SET heartbeat_at = '2026-01-01' WHERE state = 'running' RETURNING number")
        shard = take_shard(office.begin(Caller.system("billing")), job, 0, office.files)
        assert shard is not None
        fail_shard(shard, "OSError: the disk is full")
    shown = show_statement(office.begin(SALES), statement)
    assert (shown["state"], shown["errors"]) == ("failed", ["OSError: the disk is full"])


def test_two_workers_at_once_leave_one_statement_with_two_files(
    office: Office, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, job = ask_for(office, bill)
    first = take_shard(office.begin(Caller.system("billing")), job, 0, office.files)
    office.rows("UPDATE job_shards SET heartbeat_at = '2026-01-01' RETURNING number")  # wrongly: the first is alive
    second = take_shard(office.begin(Caller.system("billing")), job, 0, office.files)
    assert first is not None
    assert second is not None
    both = Barrier(2)

    def render_together(shown: Mapping[str, Any], made_at: Any) -> bytes:
        both.wait()
        return render_pdf(shown, made_at)

    monkeypatch.setattr("services.billing.usecases.render_statement.render_pdf", render_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(render_statement.render_statement, (first, second)))
    assert kept_files(office) == 2
    assert file_of(office, statement, "pdf").startswith(b"%PDF")
    assert file_of(office, statement, "xlsx").startswith(b"PK")
    assert office.value("SELECT count(*) FROM audit_entries WHERE action = 'statement_file_made'") == 2


def test_a_worker_killed_in_the_middle_and_another_leave_one_statement_with_both_files(office: Office, bill: UUID) -> None:
    statement, job = ask_for(office, bill)
    program = [sys.executable, str(Path(__file__).with_name("statement_process.py"))]
    with subprocess.Popen(
        [*program, office.database.url, str(job), str(office.folder)],
        env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "rows of the usage detail are written\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    pdf = file_of(office, statement, "pdf")
    assert show_statement(office.begin(SALES), statement)["state"] == "running"

    office.rows("UPDATE job_shards SET heartbeat_at = '2026-01-01' RETURNING number")
    office.do_shard(job)
    assert show_statement(office.begin(SALES), statement)["state"] == "done"
    assert file_of(office, statement, "pdf") == pdf
    assert len(sheet_of(office, statement, "用量明细")) == 5
    assert (office.value("SELECT count(*) FROM statements"), kept_files(office)) == (1, 2)
