"""Show how far an import is, and which rows it refused."""

from typing import Any
from uuid import UUID

from services.contracts.customer_import_calls import REFUSALS_SHOWN_MAX, REFUSED_ROWS_AT_ONCE
from services.customer.store.customer_files import find_import, page_of_imports, refused_rows
from services.customer.store.tables import CustomerImport
from services.customer.usecases.views import columns_of
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def show_customer_import(begin: Begin, import_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``CustomerImport`` of the contract.
    :raises NotFound: ``customer_import_not_found``.
    """
    with begin.asking() as work:
        row, job_state = find_import(work.session, work.caller, import_id)
        refusals = refused_rows(work.session, row.id, limit=REFUSALS_SHOWN_MAX)
    return {**_view(row, job_state), "refusals": [columns_of(refusal) for refusal in refusals]}


def list_customer_imports(begin: Begin, *, page_size: int, sort: str, cursor: str) -> Page:
    """The caller's imports, the newest first; everybody's for an administrator."""
    with begin.asking() as work:
        page = page_of_imports(work.session, work.caller, PageRequest(page_size, sort, cursor))
    return Page([_view(row, job_state) for row, job_state, *_ in page.items], page.next_cursor)


def list_refused_rows(begin: Begin, import_id: UUID, *, after: int) -> dict[str, Any]:
    """Refused rows with their cells, a few hundred at a time.

    :returns: as ``RefusedRows`` of the contract.
    :raises NotFound: ``customer_import_not_found``.
    """
    with begin.asking() as work:
        row, _ = find_import(work.session, work.caller, import_id)
        refusals = refused_rows(work.session, row.id, after=after, limit=REFUSED_ROWS_AT_ONCE)
    return {"file_name": row.file_name, "headers": row.headers, "items": [columns_of(refusal) for refusal in refusals]}


def _view(row: CustomerImport, job_state: str) -> dict[str, Any]:
    # A job that gave up cannot say so in the row.
    failed = job_state == "failed" and row.state in ("queued", "running")
    return {**columns_of(row), "state": "failed" if failed else row.state}
