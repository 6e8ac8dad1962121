"""Statements and usage details through the whole code of their job, beside the bare writing of the same rows.

The baseline writes the detail's rows by XlsxWriter's own calls for each kind of cell, in constant memory: as a worker must, whose
memory is not to grow with the rows. What the library does by default (all rows and texts in memory) is told beside it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import xlsxwriter
from pypdf import PdfReader

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.show_statement import find_statement_file
from services.kit.database import Database
from services.kit.jobs import open_job
from tests.integration.billing.office import SALES, Office
from tests.servers.databases import NeededDatabases

ROUNDS: Final = 3
DETAIL_ROWS: Final = 100_000
_SELLER: Final = Seller("示范通信技术有限公司", "中国工商银行上海张江支行", "1001281209016888123")
_MARCH: Final = [date(2026, 3, 1) + timedelta(days=day) for day in range(31)]

_BILLS: Final = """
INSERT INTO bills (id, number, serial, customer_id, customer_name, product_id, product_name, product_type, payment_mode, month,
    billing_cycle_months, needs_invoice, quantity, amount, rounding, state, receivable_version, invoice_reserved, invoiced,
    created_at, version)
SELECT gen_random_uuid(), '账单-2026-03-上海云帆网络科技有限公司-' || :product || '-' || n, n, :customer,
    '上海云帆网络科技有限公司', gen_random_uuid(), :product, 'industry_sms', 'postpaid', '2026-03-01', 1, true,
    :lines * 100000, :lines * 3450.00, 'line',
    'open', 0, 0, 0, now(), 1
FROM generate_series(1, :bills) AS n
RETURNING id
"""
_LINES: Final = """
INSERT INTO bill_lines
SELECT bills.id, n, bills.id, bills.id, 'tiered', (ARRAY['CMCC', 'CUCC', 'CTCC'])[n % 3 + 1], '2026-03-01', '2026-03-31', n,
    (n - 1) * 100000, n * 100000, 100000 + serial * 53 + n, 0.0345, 3450.00 + serial + n
FROM bills, generate_series(1, :lines) AS n
WHERE bills.product_name = :product RETURNING number
"""
_ACCOUNTS: Final = """
INSERT INTO bill_accounts
SELECT bills.id, gen_random_uuid(), :product || '_account_' || bills.serial || '_' || n, 1000, 34.50
FROM bills, generate_series(1, :accounts) AS n WHERE bills.product_name = :product RETURNING quantity
"""
_USAGE: Final = """
INSERT INTO usage_daily
SELECT identifier, '2026-03-01'::date + day, operator, 1000 + day
FROM bill_accounts JOIN bills ON bills.id = bill_id, generate_series(0, 30) AS day,
    unnest(ARRAY['CMCC', 'CUCC', 'CTCC']) AS operator
WHERE bills.product_name = :product
ORDER BY 1, 2, 3 LIMIT :rows RETURNING quantity
"""


@dataclass(frozen=True)
class Measured:
    """One run.

    :param cpu_seconds: of the processor, on a machine that others use, too.
    :param peak_mb: by how much the process grew meanwhile, at most. Only the first run tells: what it took is kept.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float


def _measured(work: Callable[[], object]) -> Measured:
    before = _reset_peak()
    began, cpu_began = time.perf_counter(), time.process_time()
    work()
    return Measured(time.perf_counter() - began, time.process_time() - cpu_began, _memory("VmHWM") - before)


def _best(runs: list[Measured]) -> float:
    return min(run.seconds for run in runs)


def _told(runs: list[Measured]) -> str:
    return f"{_best(runs):.3f} s ({min(run.cpu_seconds for run in runs):.3f} s of the processor, {runs[0].peak_mb:.0f} MB more)"


def _reset_peak() -> float:
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(name: str) -> float:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


@pytest.fixture
def office(module_databases: NeededDatabases, tmp_path: Path) -> Iterator[Office]:
    database = Database(module_databases.of("billing"), pool_size=4)
    yield Office(database, tmp_path)
    database.close()


def _billed(office: Office, customer: UUID, product: str, bills: int, lines: int, accounts: int) -> list[UUID]:
    made = office.rows(_BILLS, customer=customer, product=product, bills=bills, lines=lines)
    office.rows(_LINES, product=product, lines=lines)
    office.rows(_ACCOUNTS, product=product, accounts=accounts)
    return [row.id for row in made]


