"""Import a usage file: counted whole as one report, or refused whole with a report by row (spec, billing.md, "Usage")."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.billing.documents.usage_file import UsageFile
from services.billing.documents.usage_rows import RowError
from services.billing.domain.usage import Slot, UsageBlock
from services.billing.store.usage_tables import UsageImport
from services.billing.usecases.record_usage import Report, record_usage
from services.contracts import billing_usage_calls as calls
from services.kit.clock import business_date
from services.kit.errors import NotFound, Refusal
from services.kit.jobs import Shard, open_job
from services.kit.schema import dump
from services.kit.unit_of_work import Begin

JOB: Final = "usage_import"
ERRORS_KEPT_MAX = 1_000
_TOLD_EVERY_ROWS = 200_000
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
        params, today = {"import_id": str(row.id)}, work.today
        # Opened in the transaction of the row, so that there is none without its job; sent once both are there.
        open_job(work, JOB, str(row.id), as_of=today, params=params)
    start_job(JOB, today, params)
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


class WrongRows(Exception):
    """A file with rows that are wrong."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__(f"{len(errors)} errors in rows")
        self.errors = errors


class CheckedFile:
    """A file as the lines of a report: they are loaded while they are checked, until one is wrong.

    :param tell: told every so often how many rows there were; also what keeps the job this worker's.
    :ivar row_count: of those that are not empty.
    """

    def __init__(self, file: UsageFile, tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell
        self.row_count = 0

    @property
    def slots(self) -> Sequence[Slot]:
        return self._file.slots

    def blocks(self) -> Iterator[UsageBlock]:
        """
        :raises WrongRows: at the file's end, so that it tells of all of them (at most 1,000); what was loaded is then taken back.
        """
        errors: list[RowError] = []
        told = 0
        for block in self._file.blocks():
            if isinstance(block, list):
                self.row_count += len({error.row for error in block})
                errors += block[: ERRORS_KEPT_MAX - len(errors)]
            else:
                self.row_count += len(block.quantities)
                if not errors:
                    yield block
            if self.row_count - told >= _TOLD_EVERY_ROWS:
                told = self.row_count
                self._tell(told)
        if not self.row_count:
            errors.append(RowError(1, "file", "empty_file", ""))
        if errors:
            raise WrongRows(errors)


def import_usage(shard: Shard) -> dict[str, Any]:
    """Check the whole file and count it, or nothing of it. Run again after a kill it finds its report counted, and says so."""
    row = show_usage_import(shard.begin, UUID(shard.params["import_id"]))
    if row.state != "queued":
        return {"state": row.state}
    assert shard.files is not None, "a worker gives its jobs a file store"
    file = CheckedFile(UsageFile(shard.files, row.file_key, business_date(shard.begin.now)), shard.report)
    report = Report(row.source, row.report_id, row.replaces, "file")
    try:
        result = dump(calls.UsageCounted, record_usage(shard.begin, report, file))
    except WrongRows as wrong:
        return _finish(shard.begin, row.id, "refused", row_count=file.row_count, errors=[asdict(error) for error in wrong.errors])
    except Refusal as refusal:
        return _finish(shard.begin, row.id, "refused", row_count=None, errors=_as_errors(refusal))
    return _finish(shard.begin, row.id, "counted", row_count=file.row_count, errors=[], result=result)


def _as_errors(refusal: Refusal) -> list[dict[str, Any]]:
    if refusal.fields:
        return [asdict(RowError(1, field, code, "")) for field, codes in refusal.fields.items() for code in codes]
    return [{**asdict(RowError(0, "report_id", refusal.code, "")), "params": dict(refusal.params)}]


def _finish(
    begin: Begin, import_id: UUID, state: str, *, row_count: int | None, errors: list[dict[str, Any]], result: Any = None
) -> dict[str, Any]:
    with begin() as work:
        row = work.session.get_one(UsageImport, import_id, with_for_update=True)
        row.state, row.row_count, row.result, row.finished_at = state, row_count, result, work.now
        row.errors = errors
    return {"state": state}
