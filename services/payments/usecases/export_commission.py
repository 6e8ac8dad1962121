"""A month's commission statement as a file (spec, payments.md, "Commission"): every entry, and the sums by salesperson."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.contracts.payments_commission_calls import EXPORT_ROWS_MAX
from services.contracts.wording import LANGUAGES
from services.kit.clock import Month
from services.kit.database import read_one_moment
from services.kit.errors import InvalidInput
from services.kit.files import FileStore, StoredFile
from services.kit.paging import PAGE_SIZE_MAX, Page, PageRequest
from services.kit.sheets import SheetWriter
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.documents.commission_sheet import (
    OWNERS_TITLE,
    TITLE,
    entry_columns,
    entry_row,
    owner_columns,
    owner_row,
)
from services.payments.store.commission_statements import Scope, count_of_entries, page_of_owners
from services.payments.usecases.show_commission_statement import entries_page

FILE_BYTES_MAX: Final = 256 * 1024 * 1024


def export_commission(begin: Begin, files: FileStore, *, month: Month, owner_id: UUID | None, language: str) -> dict[str, str]:
    """Make the file, all of one moment, while its asker waits.

    :returns: as the contract's ``CommissionFile``.
    :raises InvalidInput: ``commission_entries_too_many``.
    """
    with begin() as work:
        read_one_moment(work.session)
        scope = Scope(work.caller, month, owner_id)
        count = count_of_entries(work.session, scope)
        if count > EXPORT_ROWS_MAX:
            raise InvalidInput("commission_entries_too_many", max=EXPORT_ROWS_MAX)
        stored = _write(work, files, scope, language)
        work.audit("commission_exported", ("month", month), after={"owner_id": owner_id and str(owner_id), "entries": count})
    return {"file_key": stored.key, "file_name": f"{TITLE[LANGUAGES.index(language)]}-{month}.xlsx"}


def _write(work: UnitOfWork, files: FileStore, scope: Scope, language: str) -> StoredFile:
    at = LANGUAGES.index(language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "commission.xlsx"
        with SheetWriter(path, entry_columns(language), title=TITLE[at], made_at=work.now) as sheet:
            for entries in _pages(lambda request: entries_page(work.session, scope, request)):
                sheet.write(entry_row(entry, language) for entry in entries)
            sheet.turn_to(OWNERS_TITLE[at], owner_columns(language))
            for owners in _pages(lambda request: page_of_owners(work.session, scope, request)):
                sheet.write(owner_row(owner, language) for owner in owners)
        with path.open("rb") as file:
            return files.save(file, max_bytes=FILE_BYTES_MAX)


def _pages(fetch: Callable[[PageRequest], Page]) -> Iterator[list[Any]]:
    """A piece at a time: however long the list is, little of it is held."""
    cursor: str | None = ""
    while cursor is not None:
        page = fetch(PageRequest(PAGE_SIZE_MAX, "", cursor))
        yield page.items
        cursor = page.next_cursor
