"""Receipts: imported, typed in, matched."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from services.contracts import payments_receipt_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store

IMPORT_SECONDS_MAX: Final = 60.0


class ReceiptRoutes:
    """``/receipts``, ``/receipt-imports``."""

    payments = ServiceClient("payments")
    payments_imports = ServiceClient("payments", timeout_seconds=IMPORT_SECONDS_MAX)
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
    )
    def import_receipts(self, request: ApiRequest) -> Any:
        """Import a bank's statement (CSV or xlsx); the report says of every row what became of it."""
        stored = file_store(self.settings).save(request.stream, max_bytes=calls.STATEMENT_FILE_BYTES_MAX)
        query = {"file_name": request.file_name, **request.query}
        return self.payments_imports.import_receipts({**query, "file_key": stored.key})

    @route("POST", "/receipts", permission="receipts.write", body=calls.RecordReceipt, answer=calls.ReceiptDetail, status=201)
    def record_receipt(self, request: ApiRequest) -> Any:
        return self.payments.record_receipt(request.body)

    @route("GET", "/receipts", permission="receipts.read", query=calls.ReceiptQuery, answer=calls.ReceiptPage)
    def list_receipts(self, request: ApiRequest) -> Any:
        return self.payments.list_receipts(request.query)

    @route("GET", "/receipts/<receipt_id>", permission="receipts.read", answer=calls.ReceiptDetail)
    def show_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        return self.payments.show_receipt(receipt_id)

    @route(
        "POST",
        "/receipts/<receipt_id>/assign",
        permission="receipts.assign",
        body=calls.AssignReceipt,
        answer=calls.ReceiptDetail,
    )
    def assign_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        return self.payments.assign_receipt(receipt_id, request.body)

    @route(
        "POST",
        "/receipts/<receipt_id>/unmatch",
        permission="receipts.assign",
        body=calls.UnmatchReceipt,
        answer=calls.ReceiptDetail,
    )
    def unmatch_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        return self.payments.unmatch_receipt(receipt_id, request.body)
