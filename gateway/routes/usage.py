"""Usage that was reported, by HTTP and by file."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import billing_usage_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store


class UsageRoutes:
    """``/usage-reports``, ``/usage-imports``, ``/usage``."""

    billing = ServiceClient("billing")
    settings: Settings = SettingsProvider()

    @route("POST", "/usage-reports", permission="usage.report", body=calls.ReportUsage, answer=calls.UsageCounted, status=201)
    def report_usage(self, request: ApiRequest) -> Any:
        """Count a report of usage. The same report again changes nothing and is answered alike."""
        return self.billing.report_usage(request.body)

    @route(
        "POST",
        "/usage-imports",
        permission="usage.report",
        query=calls.UsageImportQuery,
        answer=calls.UsageImport,
        status=202,
        upload=True,
        max_bytes=calls.USAGE_FILE_BYTES_MAX,
        media_type="application/octet-stream",
    )
    def import_usage(self, request: ApiRequest) -> Any:
        """Import a file of usage (CSV or xlsx) as one report; watch it at ``GET /usage-imports/{id}``."""
        stored = file_store(self.settings).save(request.stream, max_bytes=calls.USAGE_FILE_BYTES_MAX)
        query = {"file_name": request.file_name, **request.query}
        return self.billing.import_usage({**query, "file_key": stored.key, "sha256": stored.sha256})

    @route("GET", "/usage-imports/<import_id>", permission="usage.report", answer=calls.UsageImport)
    def show_usage_import(self, request: ApiRequest, import_id: str) -> Any:
        """Whether a file was counted, or what is wrong in which row."""
        return self.billing.show_usage_import(import_id)

    @route("GET", "/usage", permission="usage.read", query=calls.UsageQuery, answer=calls.UsagePage)
    def list_usage(self, request: ApiRequest) -> Any:
        """Daily sums by account and operator; ``?unknown=true`` for accounts that nobody knows."""
        return self.billing.list_usage(request.query)
