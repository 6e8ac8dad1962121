"""Usage, prices, bills, statements, invoices."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from services.contracts import billing_calls as calls
from services.contracts import billing_invoice_calls as invoices
from services.contracts import billing_ledger_calls as ledger
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.storage import file_store

MEDIA_TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class BillingRoutes:
    """``/usage``, ``/price-quotes``, ``/billing-runs``, ``/bills``, ``/bill-refusals``, ``/statements``, ``/invoices``,
    ``/accounts/{id}/ledger``, ``/recharges``."""

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

    @route("GET", "/products/<product_id>/prices", permission="prices.read", answer=calls.ProductPrices)
    def list_product_prices(self, request: ApiRequest, product_id: str) -> Any:
        """A product's prices on a time line, the newest first."""
        return self.billing.list_product_prices(product_id)

    @route("POST", "/price-quotes", permission="prices.read", body=calls.PriceQuoteRequest, answer=calls.PriceQuote)
    def quote_price(self, request: ApiRequest) -> Any:
        """What volumes would cost, line by line, under the price in force or a proposed one."""
        return self.billing.quote_price(request.body)

    @route("POST", "/billing-runs", permission="bills.generate", body=calls.StartBillingRun, answer=calls.BillingRun, status=202)
    def start_billing_run(self, request: ApiRequest) -> Any:
        """Make a month's missing bills, of all customers or of one."""
        return self.billing.start_billing_run(request.body)

    @route("GET", "/billing-runs/<run_id>", permission="bills.read", answer=calls.BillingRun)
    def show_billing_run(self, request: ApiRequest, run_id: str) -> Any:
        """How far a run is."""
        return self.billing.show_billing_run(run_id)

    @route("GET", "/bills", permission="bills.read", query=calls.BillQuery, answer=calls.BillPage)
    def list_bills(self, request: ApiRequest) -> Any:
        return self.billing.list_bills(request.query)

    @route("GET", "/bills/<bill_id>", permission="bills.read", answer=calls.BillDetail)
    def show_bill(self, request: ApiRequest, bill_id: str) -> Any:
        """A bill, how every amount came about, and each account's share."""
        return self.billing.show_bill(bill_id)

    @route("GET", "/bill-refusals", permission="bills.read", query=calls.BillRefusalQuery, answer=calls.BillRefusalPage)
    def list_bill_refusals(self, request: ApiRequest) -> Any:
        """Why products got no bill, and what mends it."""
        return self.billing.list_bill_refusals(request.query)

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

    @route("GET", "/accounts/<account_id>/ledger", permission="balances.read", query=ledger.LedgerQuery, answer=ledger.Ledger)
    def show_ledger(self, request: ApiRequest, account_id: str) -> Any:
        """An account's prepaid balance, and every entry that made it, the latest first."""
        return self.billing.show_ledger(account_id, request.query)

    @route("GET", "/recharges/<process_id>", permission="balances.read", answer=ledger.Recharge)
    def show_recharge(self, request: ApiRequest, process_id: str) -> Any:
        """What an archived 销售充值 agreed, and when it was really invoiced and paid."""
        return self.billing.show_recharge(process_id)

    @route(
        "PATCH",
        "/recharges/<process_id>",
        permission="recharges.write",
        body=ledger.ChangeRecharge,
        answer=ledger.Recharge,
    )
    def change_recharge(self, request: ApiRequest, process_id: str) -> Any:
        """Enter when a recharge was really invoiced and paid; nothing else of it changes."""
        return self.billing.change_recharge(process_id, request.change)

    @route("GET", "/invoices", permission="invoices.read", query=invoices.InvoiceQuery, answer=invoices.InvoicePage)
    def list_invoices(self, request: ApiRequest) -> Any:
        """Those for bills, in advance, and red ones; released ones only when asked for."""
        return self.billing.list_invoices(request.query)

    @route("GET", "/invoices/<invoice_id>", permission="invoices.read", answer=invoices.InvoiceDetail)
    def show_invoice(self, request: ApiRequest, invoice_id: str) -> Any:
        """An invoice with the bills it is for, or that were set against it."""
        return self.billing.show_invoice(invoice_id)

    def _statement_file(self, statement_id: str, form: str) -> Response:
        found = self.billing.find_statement_file(statement_id, {"form": form})
        content = file_store(self.settings).read(found["file_key"])
        disposition = f"attachment; filename=\"statement.{form}\"; filename*=UTF-8''{quote(found['file_name'], safe='')}"
        return Response(content, content_type=MEDIA_TYPES[form], headers={"Content-Disposition": disposition})
