"""Reconciliation: what can be reconciled, what is selected of it, and statements with their usage details."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.downloads import Download, send_file
from gateway.http import ApiRequest, route
from services.contracts import billing_reconciliation_calls as reconciliation
from services.contracts import billing_statement_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.schema import load
from services.kit.settings import Settings
from services.kit.storage import file_store

MEDIA_TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class StatementRoutes:
    """``/customers/{id}/reconcilable-bills``, ``/customers/{id}/bill-selection``, ``/statements``."""

    billing = ServiceClient("billing")
    settings: Settings = SettingsProvider()

    @route(
        "GET",
        "/customers/<customer_id>/reconcilable-bills",
        permission="bills.read",
        query=reconciliation.ReconcilableQuery,
        answer=reconciliation.ReconcilableBills,
    )
    def list_reconcilable_bills(self, request: ApiRequest, customer_id: str) -> Any:
        """All of a customer's bills of the last month over and those of other months that are open, what the open ones come to,
        and why what is missing has no bill."""
        return self.billing.list_reconcilable_bills(customer_id, request.query)

    @route("GET", "/customers/<customer_id>/bill-selection", permission="bills.read", answer=reconciliation.BillSelection)
    def show_bill_selection(self, request: ApiRequest, customer_id: str) -> Any:
        """The caller's own selection. A 对账 that starts takes its bills out of it, one that comes back puts them in again."""
        return self.billing.show_bill_selection(customer_id)

    @route(
        "PUT",
        "/customers/<customer_id>/bill-selection",
        permission="bills.read",
        body=reconciliation.SaveBillSelection,
        answer=reconciliation.BillSelection,
    )
    def save_bill_selection(self, request: ApiRequest, customer_id: str) -> Any:
        """Select these bills, instead of those before.

        Give the version that was seen, in the body or as ``If-Match``: a selection that was changed elsewhere since is not
        overwritten (409; by the tag 412). The same again is answered alike.
        """
        return self.billing.save_bill_selection(customer_id, request.change)

    @route("DELETE", "/customers/<customer_id>/bill-selection", permission="bills.read", status=204)
    def clear_bill_selection(self, request: ApiRequest, customer_id: str) -> Any:
        """Select nothing."""
        self.billing.clear_bill_selection(customer_id)

    @route("GET", "/statements", permission="bills.read", query=calls.StatementQuery, answer=calls.StatementPage)
    def list_statements(self, request: ApiRequest) -> Any:
        """Statements, the newest first."""
        return self.billing.list_statements(request.query)

    @route(
        "POST",
        "/statements",
        permission="bills.read",
        body=calls.MakeStatement,
        answer=calls.Statement,
        status=202,
        refuses=(404,),
    )
    def make_statement(self, request: ApiRequest) -> Any:
        """Have a statement made of selected bills of one customer: what it shows is what they are at this moment."""
        return self.billing.make_statement(request.body)

    @route("GET", "/statements/<statement_id>", permission="bills.read", answer=calls.Statement)
    def show_statement(self, request: ApiRequest, statement_id: str) -> Any:
        """How far a statement is; each of its files can be had as soon as it is there."""
        return self.billing.show_statement(statement_id)

    @route(
        "GET",
        "/statements/<statement_id>.pdf",
        permission="bills.read",
        query=calls.StatementPdfQuery,
        media_type=MEDIA_TYPES["pdf"],
        refuses=(409,),
        ranges=True,
    )
    def download_statement(self, request: ApiRequest, statement_id: str) -> Response:
        """The statement; a part of it by ``Range``, and by ``If-None-Match`` not again. ``?preview=true``: shown in place."""
        preview = load(calls.StatementPdfQuery, request.query)["preview"]
        return self._statement_file(request, statement_id, "pdf", preview=preview)

    @route(
        "GET",
        "/statements/<statement_id>.xlsx",
        permission="bills.read",
        media_type=MEDIA_TYPES["xlsx"],
        refuses=(409,),
        ranges=True,
    )
    def download_usage_detail(self, request: ApiRequest, statement_id: str) -> Response:
        """What was sent, by account, day and operator, and how it adds up to each bill."""
        return self._statement_file(request, statement_id, "xlsx")

    def _statement_file(self, request: ApiRequest, statement_id: str, form: str, *, preview: bool = False) -> Response:
        found = self.billing.find_statement_file(statement_id, {"form": form})
        store = file_store(self.settings)
        if found["size_bytes"] is not None:
            file = Download(found["file_key"], found["file_name"], MEDIA_TYPES[form], found["size_bytes"], found["sha256"])
            return send_file(request.http, store, file, preview=preview)
        content = store.read(found["file_key"])
        disposition = f"attachment; filename=\"statement.{form}\"; filename*=UTF-8''{quote(found['file_name'], safe='')}"
        return Response(content, content_type=MEDIA_TYPES[form], headers={"Content-Disposition": disposition})
