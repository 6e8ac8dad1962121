"""Import a bank's statement (spec, payments.md, "Receipts"): each receipt once, a report by row, one wrong row loses nothing."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from services.contracts.payments_receipt_calls import STATEMENT_FILE_BYTES_MAX, STATEMENT_ROWS_MAX
from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin
from services.payments.domain.statements import FIELD_NAMES, ColumnMapping, ColumnsMissing, Fault, ReadRow, read_statement
from services.payments.store.receipts import find_mapping
from services.payments.store.statement_files import read_sheet
from services.payments.usecases.record_receipt import NewReceipt, Recorded, record

Report = dict[str, Any]
"""As the contract's ``ReceiptImport`` dumps it."""


def import_receipts(begin: Begin, files: FileStore, *, file_key: str, file_name: str, mapping: str, bank_account: str) -> Report:
    """Read the stored file, record its receipts, and report by row. Imported once more, every row is known.

    :raises NotFound: ``file_not_found``, ``bank_mapping_not_found``.
    :raises InvalidInput: ``statement_unreadable``, ``statement_columns_missing``, ``statement_too_many_rows``,
        ``file_too_large``.
    """
    content = _content(files, file_key)
    with begin() as work:
        saved = find_mapping(work.session, mapping)
        columns = ColumnMapping(saved.columns, saved.time_formats, saved.incoming)
        rows = _rows(content, columns, bank_account=bank_account.strip(), today=work.today)
        receipts = [NewReceipt(**asdict(row.receipt)) for row in rows if row.receipt is not None]
        recorded = iter(record(work, receipts))
        report = _report(mapping, [_reported(row, next(recorded) if row.receipt is not None else None) for row in rows])
        counts = {outcome: report[outcome] for outcome in ("new", "known", "skipped", "wrong")}
        work.audit("receipts_imported", ("receipt_import", file_key), after={"file": file_name, "mapping": mapping, **counts})
        return report


def _content(files: FileStore, file_key: str) -> bytes:
    content = bytearray()
    for piece in files.read(file_key):
        content += piece
        if len(content) > STATEMENT_FILE_BYTES_MAX:
            raise InvalidInput("file_too_large", max_bytes=STATEMENT_FILE_BYTES_MAX)
    return bytes(content)


def _rows(content: bytes, columns: ColumnMapping, *, bank_account: str, today: Any) -> list[ReadRow]:
    sheet = run_blocking(read_sheet, content, rows_max=STATEMENT_ROWS_MAX)  # a large workbook takes seconds
    try:
        rows = read_statement(sheet, columns, bank_account=bank_account, today=today)
    except ColumnsMissing as missing:
        raise InvalidInput(
            "statement_columns_missing", columns="；".join(FIELD_NAMES[field] for field in missing.fields)
        ) from missing
    if len(rows) > STATEMENT_ROWS_MAX:
        raise InvalidInput("statement_too_many_rows", max=STATEMENT_ROWS_MAX)
    return rows


def _reported(row: ReadRow, recorded: Recorded | None) -> dict[str, Any]:
    reported: dict[str, Any] = {
        "row": row.line,
        "reference": row.reference,
        "payer_name": row.payer_name,
        "receipt_id": None,
        "state": None,
        "fault": None,
        "amount": ZERO,
    }
    if recorded is None:
        assert row.fault is not None, "a row that is no receipt says why"
        skipped = row.fault.code == "not_incoming"
        return reported | {"outcome": "skipped" if skipped else "wrong", "fault": asdict(row.fault)}
    if recorded.outcome == "taken":
        return reported | {"outcome": "wrong", "fault": asdict(Fault("reference_taken", {"reference": row.reference}))}
    assert row.receipt is not None, "recorded"
    amount = row.receipt.amount if recorded.outcome == "new" else ZERO
    there = {"receipt_id": recorded.receipt_id, "state": recorded.match, "amount": amount}
    return reported | there | {"outcome": recorded.outcome}


def _report(mapping: str, rows: list[dict[str, Any]]) -> Report:
    outcomes = [row["outcome"] for row in rows]
    counts = {outcome: outcomes.count(outcome) for outcome in ("new", "known", "skipped", "wrong")}
    return {"mapping": mapping, "amount": sum((row["amount"] for row in rows), Decimal(0)), "rows": rows} | counts
