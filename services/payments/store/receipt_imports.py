"""Queries about imports of statements. Whose they are is a condition of every one that a person asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, select, true
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.kit.tables import jobs
from services.payments.store.import_tables import ImportedRow, ReceiptImport

_SORTS: Final = {"created_at": ReceiptImport.created_at}


def _seen_by(caller: Caller) -> ColumnElement[bool]:
    # Another system's token brings its own files, and sees no others.
    return true() if visibility_of(caller).everything else ReceiptImport.created_by_id == caller.user_id


def _with_jobs(caller: Caller) -> Select[ReceiptImport, str | None]:
    return select(ReceiptImport, jobs.c.state).outerjoin(jobs, jobs.c.id == ReceiptImport.job_id).where(_seen_by(caller))


def find_import(session: Session, caller: Caller, import_id: UUID) -> Row[ReceiptImport, str | None]:
    """The import and its job's state.

    :raises NotFound: ``receipt_import_not_found``, also for another's.
    """
    found = session.execute(_with_jobs(caller).where(ReceiptImport.id == import_id)).first()
    if found is None:
        raise NotFound("receipt_import_not_found")
    return found


def page_of_imports(session: Session, caller: Caller, request: PageRequest) -> Page:
    """Rows of an import and its job's state, the newest first."""
    return fetch_page(session, _with_jobs(caller), request, sorts=_SORTS, default_sort="-created_at", key=ReceiptImport.id)


def page_of_rows(session: Session, import_id: UUID, request: PageRequest, outcome: str | None) -> Page:
    """An import's rows in the file's order. Whoever asks has found the import visible before."""
    query = select(ImportedRow).where(ImportedRow.import_id == import_id)
    if outcome is not None:
        query = query.where(ImportedRow.outcome == outcome)
    return fetch_page(session, query, request, sorts={"row": ImportedRow.row}, default_sort="row", key=ImportedRow.row)


def wrong_rows(session: Session, import_id: UUID, *, after: int, limit: int) -> list[ImportedRow]:
    """An import's wrong rows below a row, in their order. Whoever asks has found the import visible before."""
    wrong = select(ImportedRow).where(ImportedRow.import_id == import_id, ImportedRow.outcome == "wrong", ImportedRow.row > after)
    return list(session.scalars(wrong.order_by(ImportedRow.row).limit(limit)))


def lock_import(session: Session, import_id: UUID) -> ReceiptImport:
    """An import, locked, for the job that does it."""
    return session.get_one(ReceiptImport, import_id, with_for_update=True)


def insert_imported_rows(session: Session, import_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what became of rows."""
    insert_rows(session, ImportedRow.__table__, [{"import_id": import_id, **row} for row in rows])


def lock_old_imports(session: Session, before: datetime, limit: int) -> list[ReceiptImport]:
    """Imports asked for before an instant, the oldest first."""
    query = select(ReceiptImport).where(ReceiptImport.created_at < before)
    ordered = query.order_by(ReceiptImport.created_at, ReceiptImport.id).limit(limit)
    return list(session.scalars(ordered.with_for_update(skip_locked=True)))


def delete_imports(session: Session, import_ids: Sequence[UUID]) -> None:
    """Delete imports with their rows."""
    session.execute(delete(ReceiptImport).where(ReceiptImport.id.in_(import_ids)))
