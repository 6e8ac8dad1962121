"""Export the customers that one sees, as a list narrows and sorts them, in the background: more than one waits for."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select

from services.contracts.customer_import_calls import (
    EXPORT_ROWS_MAX,
    LANGUAGES,
    ExportCustomers,
)
from services.customer.documents.list_sheets import CUSTOMERS
from services.customer.store.customer_lists import count_up_to, customers_in_order, stream
from services.customer.store.tables import Customer, CustomerExport
from services.customer.usecases.list_customers import customer_filters, listed_view
from services.kit.caller import Caller
from services.kit.clock import business_date
from services.kit.errors import InvalidInput
from services.kit.files import FileStore, StoredFile
from services.kit.jobs import Shard, open_job
from services.kit.schema import dump, load
from services.kit.sheets import written_sheet
from services.kit.unit_of_work import Begin, UnitOfWork

JOB: Final = "customer_export"
FILE_BYTES_MAX: Final = 1024 * 1024 * 1024
_REPORTED_ROWS: Final = 1_000

StartJob = Callable[[str, date, dict[str, Any]], UUID]
Selection = dict[str, Any]
"""As the contract's ``ExportCustomers`` loads it."""


def start_customer_export(begin: Begin, start_job: StartJob, selection: Selection) -> UUID:
    """Ask for the file of a list of any length.

    :returns: the export's id.
    :raises InvalidInput: ``customers_too_many_to_export``; an unknown sort.
    """
    with begin() as work:
        if count_up_to(work.session, _query(work, selection), EXPORT_ROWS_MAX) > EXPORT_ROWS_MAX:
            raise InvalidInput("customers_too_many_to_export", max=EXPORT_ROWS_MAX)
        export = _new_export(work, selection)
        params = {"export_id": str(export.id)}
        # Opened in the transaction of the row, so that there is none without its job; sent once both are there.
        export.job_id, _ = open_job(work, JOB, str(export.id), as_of=work.today, params=params)
        work.session.add(export)
        today = work.today
    start_job(JOB, today, params)
    return export.id


def export_customers(shard: Shard) -> dict[str, Any]:
    """Make the file of an export, of what its asker sees by now. Run again after a kill it makes the file anew."""
    assert shard.files is not None, "a worker gives its jobs a file store"
    with shard.begin() as work:
        export = work.session.get(CustomerExport, UUID(shard.params["export_id"]))
    if export is None or export.file_key is not None:
        return {}
    begin = shard.begin.on_behalf_of(Caller.from_wire(export.caller))
    selection = load(ExportCustomers, export.selection)
    with begin() as work:
        total = count_up_to(work.session, _query(work, selection), EXPORT_ROWS_MAX)
    shard.report(0, total)
    stored, written = _write(begin, shard.files, selection, shard.report)
    _finish(begin, export.id, stored, written)
    shard.report(written, written)
    return {"rows": written}


def file_name(export: CustomerExport) -> str:
    """What the file is called where it is kept."""
    title = CUSTOMERS.title[LANGUAGES.index(export.selection["language"])]
    return f"{title}-{business_date(export.created_at):%Y%m%d}.xlsx"


def _new_export(work: UnitOfWork, selection: Selection) -> CustomerExport:
    return CustomerExport(
        id=work.new_id(),
        job_id=None,
        caller=work.caller.to_wire(),
        created_by_id=UUID(work.caller.user_id),
        selection=dump(ExportCustomers, selection),
        file_key=None,
        row_count=None,
        created_at=work.now,
        finished_at=None,
    )


def _query(work: UnitOfWork, selection: Selection) -> Select[Customer, str | None]:
    filters = {name: value for name, value in selection.items() if name not in ("language", "sort")}
    return customers_in_order(work.caller, customer_filters(work, **filters), selection["sort"])


def _write(begin: Begin, files: FileStore, selection: Selection, report: Callable[[int], None]) -> tuple[StoredFile, int]:
    language = LANGUAGES.index(selection["language"])
    written = 0

    def rows(work: UnitOfWork) -> Iterator[list[Any]]:
        nonlocal written
        for customer, department_name in stream(work.session, _query(work, selection)):
            yield CUSTOMERS.row_of(listed_view(customer, department_name), language)
            written += 1
            if written % _REPORTED_ROWS == 0:
                report(written)

    with begin() as work:
        file = written_sheet(CUSTOMERS.headed(language), rows(work), title=CUSTOMERS.title[language], made_at=work.now)
    with file:
        return files.save(file, max_bytes=FILE_BYTES_MAX), written


def _finish(begin: Begin, export_id: UUID, stored: StoredFile, written: int) -> None:
    with begin() as work:
        export = work.session.get_one(CustomerExport, export_id, with_for_update=True)
        export.file_key, export.row_count, export.finished_at = stored.key, written, work.now
        work.audit("customers_exported", ("customer_export", export_id), after={**export.selection, "rows": written})
