"""Receipts, receivables, write-offs, commission, and the dashboard's money."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from services.contracts import payments_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store

IMPORT_SECONDS_MAX: Final = 60.0


class PaymentsRoutes:
    """``/receipts``, ``/receipt-imports``, ``/receivables``, ``/write-offs``, ``/commission-statements``, ``/dashboard``."""

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

    @route("GET", "/receivables", permission="receivables.read", query=calls.ReceivableQuery, answer=calls.ReceivablePage)
    def list_receivables(self, request: ApiRequest) -> Any:
        return self.payments.list_receivables(request.query)

    @route("GET", "/receivables/<bill_id>", permission="receivables.read", answer=calls.ReceivableDetail)
    def show_receivable(self, request: ApiRequest, bill_id: str) -> Any:
        return self.payments.show_receivable(bill_id)

    @route("GET", "/write-offs", permission="receivables.read", query=calls.WriteOffQuery, answer=calls.WriteOffPage)
    def list_write_offs(self, request: ApiRequest) -> Any:
        return self.payments.list_write_offs(request.query)

    @route("GET", "/write-offs/<write_off_id>", permission="receivables.read", answer=calls.WriteOffDetail)
    def show_write_off(self, request: ApiRequest, write_off_id: str) -> Any:
        return self.payments.show_write_off(write_off_id)

    @route(
        "GET",
        "/commission-statements",
        permission="commission.read",
        query=calls.CommissionQuery,
        answer=calls.CommissionStatement,
    )
    def show_commission_statement(self, request: ApiRequest) -> Any:
        return self.payments.show_commission_statement(request.query)

    @route("GET", "/dashboard", permission="commission.read", query=calls.DashboardQuery, answer=calls.ProfitAndCommission)
    def show_dashboard(self, request: ApiRequest) -> Any:
        return self.payments.profit_and_commission_by_day(request.query)