def _ask(office: Office, bills: list[UUID]) -> tuple[UUID, UUID]:
    jobs: list[UUID] = []

    def start_job(name: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            jobs.append(open_job(work, name, params["statement_id"], as_of=as_of, params=params)[0])
        return jobs[0]

    return make_statement(office.begin(SALES), start_job, _SELLER, bill_ids=bills), jobs[0]


def _make(office: Office, job: UUID, column: str, statement: UUID) -> None:
    """Do the job anew, of one file alone."""
    other = {"pdf_key": "xlsx_key", "xlsx_key": "pdf_key"}[column]
    office.rows(f"UPDATE statements SET {column} = NULL, {other} = 'there' WHERE id = :id RETURNING id", id=statement)
    office.rows("UPDATE job_shards SET state = 'queued', heartbeat_at = NULL WHERE job_id = :id RETURNING number", id=job)
    office.do_shard(job)


def test_a_usage_detail(office: Office, tmp_path: Path) -> None:
    accounts = -(-DETAIL_ROWS // (len(_MARCH) * 3))
    selected = _billed(office, office.customer(), "detail", 1, 3, accounts)
    office.report([("somebody", _MARCH[0], "CMCC", 1)])  # makes the month's partition
    office.rows(_USAGE, product="detail", rows=DETAIL_ROWS)
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE usage_daily")
    statement, job = _ask(office, selected)
    names = {"CMCC": "中国移动", "CUCC": "中国联通", "CTCC": "中国电信"}
    rows = [
        ("detail", row.account, row.day, names[row.operator], row.quantity)
        for row in office.rows("SELECT * FROM usage_daily WHERE account <> 'somebody' ORDER BY account, day, operator")
    ]
    assert len(rows) == DETAIL_ROWS
    ours, bare, default = [], [], []
    for _ in range(ROUNDS):  # in turns, so that whoever else is busy slows all alike
        ours.append(_measured(lambda: _make(office, job, "xlsx_key", statement)))
        bare.append(_measured(lambda: _write_barely(tmp_path / "bare.xlsx", rows, constant_memory=True)))
        default.append(_measured(lambda: _write_barely(tmp_path / "bare.xlsx", rows, constant_memory=False)))
    print(
        f"\nusage detail of {DETAIL_ROWS:,} rows: {_told(ours)}; the bare writing {_told(bare)}: "
        f"{_best(ours) / _best(bare):.2f} times (the library's default {_told(default)})"
    )


@pytest.mark.parametrize(("bills", "lines", "pages_about"), [(3, 8, 2), (160, 46, 200)])
def test_a_statement(office: Office, bills: int, lines: int, pages_about: int) -> None:
    customer = office.customer()
    asked, made, statements = [], [], []
    for number in range(ROUNDS):  # other bills each time: what was set once is set quicker again
        selected = _billed(office, customer, f"{pages_about}p{number}", bills, lines, accounts=4)
        asked.append(_measured(lambda: _ask(office, selected)))  # noqa: B023  # called here
        statement, job = _ask(office, selected)
        statements.append(statement)
        made.append(_measured(lambda: _make(office, job, "pdf_key", statement)))  # noqa: B023  # as above
    key = find_statement_file(office.begin(SALES), statements[-1], "pdf")["file_key"]
    pages = len(PdfReader(BytesIO(b"".join(office.files.read(key)))).pages)
    assert abs(pages - pages_about) <= 0.1 * pages_about
    print(
        f"\nstatement of {pages} pages, {bills * (lines + 5):,} rows: asked for in {_best(asked):.3f} s, "
        f"its PDF made in {_told(made)}"
    )


def _write_barely(path: Path, rows: list[tuple[str, str, date, str, int]], *, constant_memory: bool) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory})
    sheet = book.add_worksheet()
    day_format, number_format = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "#,##0"})
    for number, (product, account, day, operator, quantity) in enumerate(rows):
        sheet.write_string(number, 0, product)
        sheet.write_string(number, 1, account)
        sheet.write_datetime(number, 2, day, day_format)
        sheet.write_string(number, 3, operator)
        sheet.write_number(number, 4, quantity, number_format)
    book.close()
