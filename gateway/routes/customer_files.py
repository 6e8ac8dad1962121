"""Customers as files: imports with the rows they refused, and exports of any length."""

from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.wrappers import Response

from gateway.downloads import workbook
from gateway.http import ApiRequest, route
from gateway.import_report import empty_sheet, report_sheet, worded
from gateway.wording import LANGUAGES
from services.contracts import customer_import_calls as calls
from services.contracts.customer_import_calls import REASON_HEADER
from services.kit.bus.rpc import ServiceClient
from services.kit.clock import utc_now
from services.kit.errors import InvalidInput
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.sheets import MEDIA_TYPE, pieces_of
from services.kit.storage import file_store


class CustomerFileRoutes:
    """``/customer-imports``, ``/customer-exports``."""

    customer = ServiceClient("customer")
    settings: Settings = SettingsProvider()

    @route(
        "POST",
        "/customer-imports",
        permission="customers.import",
        query=calls.CustomerImportQuery,
        answer=calls.CustomerImport,
        status=202,
        upload=True,
        max_bytes=calls.IMPORT_FILE_BYTES_MAX,
        media_type=MEDIA_TYPE,
    )
    def import_customers(self, request: ApiRequest) -> Any:
        """Import an xlsx or xls of customers; watch it at ``GET /customer-imports/{id}``.

        What its columns are, ``GET /customer-import-template.xlsx`` shows.
        """
        store = file_store(self.settings)
        stored = store.save(request.stream, max_bytes=calls.IMPORT_FILE_BYTES_MAX)
        try:
            imported = self.customer.import_customers({**request.query, "file_name": request.file_name, "file_key": stored.key})
        except InvalidInput:
            store.delete(stored.key)
            raise
        return _worded_import(imported, request.language)

    @route(
        "GET",
        "/customer-imports",
        permission="customers.import",
        query=calls.CustomerImportPageQuery,
        answer=calls.CustomerImportPage,
    )
    def list_customer_imports(self, request: ApiRequest) -> Any:
        """The caller's imports, the newest first; everybody's for an administrator."""
        page = self.customer.list_customer_imports(request.query)
        return {**page, "items": [_worded_import(each, request.language) for each in page["items"]]}

    @route("GET", "/customer-imports/<import_id>", permission="customers.import", answer=calls.CustomerImport)
    def show_customer_import(self, request: ApiRequest, import_id: str) -> Any:
        """How far an import is, and the first hundred rows that it refused."""
        return _worded_import(self.customer.show_customer_import(import_id), request.language)

    @route("GET", "/customer-imports/<import_id>.xlsx", permission="customers.import", media_type=MEDIA_TYPE, long_lived=True)
    def download_refused_rows(self, request: ApiRequest, import_id: str) -> Response:
        """The refused rows as they were given, each with the reason; mended, it can be imported as it is."""
        first = self.customer.list_refused_rows(import_id, {"after": 0})
        now = request.context.as_of or utc_now()
        file = report_sheet(first["headers"], self._refused_rows(import_id, first), request.language, now)
        stem = first["file_name"].rpartition(".")[0] or first["file_name"]
        return workbook(pieces_of(file), f"{stem}-{REASON_HEADER[LANGUAGES.index(request.language)]}.xlsx", "customers.xlsx")

    @route("GET", "/customer-import-template.xlsx", permission="customers.import", media_type=MEDIA_TYPE)
    def download_import_template(self, request: ApiRequest) -> Response:
        """The file to fill in: every column with a note of what it may hold."""
        file = empty_sheet(request.language, request.context.as_of or utc_now())
        return workbook(
            pieces_of(file), "客户导入模板.xlsx" if request.language == "zh" else "customer-import.xlsx", "customers.xlsx"
        )

    @route(
        "POST",
        "/customer-exports",
        permission="customers.export",
        body=calls.CustomerSelection,
        answer=calls.CustomerExport,
        status=202,
    )
    def export_customers(self, request: ApiRequest) -> Any:
        """Have a list of any length made as a file in the background; watch it at ``GET /customer-exports/{id}``."""
        return self.customer.export_customers({**request.body, "language": request.language})

    @route("GET", "/customer-exports/<export_id>", permission="customers.export", answer=calls.CustomerExport)
    def show_customer_export(self, request: ApiRequest, export_id: str) -> Any:
        """How far an export is."""
        return self.customer.show_customer_export(export_id)

    @route("GET", "/customer-exports/<export_id>.xlsx", permission="customers.export", media_type=MEDIA_TYPE, refuses=(409,))
    def download_customer_export(self, request: ApiRequest, export_id: str) -> Response:
        """An export's file, for seven days."""
        found = self.customer.find_customer_export_file(export_id)
        return workbook(file_store(self.settings).read(found["file_key"]), found["file_name"], "customers.xlsx")

    def _refused_rows(self, import_id: str, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while page["items"]:
            yield from page["items"]
            page = self.customer.list_refused_rows(import_id, {"after": page["items"][-1]["row"]})


def _worded_import(imported: dict[str, Any], language: str) -> dict[str, Any]:
    def words(problems: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return [worded(problem, language) for problem in problems]

    answer = {**imported, "problems": words(imported["problems"])}
    if "refusals" in imported:
        answer["refusals"] = [{**each, "problems": words(each["problems"])} for each in imported["refusals"]]
    return answer
