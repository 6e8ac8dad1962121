"""Queries about imports and exports. Whose they are is a condition of every one that a person asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, select, true
from sqlalchemy.orm import Session

from services.customer.store.tables import CustomerExport, CustomerImport, RefusedRow
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.kit.tables import jobs

FileRow = TypeVar("FileRow", CustomerImport, CustomerExport)

_SEES_EVERY_IMPORT = ("sales_admin", "admin", "system")


def _imports_of(caller: Caller) -> ColumnElement[bool]:
    if caller.has_role(*_SEES_EVERY_IMPORT):
        return true()
    return CustomerImport.created_by_id == UUID(caller.user_id)


def _imports_with_jobs(caller: Caller) -> Select[CustomerImport, str]:
    return select(CustomerImport, jobs.c.state).join(jobs, jobs.c.id == CustomerImport.job_id).where(_imports_of(caller))


def find_import(session: Session, caller: Caller, import_id: UUID) -> Row[CustomerImport, str]:
    """The import and its job's state.

    :raises NotFound: ``customer_import_not_found``, also for another's.
    """
    found = session.execute(_imports_with_jobs(caller).where(CustomerImport.id == import_id)).first()
    if found is None:
        raise NotFound("customer_import_not_found")
    return found


def page_of_imports(session: Session, caller: Caller, request: PageRequest) -> Page:
    """Rows of an import and its job's state, the newest first."""
    sorts = {"created_at": CustomerImport.created_at}
    query = _imports_with_jobs(caller)
    return fetch_page(session, query, request, sorts=sorts, default_sort="-created_at", key=CustomerImport.id)


def lock_import(session: Session, import_id: UUID) -> CustomerImport:
    """An import, locked, for the job that does it."""
    return session.get_one(CustomerImport, import_id, with_for_update=True)


def insert_refused_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(RefusedRow), rows)


def refused_rows(session: Session, import_id: UUID, *, after: int = 0, limit: int) -> list[RefusedRow]:
    """An import's refused rows below a row, in their order. Whoever asks has found the import visible before."""
    query = select(RefusedRow).where(RefusedRow.import_id == import_id, RefusedRow.row > after)
    return list(session.scalars(query.order_by(RefusedRow.row).limit(limit)))


def find_export(session: Session, caller: Caller, export_id: UUID) -> CustomerExport:
    """An export that the caller asked for: it holds what he or she saw, which nobody else need see.

    One that was made while its asker waited is not found again: it was given to him or her then.

    :raises NotFound: ``customer_export_not_found``, also for another's.
    """
    own = and_(CustomerExport.created_by_id == UUID(caller.user_id), CustomerExport.job_id.is_not(None))
    export = session.scalar(select(CustomerExport).where(CustomerExport.id == export_id, own))
    if export is None:
        raise NotFound("customer_export_not_found")
    return export


def lock_old(session: Session, kind: type[FileRow], before: datetime, limit: int) -> list[FileRow]:
    """Imports or exports asked for before an instant, the oldest first."""
    query = select(kind).where(kind.created_at < before).order_by(kind.created_at, kind.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def delete_files(session: Session, kind: type[FileRow], ids: Sequence[UUID]) -> None:
    """Delete imports, with their refused rows, or exports."""
    session.execute(delete(kind).where(kind.id.in_(ids)))
