"""The lists that people work with, as files."""

from typing import Any

from gateway.identity.usecases.export_list import LISTS
from gateway.list_files import ListClient, list_file
from gateway.routes.balances import BalanceRoutes
from gateway.routes.bills import BillRoutes, bills_asked
from gateway.routes.commission import CommissionRoutes
from gateway.routes.customer_files import CustomerFileRoutes
from gateway.routes.customer_parts import CustomerPartRoutes
from gateway.routes.customers import CustomerRoutes
from gateway.routes.identity import IdentityRoutes
from gateway.routes.interest import InterestRoutes
from gateway.routes.invoices import InvoiceRoutes
from gateway.routes.messages import MessageRoutes
from gateway.routes.payers import PayerRoutes
from gateway.routes.processes import ProcessRoutes
from gateway.routes.receipt_files import ReceiptFileRoutes
from gateway.routes.receipts import ReceiptRoutes
from gateway.routes.receivables import ReceivableRoutes
from gateway.routes.statements import StatementRoutes
from gateway.routes.usage import UsageRoutes
from services.kit.health import SettingsProvider
from services.kit.list_files import export_list
from services.kit.settings import Settings
from services.kit.storage import file_store
from services.kit.unit_of_work import Begin


class OwnLists:
    """Makes the files of the gateway's own lists, as a :class:`~gateway.list_files.ListClient` has others make theirs."""

    def __init__(self, begin: Begin, settings: Settings) -> None:
        self._begin = begin
        self._files = file_store(settings)

    def export_list(self, wanted: dict[str, Any]) -> dict[str, str]:
        return export_list(self._begin, self._files, LISTS, **wanted)


class ListFileRoutes:
    """``/bills.xlsx``, ``/processes.xlsx`` and so on: each list's path with ``.xlsx`` behind it."""

    customer_lists = ListClient("customer")
    workflow_lists = ListClient("workflow")
    billing_lists = ListClient("billing")
    payments_lists = ListClient("payments")
    notify_lists = ListClient("notify")
    begin: Begin
    settings: Settings = SettingsProvider()

    @property
    def gateway_lists(self) -> OwnLists:
        return OwnLists(self.begin, self.settings)

    download_users = list_file(IdentityRoutes.list_users, "gateway")
    download_tokens = list_file(IdentityRoutes.list_tokens, "gateway")

    download_customers = list_file(CustomerRoutes.list_customers, "customer", permission="customers.export")
    download_follow_ups = list_file(CustomerPartRoutes.list_follow_ups, "customer")
    download_all_accounts = list_file(CustomerPartRoutes.list_all_accounts, "customer")
    download_contracts = list_file(CustomerPartRoutes.list_contracts, "customer")
    download_customer_imports = list_file(CustomerFileRoutes.list_customer_imports, "customer")

    download_processes = list_file(ProcessRoutes.list_processes, "workflow")

    download_bills = list_file(BillRoutes.list_bills, "billing", asked=bills_asked)
    download_bill_refusals = list_file(BillRoutes.list_bill_refusals, "billing")
    download_billing_runs = list_file(BillRoutes.list_billing_runs, "billing")
    download_statements = list_file(StatementRoutes.list_statements, "billing")
    download_invoices = list_file(InvoiceRoutes.list_invoices, "billing")
    download_balances = list_file(BalanceRoutes.list_balances, "billing")
    download_ledger = list_file(BalanceRoutes.show_ledger, "billing")
    download_usage = list_file(UsageRoutes.list_usage, "billing")
    download_usage_reports = list_file(UsageRoutes.list_usage_reports, "billing")
    download_usage_imports = list_file(UsageRoutes.list_usage_imports, "billing")
    download_unknown_accounts = list_file(UsageRoutes.list_unknown_accounts, "billing")
    download_assigned_names = list_file(UsageRoutes.list_assigned_names, "billing")

    download_receipts = list_file(ReceiptRoutes.list_receipts, "payments")
    download_receipt_imports = list_file(ReceiptFileRoutes.list_receipt_imports, "payments")
    download_imported_rows = list_file(ReceiptFileRoutes.list_imported_rows, "payments")
    download_payer_aliases = list_file(PayerRoutes.list_payer_aliases, "payments")
    download_receivables = list_file(ReceivableRoutes.list_receivables, "payments")
    download_write_offs = list_file(ReceivableRoutes.list_write_offs, "payments")
    download_interest = list_file(InterestRoutes.list_interest, "payments")
    download_interest_exemptions = list_file(InterestRoutes.list_interest_exemptions, "payments")
    download_commission_by_owner = list_file(CommissionRoutes.list_commission_by_owner, "payments")
    download_missing_commission = list_file(CommissionRoutes.list_missing_commission, "payments")

    download_messages = list_file(MessageRoutes.list_messages, "notify")
