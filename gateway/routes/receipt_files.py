"""Receipts as files: bank statements with their column mappings, imports with what became of every row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from werkzeug.wrappers import Response

from gateway.downloads import workbook
from gateway.http import ApiRequest, route
from gateway.wording import LANGUAGES
from services.contracts import payments_import_calls as calls
from services.contracts.payments_import_calls import REASON_HEADER, ROW_HEADER
from services.kit.bus.rpc import ServiceClient
from services.kit.clock import utc_now
from services.kit.errors import Refusal
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.sheets import MEDIA_TYPE, SheetColumn, pieces_of, written_sheet
from services.kit.storage import file_store

FILE_SECONDS_MAX: Final = 60.0
_REASON_WIDTH: Final = 60


class ReceiptFileRoutes:
    """``/receipt-imports``, ``/receipt-import-previews``, ``/bank-mappings``."""

    payments = ServiceClient("payments")
    payments_files = ServiceClient("payments", timeout_seconds=FILE_SECONDS_MAX)
    settings: Settings = SettingsProvider()

    @route(
        "POST",
        "/receipt-imports",
        permission="receipts.write",
        query=calls.ImportQuery,
        answer=calls.ReceiptImport,
        status=201,
        upload=True,
        max_bytes=calls.STATEMENT_FILE_BYTES_MAX,
        media_type="application/octet-stream",
        refuses=(404,),
    )
    def import_receipts(self, request: ApiRequest) -> Any:
        """Import a bank's statement (CSV or xlsx). The answer says of every row what became of it; of a file of more than 5,000
        lines, up to 200,000, only that it has begun: watch it at ``GET /receipt-imports/{id}``."""
        return self._with_stored_file(request, self.payments_files.import_receipts)

    @route(
        "POST",
        "/receipt-import-previews",
        permission="receipts.write",
        query=calls.ImportQuery,
        answer=calls.ReceiptImportPreview,
        upload=True,
        max_bytes=calls.STATEMENT_FILE_BYTES_MAX,
        media_type="application/octet-stream",
        refuses=(404,),
    )
    def preview_receipt_import(self, request: ApiRequest) -> Any:
        """Try a mapping on a file: what each of its rows would be, of the first 5,000 lines. Nothing is recorded."""
        return self._with_stored_file(request, self.payments_files.preview_receipt_import)

    @route(
        "GET",
        "/receipt-imports",
        permission="receipts.write",
        query=calls.ReceiptImportQuery,
        answer=calls.ReceiptImportPage,
    )
    def list_receipt_imports(self, request: ApiRequest) -> Any:
        """The imports of statements, the newest first."""
        return self.payments.list_receipt_imports(request.query)

    @route("GET", "/receipt-imports/<import_id>", permission="receipts.write", answer=calls.ReceiptImportSummary)
    def show_receipt_import(self, request: ApiRequest, import_id: str) -> Any:
        """How far an import is."""
        return self.payments.show_receipt_import(import_id)

    @route(
        "GET",
        "/receipt-imports/<import_id>/rows",
        permission="receipts.write",
        query=calls.ImportedRowQuery,
        answer=calls.ImportedRowPage,
    )
    def list_imported_rows(self, request: ApiRequest, import_id: str) -> Any:
        """What became of an import's rows: all, or those of one outcome."""
        return self.payments.list_imported_rows(import_id, request.query)

    @route("GET", "/receipt-imports/<import_id>.xlsx", permission="receipts.write", media_type=MEDIA_TYPE, long_lived=True)
    def download_wrong_rows(self, request: ApiRequest, import_id: str) -> Response:
        """The wrong rows as they were given, each with its number and the reason; mended, it can be imported as it is."""
        first = self.payments.list_wrong_rows(import_id, {"after": 0})
        at = LANGUAGES.index(request.language)
        columns = [SheetColumn(header) for header in (*first["headers"], ROW_HEADER[at])]
        rows = ([*each["cells"], each["row"], each["fault"][request.language]] for each in self._wrong_rows(import_id, first))
        made_at = request.context.as_of or utc_now()
        title = REASON_HEADER[at]
        file = written_sheet([*columns, SheetColumn(title, _REASON_WIDTH)], rows, title=title, made_at=made_at)
        stem = first["file_name"].rpartition(".")[0] or first["file_name"]
        return workbook(pieces_of(file), f"{stem}-{title}.xlsx", "receipts.xlsx")

    @route("GET", "/bank-mappings", permission="receipts.write", answer=calls.BankMappingList)
    def list_bank_mappings(self, request: ApiRequest) -> Any:
        """The saved column mappings: how the statements of which bank are read."""
        return self.payments.list_bank_mappings()

    @route("GET", "/bank-mappings/<code>", permission="receipts.write", answer=calls.BankMapping)
    def show_bank_mapping(self, request: ApiRequest, code: str) -> Any:
        """One of them; its ``ETag`` is the version that a change names."""
        return self.payments.show_bank_mapping(code)

    @route(
        "PUT",
        "/bank-mappings/<code>",
        permission="bank_mappings.write",
        body=calls.SetBankMapping,
        answer=calls.BankMapping,
    )
    def set_bank_mapping(self, request: ApiRequest, code: str) -> Any:
        """Save a column mapping, a new one or a change. Which version was seen stands in the body or in ``If-Match``; 409 (412)
        if it changed since."""
        return self.payments.set_bank_mapping(code, request.change)

    def _with_stored_file(self, request: ApiRequest, call: Any) -> Any:
        store = file_store(self.settings)
        stored = store.save(request.stream, max_bytes=calls.STATEMENT_FILE_BYTES_MAX)
        try:
            return call({"file_name": request.file_name, **request.query, "file_key": stored.key})
        except Refusal as refusal:
            # Of what is only slow, the file may still be needed.
            if refusal.status < 500:
                store.delete(stored.key)
            raise

    def _wrong_rows(self, import_id: str, page: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        items: Sequence[Mapping[str, Any]] = page["items"]
        while items:
            yield from items
            items = self.payments.list_wrong_rows(import_id, {"after": items[-1]["row"]})["items"]
