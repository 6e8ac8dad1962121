"""A statement is a PDF that a customer can read, the same for the same bills, and an xlsx of the usage under it."""

import hashlib
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.show_statement import find_statement_file, show_statement
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.jobs import open_job
from tests.integration.billing.office import OTHER_SALES, SALES, YUNFAN, Office, unified

SELLER = Seller("示范通信技术有限公司")


@pytest.fixture
def bill(office: Office) -> UUID:
    customer = office.customer()
    product = office.product(customer)
    office.account(product, customer, "=cmd|yunfan")
    office.account(product, customer, "#let x = 1 *粗* $y$")
    office.price(product, unified("0.0345"), kind="unified")
    lines = [(name, date(2026, 3, day), "CMCC", 1000 * day) for name in ("=cmd|yunfan", "#let x = 1 *粗* $y$") for day in (1, 2)]
    office.report(lines)
    office.run_billing()
    bill_id: UUID = office.value("SELECT id FROM bills")
    return bill_id


def _make(office: Office, bill: UUID) -> tuple[UUID, UUID]:
    jobs: list[UUID] = []

    def start_job(name: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            job_id, _ = open_job(work, name, params["statement_id"], as_of=as_of, params=params)
        jobs.append(job_id)
        return job_id

    return make_statement(office.begin(SALES), start_job, SELLER, bill_ids=[bill]), jobs[0]


def _file(office: Office, statement: UUID, form: str) -> bytes:
    return b"".join(office.files.read(find_statement_file(office.begin(SALES), statement, form)["file_key"]))


def test_the_statement_shows_bills_lines_accounts_and_totals_in_chinese(office: Office, bill: UUID) -> None:
    statement, job = _make(office, bill)
    with pytest.raises(Conflict, match="statement_not_ready"):
        find_statement_file(office.begin(SALES), statement, "pdf")
    office.do_shard(job)
    assert show_statement(office.begin(SALES), statement)["state"] == "done"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(_file(office, statement, "pdf"))).pages)
    for shown in (
        "电子对账单",
        YUNFAN,
        "行业短信",
        "6,000",
        "0.0345",
        "207.00",
        "贰佰零柒元整",
        "=cmd|yunfan",
        "#let x = 1",
        "第 1 页",
    ):
        assert shown in text, shown


def test_the_same_statement_rendered_again_is_the_same_to_the_byte(office: Office, bill: UUID) -> None:
    statement, job = _make(office, bill)
    office.do_shard(job)
    first = _file(office, statement, "pdf")
    office.rows("UPDATE job_shards SET state = 'queued', heartbeat_at = NULL RETURNING number")
    office.do_shard(job)
    again = _file(office, statement, "pdf")
    assert hashlib.sha256(first).digest() == hashlib.sha256(again).digest()


def test_the_usage_detail_has_a_row_for_every_daily_sum_and_no_formulas(office: Office, bill: UUID) -> None:
    statement, job = _make(office, bill)
    office.do_shard(job)
    content = _file(office, statement, "xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["产品", "账号", "日期", "运营商/国家", "数量（条）"]
    assert ["行业短信", "=cmd|yunfan", date(2026, 3, 2), "中国移动", 2000.0] in rows
    assert len(rows) == 5


def test_statements_are_of_one_customer_whose_bills_one_sees(office: Office, bill: UUID) -> None:
    statement, job = _make(office, bill)
    office.do_shard(job)
    with pytest.raises(NotFound, match="statement_not_found"):
        find_statement_file(office.begin(OTHER_SALES), statement, "pdf")
    with pytest.raises(InvalidInput) as refusal:
        make_statement(office.begin(OTHER_SALES), lambda *_: bill, SELLER, bill_ids=[bill])
    assert refusal.value.fields == {"bill_ids.0": ["bill_not_found"]}
