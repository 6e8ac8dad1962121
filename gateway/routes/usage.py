"""Usage that was reported, by HTTP and by file."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import billing_usage_calls as calls
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store


class UsageRoutes:
    """``/usage-reports``, ``/usage-imports``, ``/usage`` and whose it is."""

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

    @route("GET", "/usage-reports", permission="usage.report", query=calls.UsageReportQuery, answer=calls.UsageReportPage)
    def list_usage_reports(self, request: ApiRequest) -> Any:
        """The reports that came, whichever way, the latest first; also those that a correction has replaced."""
        return self.billing.list_usage_reports(request.query)

    @route("GET", "/usage-imports", permission="usage.report", query=calls.UsageImportListQuery, answer=calls.UsageImportPage)
    def list_usage_imports(self, request: ApiRequest) -> Any:
        """The files that came, the latest first."""
        return self.billing.list_usage_imports(request.query)

    @route("GET", "/usage-imports/<import_id>", permission="usage.report", answer=calls.UsageImport)
    def show_usage_import(self, request: ApiRequest, import_id: str) -> Any:
        """Whether a file was counted, or what is wrong in which row."""
        return self.billing.show_usage_import(import_id)

    @route("GET", "/usage", permission="usage.read", query=calls.UsageQuery, answer=calls.UsagePage)
    def list_usage(self, request: ApiRequest) -> Any:
        """Daily sums by account and operator; ``?unknown=true`` for accounts that nobody knows."""
        return self.billing.list_usage(request.query)

    @route("GET", "/usage/by-product", permission="usage.read", query=calls.ProductUsageQuery, answer=calls.ProductUsageList)
    def list_product_usage(self, request: ApiRequest) -> Any:
        """What each of a customer's products sent in a month, by operator."""
        return self.billing.list_product_usage(request.query)

    @route(
        "GET",
        "/usage/unknown-accounts",
        permission="usage.unknown",
        query=calls.UnknownAccountQuery,
        answer=calls.UnknownAccountPage,
    )
    def list_unknown_accounts(self, request: ApiRequest) -> Any:
        """Names with usage that belong to no account, each with the accounts that it is like."""
        return self.billing.list_unknown_accounts(request.query)

    @route("GET", "/usage/assigned-names", permission="usage.read", query=PageQuery, answer=calls.AssignedNamePage)
    def list_assigned_names(self, request: ApiRequest) -> Any:
        """Names in usage that were assigned to an account by hand, the latest first."""
        return self.billing.list_assigned_names(request.query)

    @route(
        "POST",
        "/usage/assigned-names",
        permission="usage.assign",
        body=calls.AssignUsageName,
        answer=calls.AssignedName,
        status=201,
        refuses=(404,),
    )
    def assign_usage_name(self, request: ApiRequest) -> Any:
        """Say whose usage it is that came, and comes, under a name that nobody knows."""
        return self.billing.assign_usage_name(request.body)

    @route(
        "POST",
        "/usage/assigned-names/release",
        permission="usage.assign",
        body=calls.ReleaseUsageName,
        status=204,
        refuses=(404,),
    )
    def release_usage_name(self, request: ApiRequest) -> Any:
        """Take an assignment back: the name is nobody's then, and can be assigned rightly."""
        return self.billing.release_usage_name(request.body)
