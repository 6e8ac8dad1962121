"""Show statements and how far they are, and find their files (spec, billing.md, "Reconciliation")."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.billing.store.statements import find_visible_statement, page_of_statements
from services.billing.store.tables import Statement
from services.kit.errors import Conflict
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin

_FILE_TITLES = {"pdf": "对账单", "xlsx": "用量明细"}


def list_statements(begin: Begin, *, customer_id: UUID | None, page_size: int, sort: str, cursor: str) -> Page:
    """A page of the statements of customers that the caller sees, the newest first; each as ``StatementRow`` of the contract."""
    with begin.asking() as work:
        page = page_of_statements(work.session, work.caller, PageRequest(page_size, sort, cursor), customer_id=customer_id)
    return Page([_shown(row) for row in page.items], page.next_cursor)


def show_statement(begin: Begin, statement_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``Statement`` of the contract.
    :raises NotFound: ``statement_not_found``.
    """
    with begin.asking() as work:
        return _shown(find_visible_statement(work.session, work.caller, statement_id))


def find_statement_file(begin: Begin, statement_id: UUID, form: str) -> dict[str, Any]:
    """Where a statement's file is.

    :param form: ``pdf`` or ``xlsx``.
    :returns: as ``StatementFile`` of the contract.
    :raises NotFound: ``statement_not_found``.
    :raises Conflict: ``statement_not_ready``.
    """
    with begin.asking() as work:
        row = find_visible_statement(work.session, work.caller, statement_id)
    statement: Statement = row.Statement
    key, size, sha256 = (getattr(statement, f"{form}_{name}") for name in ("key", "bytes", "sha256"))
    if key is None:
        raise Conflict("statement_not_ready", state=_state(row))
    span = "_".join(dict.fromkeys((str(statement.first_month), str(statement.last_month))))
    name = f"{_FILE_TITLES[form]}-{row.customer_name}-{span}.{form}"
    return {"file_key": key, "file_name": name, "size_bytes": size, "sha256": sha256}


def _shown(row: Row[Any]) -> dict[str, Any]:
    statement: Statement = row.Statement
    return {
        **{column.key: getattr(statement, column.key) for column in statement.__table__.columns},
        "customer_name": row.customer_name,
        "state": _state(row),
        "done": row.done or 0,
        "total": row.total,
        "has_pdf": statement.pdf_key is not None,
        "has_xlsx": statement.xlsx_key is not None,
        "errors": [row.error] if row.error else [],
    }


def _state(row: Row[Any]) -> str:
    # Its files are there a moment before its job is done; without them no statement is.
    if row.Statement.pdf_key and row.Statement.xlsx_key:
        return "done"
    return "running" if row.job_state == "done" else row.job_state or "queued"
