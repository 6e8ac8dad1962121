"""Export billing's lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from services.billing.documents import list_sheets as sheets
from services.billing.usecases.list_balances import list_balances
from services.billing.usecases.list_bill_refusals import list_bill_refusals
from services.billing.usecases.list_billing_runs import list_billing_runs
from services.billing.usecases.list_bills import list_bills
from services.billing.usecases.list_invoices import list_invoices
from services.billing.usecases.list_unknown_accounts import list_assigned_names, list_unknown_accounts
from services.billing.usecases.list_usage import list_usage
from services.billing.usecases.list_usage_reports import list_usage_imports, list_usage_reports
from services.billing.usecases.show_ledger import show_ledger
from services.billing.usecases.show_statement import list_statements
from services.contracts import billing_calls as calls
from services.contracts import billing_usage_calls as usage_calls
from services.contracts.billing_invoice_calls import InvoiceQuery
from services.contracts.billing_ledger_calls import BalanceQuery, LedgerQuery
from services.contracts.billing_statement_calls import StatementQuery
from services.contracts.paging import PageQuery
from services.kit.list_files import ListFile
from services.kit.paging import Page
from services.kit.unit_of_work import Begin


def _ledger(begin: Begin, account_id: str, **asked: Any) -> Page:
    shown = show_ledger(begin, UUID(account_id), **asked)
    return Page(shown["items"], shown["next_cursor"])


LISTS: Final[Mapping[str, ListFile]] = {
    "bills": ListFile(sheets.BILLS, calls.BillQuery, list_bills),
    "bill_refusals": ListFile(sheets.BILL_REFUSALS, calls.BillRefusalQuery, list_bill_refusals),
    "billing_runs": ListFile(sheets.BILLING_RUNS, calls.BillingRunQuery, list_billing_runs),
    "statements": ListFile(sheets.STATEMENTS, StatementQuery, list_statements),
    "invoices": ListFile(sheets.INVOICES, InvoiceQuery, list_invoices),
    "balances": ListFile(sheets.BALANCES, BalanceQuery, list_balances),
    "ledger": ListFile(sheets.LEDGER, LedgerQuery, _ledger),
    "usage": ListFile(sheets.USAGE, usage_calls.UsageQuery, list_usage),
    "usage_reports": ListFile(sheets.USAGE_REPORTS, usage_calls.UsageReportQuery, list_usage_reports),
    "usage_imports": ListFile(sheets.USAGE_IMPORTS, usage_calls.UsageImportListQuery, list_usage_imports),
    "unknown_accounts": ListFile(sheets.UNKNOWN_ACCOUNTS, usage_calls.UnknownAccountQuery, list_unknown_accounts),
    "assigned_names": ListFile(sheets.ASSIGNED_NAMES, PageQuery, list_assigned_names),
}
