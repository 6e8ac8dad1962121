"""Statements, asked for and read as people do, in few words."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.show_statement import find_statement_file
from services.kit.caller import Caller
from services.kit.jobs import open_job
from tests.integration.billing.office import SALES, Office, unified

SELLER = Seller("示范通信技术有限公司", "中国工商银行张江支行", "1001281209016888999")


def billed(office: Office) -> UUID:
    """An open bill of March, 207.00, of two accounts whose names look like formulas and markup."""
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


def ask_for(office: Office, *bills: UUID, caller: Caller = SALES, seller: Seller = SELLER) -> tuple[UUID, UUID]:
    """
    :returns: the statement's id and its job's, which nobody has begun.
    """
    jobs: list[UUID] = []

    def start_job(name: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            jobs.append(open_job(work, name, params["statement_id"], as_of=as_of, params=params)[0])
        return jobs[0]

    return make_statement(office.begin(caller), start_job, seller, bill_ids=list(bills)), jobs[0]


def made_of(office: Office, *bills: UUID) -> UUID:
    """A statement with both its files."""
    statement, job = ask_for(office, *bills)
    office.do_shard(job)
    return statement


def make_again(office: Office, job: UUID) -> None:
    """As if neither file had ever been kept."""
    office.rows("UPDATE statements SET pdf_key = NULL, xlsx_key = NULL WHERE job_id = :job RETURNING id", job=job)
    office.rows("UPDATE job_shards SET state = 'queued', heartbeat_at = NULL WHERE job_id = :job RETURNING number", job=job)
    office.do_shard(job)


def file_of(office: Office, statement: UUID, form: str) -> bytes:
    return b"".join(office.files.read(find_statement_file(office.begin(SALES), statement, form)["file_key"]))


def pages_of(office: Office, statement: UUID) -> list[str]:
    """The PDF's text, page by page."""
    return [page.extract_text() for page in PdfReader(BytesIO(file_of(office, statement, "pdf"))).pages]


def sheet_of(office: Office, statement: UUID, name: str) -> list[list[Any]]:
    """A sheet of the usage detail."""
    return CalamineWorkbook.from_filelike(BytesIO(file_of(office, statement, "xlsx"))).get_sheet_by_name(name).to_python()


def kept_files(office: Office) -> int:
    """How many files there are, of whomever."""
    return sum(path.is_file() for path in office.folder.rglob("*"))
