"""Export the receipts that one sees, as the pool's filters narrow and sort them (spec, gateway.md: every list exports)."""

from typing import Any, Final

from services.contracts.payments_receipt_calls import EXPORT_ROWS_MAX, ExportReceipts
from services.contracts.wording import LANGUAGES
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.schema import dump
from services.kit.sheets import written_sheet
from services.kit.unit_of_work import Begin
from services.payments.documents.receipt_sheet import TITLE, columns_in, row_of
from services.payments.store.receipt_pages import ReceiptFilter, first_receipts

_FILE_BYTES_MAX: Final = 256 * 1024 * 1024


def export_receipts(begin: Begin, files: FileStore, selection: dict[str, Any]) -> dict[str, str]:
    """Make the file while its asker waits.

    :param selection: as the contract's ``ExportReceipts`` loads it.
    :returns: as ``ReceiptFile`` of the contract.
    :raises InvalidInput: ``receipts_too_many_to_export``; an unknown sort.
    """
    at = LANGUAGES.index(selection["language"])
    wanted = {name: value for name, value in selection.items() if name not in ("language", "sort")}
    with begin() as work:
        rows = first_receipts(
            work.session, work.caller, ReceiptFilter(**wanted), sort=selection["sort"], limit=EXPORT_ROWS_MAX + 1
        )
        if len(rows) > EXPORT_ROWS_MAX:
            raise InvalidInput("receipts_too_many_to_export", max=EXPORT_ROWS_MAX)
        file = written_sheet(columns_in(at), (row_of(row[0], row[1], at) for row in rows), title=TITLE[at], made_at=work.now)
        with file:
            stored = files.save(file, max_bytes=_FILE_BYTES_MAX)
        work.audit(
            "receipts_exported", ("receipts", work.caller.user_id), after={**dump(ExportReceipts, selection), "rows": len(rows)}
        )
        return {"file_key": stored.key, "file_name": f"{TITLE[at]}-{work.today:%Y%m%d}.xlsx"}
