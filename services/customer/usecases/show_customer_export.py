"""Show how far an export is, and find its file."""

from typing import Any
from uuid import UUID

from services.customer.store.customer_files import find_export
from services.customer.usecases.export_customers import file_name
from services.kit.errors import Conflict
from services.kit.jobs import job_status
from services.kit.unit_of_work import Begin


def show_customer_export(begin: Begin, export_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``CustomerExport`` of the contract.
    :raises NotFound: ``customer_export_not_found``.
    """
    with begin.asking() as work:
        export = find_export(work.session, work.caller, export_id)
        assert export.job_id is not None, "only such are found"
        job = job_status(work, export.job_id)
    # The file is there a moment before its job is done and has counted the last rows.
    has_file = export.file_key is not None
    state = "done" if has_file else job.state if job.state != "done" else "running"
    return {
        "id": export.id,
        "state": state,
        "done": export.row_count if has_file else job.done,
        "total": export.row_count if has_file else job.total,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
    }


def find_customer_export_file(begin: Begin, export_id: UUID) -> dict[str, str]:
    """Where an export's file is.

    :raises NotFound: ``customer_export_not_found``.
    :raises Conflict: ``customer_export_not_ready``.
    """
    with begin.asking() as work:
        export = find_export(work.session, work.caller, export_id)
    if export.file_key is None:
        raise Conflict("customer_export_not_ready")
    return {"file_key": export.file_key, "file_name": file_name(export)}
