"""The billing service: entrypoints only."""

from typing import Any
from uuid import UUID

from services.billing.store.figures import FIGURES
from services.billing.tasks import tasks
from services.billing.usecases.assign_usage_name import assign_usage_name, release_usage_name
from services.billing.usecases.change_recharge import change_recharge, show_recharge
from services.billing.usecases.close_bill import settle_bill
from services.billing.usecases.copy_account import copy_account
from services.billing.usecases.copy_customer import copy_customer
from services.billing.usecases.copy_product import copy_product
from services.billing.usecases.end_process import apply_process, release_process
from services.billing.usecases.export_list import LISTS
from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.import_usage import show_usage_import, start_usage_import
from services.billing.usecases.list_balances import list_balances
from services.billing.usecases.list_bill_refusals import list_bill_refusals
from services.billing.usecases.list_billing_runs import list_billing_runs
from services.billing.usecases.list_bills import list_bills
from services.billing.usecases.list_invoices import list_invoices, show_invoice
from services.billing.usecases.list_product_prices import list_product_prices
from services.billing.usecases.list_reconcilable_bills import list_reconcilable_bills
from services.billing.usecases.list_startable_processes import list_startable_processes
from services.billing.usecases.list_unknown_accounts import list_assigned_names, list_unknown_accounts
from services.billing.usecases.list_usage import list_product_usage, list_usage
from services.billing.usecases.list_usage_reports import list_usage_imports, list_usage_reports
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.prepare_process import prepare_process
from services.billing.usecases.quote_price import quote_price
from services.billing.usecases.record_usage import Report, record_reported_usage
from services.billing.usecases.reopen_bills import reopen_bills
from services.billing.usecases.save_bill_selection import clear_bill_selection, save_bill_selection
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.show_bill_selection import show_bill_selection
from services.billing.usecases.show_billing_run import show_billing_run
from services.billing.usecases.show_customer_sections import show_customer_bills, show_customer_invoices
from services.billing.usecases.show_ledger import show_ledger
from services.billing.usecases.show_statement import find_statement_file, list_statements, show_statement
from services.billing.usecases.start_billing_run import start_billing_run
from services.billing.usecases.take_price_list import take_price_list
from services.billing.usecases.void_bill import finish_void, give_up_void
from services.contracts import billing_calls as calls
from services.contracts import billing_invoice_calls as invoice_calls
from services.contracts import billing_ledger_calls as ledger_calls
from services.contracts import billing_price_calls as price_calls
from services.contracts import billing_reconciliation_calls as reconciliation_calls
from services.contracts import billing_statement_calls as statement_calls
from services.contracts import billing_usage_calls as usage_calls
from services.contracts.billing import EVENTS
from services.contracts.billing_price_lists import PriceList, ReadPriceList
from services.contracts.effects import tell_effect_failed
from services.contracts.external import UsageReported
from services.contracts.paging import PageQuery
from services.contracts.sections import SectionQuery
from services.contracts.startable import OwnedStarts
from services.contracts.workflow import Prepared, PrepareProcess
from services.kit.answered_calls import once, once_apart_from
from services.kit.bus.audit import AuditCalls
from services.kit.bus.events import event_handler
from services.kit.bus.jobs import JobCalls
from services.kit.bus.list_files import ListFileCalls
from services.kit.bus.rpc import rpc
from services.kit.bus.work import Telemetry, UnitsOfWork
from services.kit.envelope import Event
from services.kit.health import Health
from services.kit.schema import dump, load
from services.kit.storage import file_store


