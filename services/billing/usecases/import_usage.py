"""Import a usage file: counted whole as one report, or refused whole with a report by row (spec, billing.md, "Usage")."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.documents.usage_file import RowError, UsageFile
from services.billing.store.usage_tables import UsageImport
from services.billing.usecases.record_usage import Report, record_usage
from services.contracts import billing_usage_calls as calls
from services.kit.clock import business_date
from services.kit.errors import NotFound, Refusal
from services.kit.jobs import Shard
from services.kit.schema import dump
from services.kit.unit_of_work import Begin

ERRORS_KEPT_MAX = 1_000
StartJob = Callable[[str, date, dict[str, Any]], UUID]


def start_usage_import(
    begin: Begin,
    start_job: StartJob,
    *,
    file_key: str,
    file_name: str,
    sha256: str,
    source: str,
    report_id: str,
    replaces: str | None,
) -> UsageImport:
    """Note the file and ask for its import. Without a report id the content's hash is it, so that the same file counts once."""
    with begin() as work:
        row = UsageImport(
            id=work.new_id(),
            file_key=file_key,
            file_name=file_name,
            source=source,
            report_id=report_id or sha256,
            replaces=replaces,
            state="queued",
            row_count=None,
            errors=[],
            result=None,
            created_by=work.caller.user_id,
            created_at=work.now,
            finished_at=None,
        )
        work.session.add(row)
        today = work.today
    start_job("usage_import", today, {"import_id": str(row.id)})
    return row


def show_usage_import(begin: Begin, import_id: UUID) -> UsageImport:
    """
    :raises NotFound: ``usage_import_not_found``.
    """
    with begin() as work:
        row = work.session.get(UsageImport, import_id)
    if row is None:
        raise NotFound("usage_import_not_found")
    return row


def import_usage(shard: Shard) -> dict[str, Any]:
    """Check the whole file, then count it. Run again after a kill it finds its report counted, and says so."""
    row = show_usage_import(shard.begin, UUID(shard.params["import_id"]))
    if row.state != "queued":
        return {"state": row.state}
    assert shard.files is not None, "a worker gives its jobs a file store"
    file = UsageFile(shard.files, row.file_key, business_date(shard.begin.now))
    try:
        row_count, errors = _check(file)
        if errors:
            return _finish(shard.begin, row.id, "refused", row_count=row_count, errors=errors)
        report = Report(row.source, row.report_id, row.replaces, "file")
        result = dump(calls.UsageCounted, record_usage(shard.begin, report, file))
    except Refusal as refusal:
        return _finish(shard.begin, row.id, "refused", row_count=None, errors=_as_errors(refusal))
    return _finish(shard.begin, row.id, "counted", row_count=row_count, errors=[], result=result)


def _check(file: UsageFile) -> tuple[int, list[RowError]]:
    count, errors = 0, list[RowError]()
    for line in file.rows():
        count += 1
        if isinstance(line, list) and len(errors) < ERRORS_KEPT_MAX:
            errors.extend(line)
    if not count:
        errors.append(RowError(1, "file", "empty_file", ""))
    return count, errors[:ERRORS_KEPT_MAX]


def _as_errors(refusal: Refusal) -> list[RowError]:
    if refusal.fields:
        return [RowError(1, field, code, "") for field, codes in refusal.fields.items() for code in codes]
    return [RowError(0, "report_id", refusal.code, str(refusal.params))]


def _finish(
    begin: Begin, import_id: UUID, state: str, *, row_count: int | None, errors: list[RowError], result: Any = None
) -> dict[str, Any]:
    with begin() as work:
        row = work.session.get_one(UsageImport, import_id, with_for_update=True)
        row.state, row.row_count, row.result, row.finished_at = state, row_count, result, work.now
        row.errors = [asdict(error) for error in errors]
    return {"state": state}
