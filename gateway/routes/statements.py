"""Statements and usage details of bills."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from services.contracts import billing_statement_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store

MEDIA_TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class StatementRoutes:
    """``/statements``."""

    billing = ServiceClient("billing")
    settings: Settings = SettingsProvider()

    @route("POST", "/statements", permission="bills.read", body=calls.MakeStatement, answer=calls.Statement, status=202)
    def make_statement(self, request: ApiRequest) -> Any:
        """Have a statement made of selected bills of one customer."""
        return self.billing.make_statement(request.body)

    @route("GET", "/statements/<statement_id>", permission="bills.read", answer=calls.Statement)
    def show_statement(self, request: ApiRequest, statement_id: str) -> Any:
        return self.billing.show_statement(statement_id)

    @route("GET", "/statements/<statement_id>.pdf", permission="bills.read", media_type=MEDIA_TYPES["pdf"])
    def download_statement(self, request: ApiRequest, statement_id: str) -> Response:
        return self._statement_file(statement_id, "pdf")

    @route("GET", "/statements/<statement_id>.xlsx", permission="bills.read", media_type=MEDIA_TYPES["xlsx"])
    def download_usage_detail(self, request: ApiRequest, statement_id: str) -> Response:
        return self._statement_file(statement_id, "xlsx")

    def _statement_file(self, statement_id: str, form: str) -> Response:
        found = self.billing.find_statement_file(statement_id, {"form": form})
        content = file_store(self.settings).read(found["file_key"])
        disposition = f"attachment; filename=\"statement.{form}\"; filename*=UTF-8''{quote(found['file_name'], safe='')}"
        return Response(content, content_type=MEDIA_TYPES[form], headers={"Content-Disposition": disposition})