class BillingService(Health, AuditCalls, JobCalls, ListFileCalls):
    """Usage, prices, bills, statements and invoices."""

    name = "billing"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
    tasks = tasks
    lists = LISTS

    # Usage

    @event_handler("external", "usage_reported")
    def on_usage_reported(self, event: Event) -> None:
        reported = load(UsageReported, event.data)
        report = Report(reported["source"], reported["report_id"], reported["replaces"], "event")
        record_reported_usage(self.begin, report, reported["lines"], event)

    @rpc
    def report_usage(self, reported: dict[str, Any]) -> Any:
        lines = load(usage_calls.ReportUsage, reported)
        report = Report(lines["source"], lines["report_id"], lines["replaces"], "http")
        return dump(usage_calls.UsageCounted, record_reported_usage(self.begin, report, lines["lines"]))

    @rpc
    @once_apart_from("file_key")
    def import_usage(self, request: dict[str, Any]) -> Any:
        started = start_usage_import(self.begin, self._start_job, **load(usage_calls.ImportUsage, request))
        return dump(usage_calls.UsageImport, started)

    @rpc
    def show_usage_import(self, import_id: str) -> Any:
        return dump(usage_calls.UsageImport, show_usage_import(self.begin, UUID(import_id)))

    @rpc
    def list_usage(self, query: dict[str, Any]) -> Any:
        return dump(usage_calls.UsagePage, list_usage(self.begin, **load(usage_calls.UsageQuery, query)))

    @rpc
    def list_product_usage(self, query: dict[str, Any]) -> Any:
        wanted = load(usage_calls.ProductUsageQuery, query)
        return dump(usage_calls.ProductUsageList, {"items": list_product_usage(self.begin, **wanted)})

    @rpc
    def list_usage_reports(self, query: dict[str, Any]) -> Any:
        wanted = load(usage_calls.UsageReportQuery, query)
        return dump(usage_calls.UsageReportPage, list_usage_reports(self.begin, **wanted))

    @rpc
    def list_usage_imports(self, query: dict[str, Any]) -> Any:
        wanted = load(usage_calls.UsageImportListQuery, query)
        return dump(usage_calls.UsageImportPage, list_usage_imports(self.begin, **wanted))

    @rpc
    def list_unknown_accounts(self, query: dict[str, Any]) -> Any:
        wanted = load(usage_calls.UnknownAccountQuery, query)
        return dump(usage_calls.UnknownAccountPage, list_unknown_accounts(self.begin, **wanted))

    @rpc
    def list_assigned_names(self, query: dict[str, Any]) -> Any:
        return dump(usage_calls.AssignedNamePage, list_assigned_names(self.begin, **load(PageQuery, query)))

    @rpc
    def assign_usage_name(self, request: dict[str, Any]) -> Any:
        assigned = assign_usage_name(self.begin, **load(usage_calls.AssignUsageName, request))
        return dump(usage_calls.AssignedName, assigned)

    @rpc
    def release_usage_name(self, request: dict[str, Any]) -> Any:
        release_usage_name(self.begin, **load(usage_calls.ReleaseUsageName, request))

    # Prices

    @rpc
    def list_product_prices(self, product_id: str, query: dict[str, Any]) -> Any:
        wanted = load(price_calls.ProductPricesQuery, query)
        return dump(price_calls.ProductPrices, list_product_prices(self.begin, UUID(product_id), **wanted))

    @rpc
    def quote_price(self, request: dict[str, Any]) -> Any:
        return dump(price_calls.PriceQuote, quote_price(self.begin, **load(price_calls.PriceQuoteRequest, request)))

    @rpc
    def read_price_list(self, request: dict[str, Any]) -> Any:
        files = file_store(self.settings)
        return dump(PriceList, take_price_list(files, **load(ReadPriceList, request)))

    # Bills

    @rpc
    @once
    def start_billing_run(self, request: dict[str, Any]) -> Any:
        run_id = start_billing_run(self.begin, self._start_job, **load(calls.StartBillingRun, request))
        return self.show_billing_run(str(run_id))

    @rpc
    def show_billing_run(self, run_id: str) -> Any:
        return dump(calls.BillingRun, show_billing_run(self.begin, UUID(run_id)))

    @rpc
    def list_billing_runs(self, query: dict[str, Any]) -> Any:
        return dump(calls.BillingRunPage, list_billing_runs(self.begin, **load(calls.BillingRunQuery, query)))

    @rpc
    def list_bills(self, query: dict[str, Any]) -> Any:
        return dump(calls.BillPage, list_bills(self.begin, **load(calls.BillQuery, query)))

    @rpc
    def show_customer_bills(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_bills(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(calls.BillSection, shown)

    @rpc
    def show_bill(self, bill_id: str) -> Any:
        return dump(calls.BillDetail, show_bill(self.begin, UUID(bill_id)))

    @rpc
    def list_bill_refusals(self, query: dict[str, Any]) -> Any:
        return dump(calls.BillRefusalPage, list_bill_refusals(self.begin, **load(calls.BillRefusalQuery, query)))

    # Reconciliation

    @rpc
    def list_reconcilable_bills(self, customer_id: str, query: dict[str, Any]) -> Any:
        wanted = load(reconciliation_calls.ReconcilableQuery, query)
        return dump(reconciliation_calls.ReconcilableBills, list_reconcilable_bills(self.begin, UUID(customer_id), **wanted))

    @rpc
    def show_bill_selection(self, customer_id: str) -> Any:
        return dump(reconciliation_calls.BillSelection, show_bill_selection(self.begin, UUID(customer_id)))

    @rpc
    def save_bill_selection(self, customer_id: str, change: dict[str, Any]) -> Any:
        wanted = load(reconciliation_calls.SaveBillSelection, change)
        return dump(reconciliation_calls.BillSelection, save_bill_selection(self.begin, UUID(customer_id), **wanted))

    @rpc
    def clear_bill_selection(self, customer_id: str) -> None:
        clear_bill_selection(self.begin, UUID(customer_id))

    # Statements

    @rpc
    @once
    def make_statement(self, request: dict[str, Any]) -> Any:
        settings = self.settings
        seller = Seller(settings.seller_name, settings.seller_bank, settings.seller_bank_account)
        wanted = load(statement_calls.MakeStatement, request)
        return self.show_statement(str(make_statement(self.begin, self._start_job, seller, **wanted)))

    @rpc
    def list_statements(self, query: dict[str, Any]) -> Any:
        return dump(statement_calls.StatementPage, list_statements(self.begin, **load(statement_calls.StatementQuery, query)))

    @rpc
    def show_statement(self, statement_id: str) -> Any:
        return dump(statement_calls.Statement, show_statement(self.begin, UUID(statement_id)))

    @rpc
    def find_statement_file(self, statement_id: str, query: dict[str, Any]) -> Any:
        wanted = load(statement_calls.StatementFileQuery, query)
        return dump(statement_calls.StatementFile, find_statement_file(self.begin, UUID(statement_id), wanted["form"]))

    # Invoices

    @rpc
    def list_invoices(self, query: dict[str, Any]) -> Any:
        return dump(invoice_calls.InvoicePage, list_invoices(self.begin, **load(invoice_calls.InvoiceQuery, query)))

    @rpc
    def show_customer_invoices(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_invoices(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(invoice_calls.InvoiceSection, shown)

    @rpc
    def show_invoice(self, invoice_id: str) -> Any:
        return dump(invoice_calls.InvoiceDetail, show_invoice(self.begin, UUID(invoice_id)))

    # Balances

    @rpc
    def list_balances(self, query: dict[str, Any]) -> Any:
        return dump(ledger_calls.BalancePage, list_balances(self.begin, **load(ledger_calls.BalanceQuery, query)))

    @rpc
    def show_ledger(self, account_id: str, query: dict[str, Any]) -> Any:
        wanted = load(ledger_calls.LedgerQuery, query)
        return dump(ledger_calls.Ledger, show_ledger(self.begin, UUID(account_id), **wanted))

    @rpc
    def show_recharge(self, process_id: str) -> Any:
        return dump(ledger_calls.Recharge, show_recharge(self.begin, UUID(process_id)))

    @rpc
    @once
    def change_recharge(self, process_id: str, change: dict[str, Any]) -> Any:
        wanted = load(ledger_calls.ChangeRecharge, change)
        return dump(ledger_calls.Recharge, change_recharge(self.begin, UUID(process_id), **wanted))

    # Processes

    @rpc
    def list_startable_processes(self, customer_id: str) -> Any:
        return dump(OwnedStarts, list_startable_processes(self.begin, UUID(customer_id)))

    @rpc
    def prepare_process(self, request: dict[str, Any]) -> Any:
        return dump(Prepared, prepare_process(self.begin, load(PrepareProcess, request)))

    @event_handler("workflow", "process_archived", given_up="tell_effect_failed")
    def on_process_archived(self, event: Event) -> None:
        apply_process(self.begin, event)

    def tell_effect_failed(self, event: Event, error: Exception) -> None:
        tell_effect_failed(self.begin, event, error)

    @event_handler("workflow", "process_rejected")
    def on_process_rejected(self, event: Event) -> None:
        release_process(self.begin, event)

    @event_handler("workflow", "process_withdrawn")
    def on_process_withdrawn(self, event: Event) -> None:
        release_process(self.begin, event)

    # What others tell

    @event_handler("customer", "customer_added")
    def on_customer_added(self, event: Event) -> None:
        copy_customer(self.begin, event)

    @event_handler("customer", "customer_changed")
    def on_customer_changed(self, event: Event) -> None:
        copy_customer(self.begin, event)

    @event_handler("customer", "product_added")
    def on_product_added(self, event: Event) -> None:
        copy_product(self.begin, event)

    @event_handler("customer", "product_changed")
    def on_product_changed(self, event: Event) -> None:
        copy_product(self.begin, event)

    @event_handler("customer", "account_opened")
    def on_account_opened(self, event: Event) -> None:
        copy_account(self.begin, event)

    @event_handler("customer", "account_changed")
    def on_account_changed(self, event: Event) -> None:
        copy_account(self.begin, event)

    @event_handler("payments", "receivable_settled")
    def on_receivable_settled(self, event: Event) -> None:
        settle_bill(self.begin, event)

    @event_handler("payments", "write_off_reversed")
    def on_write_off_reversed(self, event: Event) -> None:
        reopen_bills(self.begin, event)

    @event_handler("payments", "receivable_cancelled")
    def on_receivable_cancelled(self, event: Event) -> None:
        finish_void(self.begin, event)

    @event_handler("payments", "receivable_kept")
    def on_receivable_kept(self, event: Event) -> None:
        give_up_void(self.begin, event)

    def _start_job(self, *job: Any) -> UUID:
        return self.tasks.start(self.begin, self.settings, *job)
