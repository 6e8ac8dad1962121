"""Show imports of statements: how far one is, what became of its rows, the wrong ones to be mended."""

from typing import Any
from uuid import UUID

from services.contracts.payments_import_calls import WRONG_ROWS_AT_ONCE
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.import_tables import ImportedRow, ReceiptImport
from services.payments.store.receipt_imports import find_import, page_of_imports, page_of_rows, wrong_rows


def show_receipt_import(begin: Begin, import_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``ReceiptImportSummary`` of the contract.
    :raises NotFound: ``receipt_import_not_found``.
    """
    with begin() as work:
        row, job_state = find_import(work.session, work.caller, import_id)
        return _view(row, job_state)


def list_receipt_imports(begin: Begin, *, page_size: int, sort: str, cursor: str) -> Page:
    """The imports that the caller sees, the newest first."""
    with begin() as work:
        page = page_of_imports(work.session, work.caller, PageRequest(page_size, sort, cursor))
        return Page([_view(row, job_state) for row, job_state, *_ in page.items], page.next_cursor)


def list_imported_rows(begin: Begin, import_id: UUID, *, outcome: str | None, page_size: int, sort: str, cursor: str) -> Page:
    """What became of an import's rows, in the file's order; of those recorded so far.

    :raises NotFound: ``receipt_import_not_found``.
    """
    with begin() as work:
        row, _ = find_import(work.session, work.caller, import_id)
        page = page_of_rows(work.session, row.id, PageRequest(page_size, sort, cursor), outcome)
        return Page([_row_view(each) for each in page.items], page.next_cursor)


def list_wrong_rows(begin: Begin, import_id: UUID, *, after: int) -> dict[str, Any]:
    """Wrong rows with their cells, a few hundred at a time.

    :returns: as ``WrongRows`` of the contract.
    :raises NotFound: ``receipt_import_not_found``.
    """
    with begin() as work:
        row, _ = find_import(work.session, work.caller, import_id)
        items = wrong_rows(work.session, row.id, after=after, limit=WRONG_ROWS_AT_ONCE)
        wrong = [{"row": each.row, "cells": each.cells, "fault": each.fault} for each in items]
        return {"file_name": row.file_name, "headers": row.headers, "items": wrong}


def _view(row: ReceiptImport, job_state: str | None) -> dict[str, Any]:
    # A job that gave up cannot say so in the row.
    failed = job_state == "failed" and row.state in ("queued", "running")
    names = ("id", "file_name", "mapping", "bank_account", "created_by_name", "problem", "line_count")
    counts = ("new", "known", "skipped", "wrong", "amount", "created_at", "finished_at")
    return {
        **{name: getattr(row, name) for name in (*names, *counts)},
        "state": "failed" if failed else row.state,
        "done_lines": row.done_line - row.header_line,
    }


def _row_view(row: ImportedRow) -> dict[str, Any]:
    names = ("row", "outcome", "reference", "payer_name", "receipt_id", "match", "fault")
    return {name: getattr(row, name) for name in names}
