"""Make a statement's PDF and usage detail (spec, billing.md, "Reconciliation")."""

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.billing.documents.statement_pdf import render_pdf
from services.billing.documents.usage_sheet import UsageSheet
from services.billing.store.statement_tables import StatementDocument
from services.billing.store.statements import UsageRow, find_document, lock_statement, usage_under
from services.billing.store.tables import Statement
from services.contracts.segment_words import segment_name
from services.kit.blocking import run_blocking
from services.kit.clock import Month
from services.kit.files import FileStore, StoredFile
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin

FILE_BYTES_MAX: Final = 500 * 1024 * 1024
_REPORTED_PIECES: Final = 4


def render_statement(shard: Shard) -> dict[str, Any]:
    """Make each file that is not there yet, and name it in the statement as soon as it is. Killed at any point, the next run
    makes what is missing: the PDF byte for byte the same, the usage detail of the usage as it is then.

    Progress is in rows of the PDF, and in accounts of the usage detail.
    """
    files = shard.files
    assert files is not None, "a worker gives its jobs a file store"
    statement_id = UUID(shard.params["statement_id"])
    with shard.begin() as work:
        statement = lock_statement(work.session, statement_id)
        document = find_document(work.session, statement_id)
    total = document.row_count + len(list(_counted(document.billed)))
    shard.report(0, total)
    if statement.pdf_key is None:
        pdf = run_blocking(render_pdf, document.shown, statement.created_at)
        _keep(shard.begin, files, statement_id, "pdf", files.save(io.BytesIO(pdf), max_bytes=FILE_BYTES_MAX))
    shard.report(document.row_count)
    if statement.xlsx_key is None:
        _keep(shard.begin, files, statement_id, "xlsx", _write_usage_detail(shard, files, statement, document))
    shard.report(total)
    return {}


def _keep(begin: Begin, files: FileStore, statement_id: UUID, form: str, stored: StoredFile) -> None:
    with begin() as work:
        statement = lock_statement(work.session, statement_id)
        # Another worker, taken for dead, may have come first. What it made stays, as somebody may be reading it.
        is_first = getattr(statement, f"{form}_key") is None
        if is_first:
            for name, value in (("key", stored.key), ("sha256", stored.sha256), ("bytes", stored.size_bytes)):
                setattr(statement, f"{form}_{name}", value)
            made = {"form": form, "sha256": stored.sha256, "size_bytes": stored.size_bytes}
            work.audit("statement_file_made", ("statement", statement_id), after=made)
    if not is_first:
        files.delete(stored.key)


def _write_usage_detail(shard: Shard, files: FileStore, statement: Statement, document: StatementDocument) -> StoredFile:
    counted = list(_counted(document.billed))
    sent = [0] * len(document.billed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.xlsx"
        with UsageSheet(path, statement.created_at) as sheet:
            with shard.begin() as work:
                found = usage_under(work.session, [(each.account, each.month) for each in counted])
                for number, rows in enumerate(found, start=1):
                    sheet.write(_as_shown(rows, counted, sent))
                    if number % _REPORTED_PIECES == 0:
                        last, *_ = rows[-1]
                        shard.report(document.row_count + last - 1)  # of the last there may be more
            sheet.compare(document.billed, sent)
        with path.open("rb") as source:
            return files.save(source, max_bytes=FILE_BYTES_MAX)


@dataclass(frozen=True)
class _Counted:
    """An account that a bill counted usage of in its month.

    :param place: the bill's, among the statement's.
    """

    place: int
    product: str
    account: str
    month: Month


def _counted(billed: Sequence[Mapping[str, Any]]) -> Iterator[_Counted]:
    for place, bill in enumerate(billed):
        month = Month.parse(bill["month"])
        for each in bill["accounts"]:
            if each["is_of_month"]:
                yield _Counted(place, bill["product"], each["account"], month)


def _as_shown(rows: Sequence[UsageRow], counted: Sequence[_Counted], sent: list[int]) -> Iterator[tuple[Any, ...]]:
    """Rows of the usage detail; what they bring to each bill is added to ``sent``."""
    for number, day, operator, quantity in rows:
        of = counted[number - 1]
        sent[of.place] += quantity
        yield of.product, of.account, day, segment_name(operator), quantity
