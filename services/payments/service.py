"""The payments service: entrypoints only."""

from typing import Any
from uuid import UUID

from services.contracts import payments_calls as calls
from services.contracts import payments_commission_calls as commission_calls
from services.contracts import payments_cost_calls as cost_calls
from services.contracts import payments_dashboard_calls as dashboard_calls
from services.contracts import payments_import_calls as import_calls
from services.contracts import payments_interest_calls as interest_calls
from services.contracts import payments_matching_calls as matching_calls
from services.contracts import payments_receipt_calls as receipt_calls
from services.contracts.effects import tell_effect_failed
from services.contracts.paging import PageQuery
from services.contracts.payments import EVENTS
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
from services.payments.store.figures import FIGURES
from services.payments.store.payer_assignments import AliasFilter
from services.payments.store.receipt_pages import ReceiptFilter
from services.payments.store.tables import CommissionRate, UnitCost
from services.payments.tasks import tasks
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.cancel_receivable import cancel_receivable
from services.payments.usecases.end_process import apply_process
from services.payments.usecases.export_commission import export_commission
from services.payments.usecases.export_list import LISTS
from services.payments.usecases.import_receipts import import_receipts
from services.payments.usecases.keep_account import keep_account
from services.payments.usecases.keep_bill import keep_bill
from services.payments.usecases.keep_customer import keep_customer
from services.payments.usecases.keep_prepaid_movements import keep_prepaid_movements
from services.payments.usecases.list_aliases import list_aliases
from services.payments.usecases.list_bank_mappings import list_bank_mappings, show_bank_mapping
from services.payments.usecases.list_commission_by_owner import list_commission_by_owner
from services.payments.usecases.list_interest import list_interest
from services.payments.usecases.list_interest_exemptions import list_interest_exemptions
from services.payments.usecases.list_missing_commission import list_missing_commission
from services.payments.usecases.list_receipts import list_receipts
from services.payments.usecases.list_receivables import list_receivables
from services.payments.usecases.list_startable_processes import list_startable_processes
from services.payments.usecases.list_write_offs import list_write_offs
from services.payments.usecases.open_receivables import open_receivables
from services.payments.usecases.prepare_process import prepare_process
from services.payments.usecases.preview_receipt_import import preview_receipt_import
from services.payments.usecases.record_receipt import NewReceipt, record_receipt
from services.payments.usecases.release_write_off import release_write_off
from services.payments.usecases.set_bank_mapping import set_bank_mapping
from services.payments.usecases.set_dated_value import set_commission_rate, set_unit_cost
from services.payments.usecases.set_interest_exemption import set_interest_exemption
from services.payments.usecases.set_interest_rate import set_interest_rate
from services.payments.usecases.set_matching_policy import set_matching_policy
from services.payments.usecases.show_blocked_commission import show_blocked_commission
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_customer_sections import show_customer_receipts, show_customer_receivables
from services.payments.usecases.show_dated_values import list_dated_values, show_dated_values
from services.payments.usecases.show_due_bills import show_due_bills
from services.payments.usecases.show_interest_rates import show_interest_rates
from services.payments.usecases.show_matching_policy import list_matching_policies, show_matching_policy
from services.payments.usecases.show_profit_and_commission import show_profit_and_commission
from services.payments.usecases.show_receipt import show_receipt
from services.payments.usecases.show_receipt_import import (
    list_imported_rows,
    list_receipt_imports,
    list_wrong_rows,
    show_receipt_import,
)
from services.payments.usecases.show_receivable import show_receivable
from services.payments.usecases.show_write_off import show_write_off
from services.payments.usecases.suggest_for_receipts import suggest_for_receipts
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from services.payments.usecases.withdraw_alias import withdraw_alias


class PaymentsService(Health, AuditCalls, JobCalls, ListFileCalls):
    """Receipts, matching, write-offs, interest and commission."""

    name = "payments"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
    tasks = tasks
    lists = LISTS

    # Receipts

    @rpc
    @once_apart_from("file_key")
    def import_receipts(self, statement: dict[str, Any]) -> Any:
        wanted = load(import_calls.ImportReceipts, statement)
        import_id, rows = import_receipts(self.begin, file_store(self.settings), self._start_job, **wanted)
        return dump(import_calls.ReceiptImport, {**show_receipt_import(self.begin, import_id), "rows": rows})

    @rpc
    def preview_receipt_import(self, statement: dict[str, Any]) -> Any:
        wanted = load(import_calls.ImportReceipts, statement)
        del wanted["file_name"]
        preview = preview_receipt_import(self.begin, file_store(self.settings), **wanted)
        return dump(import_calls.ReceiptImportPreview, preview)

    @rpc
    def show_receipt_import(self, import_id: str) -> Any:
        return dump(import_calls.ReceiptImportSummary, show_receipt_import(self.begin, UUID(import_id)))

    @rpc
    def list_receipt_imports(self, query: dict[str, Any]) -> Any:
        page = list_receipt_imports(self.begin, **load(import_calls.ReceiptImportQuery, query))
        return dump(import_calls.ReceiptImportPage, page)

    @rpc
    def list_imported_rows(self, import_id: str, query: dict[str, Any]) -> Any:
        page = list_imported_rows(self.begin, UUID(import_id), **load(import_calls.ImportedRowQuery, query))
        return dump(import_calls.ImportedRowPage, page)

    @rpc
    def list_wrong_rows(self, import_id: str, query: dict[str, Any]) -> Any:
        rows = list_wrong_rows(self.begin, UUID(import_id), **load(import_calls.WrongRowQuery, query))
        return dump(import_calls.WrongRows, rows)

    @rpc
    def list_bank_mappings(self) -> Any:
        return dump(import_calls.BankMappingList, list_bank_mappings(self.begin))

    @rpc
    def show_bank_mapping(self, code: str) -> Any:
        return dump(import_calls.BankMapping, show_bank_mapping(self.begin, code))

    @rpc
    def set_bank_mapping(self, code: str, mapping: dict[str, Any]) -> Any:
        named = load(import_calls.BankMappingCode, {"code": code})
        return dump(import_calls.BankMapping, set_bank_mapping(self.begin, **named, **load(import_calls.SetBankMapping, mapping)))

    @rpc
    def record_receipt(self, receipt: dict[str, Any]) -> Any:
        recorded = record_receipt(self.begin, NewReceipt(**load(receipt_calls.RecordReceipt, receipt)))
        return dump(receipt_calls.ReceiptDetail, recorded)

    @rpc
    def show_receipt(self, receipt_id: str) -> Any:
        return dump(receipt_calls.ReceiptDetail, show_receipt(self.begin, UUID(receipt_id)))

    @rpc
    def list_receipts(self, query: dict[str, Any]) -> Any:
        wanted = load(receipt_calls.ReceiptQuery, query)
        page = {name: wanted.pop(name) for name in ("page_size", "sort", "cursor")}
        return dump(receipt_calls.ReceiptPage, list_receipts(self.begin, ReceiptFilter(**wanted), **page))

    @rpc
    @once
    def assign_receipt(self, receipt_id: str, assignment: dict[str, Any]) -> Any:
        assigned = assign_receipt(self.begin, UUID(receipt_id), **load(receipt_calls.AssignReceipt, assignment))
        return dump(receipt_calls.ReceiptDetail, assigned)

    @rpc
    @once
    def unmatch_receipt(self, receipt_id: str, request: dict[str, Any]) -> Any:
        unmatched = unmatch_receipt(self.begin, UUID(receipt_id), **load(receipt_calls.UnmatchReceipt, request))
        return dump(receipt_calls.ReceiptDetail, unmatched)

    @rpc
    def suggest_customers(self, request: dict[str, Any]) -> Any:
        suggestions = suggest_for_receipts(self.begin, **load(matching_calls.SuggestCustomers, request))
        return dump(matching_calls.Suggestions, suggestions)

    @rpc
    def list_payer_aliases(self, query: dict[str, Any]) -> Any:
        wanted = load(matching_calls.PayerAliasQuery, query)
        page = {name: wanted.pop(name) for name in ("page_size", "sort", "cursor")}
        return dump(matching_calls.PayerAliasPage, list_aliases(self.begin, AliasFilter(**wanted), **page))

    @rpc
    @once
    def withdraw_payer_alias(self, alias_id: str, request: dict[str, Any]) -> Any:
        withdrawn = withdraw_alias(self.begin, UUID(alias_id), **load(matching_calls.WithdrawAlias, request))
        return dump(matching_calls.PayerAlias, withdrawn)

    @rpc
    def show_matching_policy(self) -> Any:
        return dump(matching_calls.MatchingPolicy, show_matching_policy(self.begin))

    @rpc
    def list_matching_policies(self, query: dict[str, Any]) -> Any:
        return dump(matching_calls.MatchingPolicyPage, list_matching_policies(self.begin, **load(PageQuery, query)))

    @rpc
    def set_matching_policy(self, policy: dict[str, Any]) -> Any:
        wanted = load(matching_calls.SetMatchingPolicy, policy)
        return dump(matching_calls.MatchingPolicy, set_matching_policy(self.begin, self._start_job, **wanted))

    # Receivables and write-offs

    @rpc
    def show_receivable(self, bill_id: str) -> Any:
        return dump(calls.ReceivableDetail, show_receivable(self.begin, UUID(bill_id)))

    @rpc
    def list_receivables(self, query: dict[str, Any]) -> Any:
        return dump(calls.ReceivablePage, list_receivables(self.begin, **load(calls.ReceivableQuery, query)))

    @rpc
    def show_customer_receivables(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_receivables(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(calls.ReceivableSection, shown)

    @rpc
    def show_customer_receipts(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_receipts(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(receipt_calls.ReceiptSection, shown)

    @rpc
    def show_due_bills(self, query: dict[str, Any]) -> Any:
        due = show_due_bills(self.begin, **load(dashboard_calls.DueBillsQuery, query))
        return dump(dashboard_calls.DueBills, due)

    @rpc
    def show_write_off(self, write_off_id: str) -> Any:
        return dump(calls.WriteOffDetail, show_write_off(self.begin, UUID(write_off_id)))

    @rpc
    def list_write_offs(self, query: dict[str, Any]) -> Any:
        return dump(calls.WriteOffPage, list_write_offs(self.begin, **load(calls.WriteOffQuery, query)))

    @rpc
    def list_startable_processes(self, customer_id: str) -> Any:
        return dump(OwnedStarts, list_startable_processes(self.begin, UUID(customer_id)))

    @rpc
    def prepare_process(self, request: dict[str, Any]) -> Any:
        return dump(Prepared, prepare_process(self.begin, load(PrepareProcess, request)))

    # Interest and penalty

    @rpc
    def show_interest_rates(self, query: dict[str, Any]) -> Any:
        return dump(interest_calls.InterestRates, show_interest_rates(self.begin, **load(PageQuery, query)))

    @rpc
    def set_interest_rate(self, rate: dict[str, Any]) -> Any:
        return dump(interest_calls.InterestRates, set_interest_rate(self.begin, **load(interest_calls.SetInterestRate, rate)))

    @rpc
    def list_interest_exemptions(self, query: dict[str, Any]) -> Any:
        page = list_interest_exemptions(self.begin, **load(interest_calls.InterestExemptionQuery, query))
        return dump(interest_calls.InterestExemptionPage, page)

    @rpc
    def set_interest_exemption(self, exemption: dict[str, Any]) -> Any:
        made = set_interest_exemption(self.begin, **load(interest_calls.SetInterestExemption, exemption))
        return dump(interest_calls.InterestExemption, made)

    @rpc
    def list_interest(self, query: dict[str, Any]) -> Any:
        return dump(interest_calls.InterestPage, list_interest(self.begin, **load(interest_calls.InterestQuery, query)))

    # Commission

    @rpc
    def show_commission_statement(self, query: dict[str, Any]) -> Any:
        statement = show_commission_statement(self.begin, **load(commission_calls.CommissionQuery, query))
        return dump(commission_calls.CommissionStatement, statement)

    @rpc
    def list_missing_commission(self, query: dict[str, Any]) -> Any:
        missing = list_missing_commission(self.begin, **load(commission_calls.MissingQuery, query))
        return dump(commission_calls.MissingPage, missing)

    @rpc
    def show_blocked_commission(self, query: dict[str, Any]) -> Any:
        blocked = show_blocked_commission(self.begin, **load(dashboard_calls.BlockedQuery, query))
        return dump(dashboard_calls.BlockedCommission, blocked)

    @rpc
    def list_commission_by_owner(self, query: dict[str, Any]) -> Any:
        owners = list_commission_by_owner(self.begin, **load(commission_calls.OwnersQuery, query))
        return dump(commission_calls.OwnerPage, owners)

    @rpc
    def export_commission(self, query: dict[str, Any]) -> Any:
        files = file_store(self.settings)
        made = export_commission(self.begin, files, **load(commission_calls.ExportCommission, query))
        return dump(commission_calls.CommissionFile, made)

    @rpc
    def profit_and_commission_by_day(self, query: dict[str, Any]) -> Any:
        by_day = show_profit_and_commission(self.begin, **load(commission_calls.DashboardQuery, query))
        return dump(commission_calls.ProfitAndCommission, by_day)

    # Unit costs and commission rates

    @rpc
    def show_unit_costs(self) -> Any:
        return dump(cost_calls.UnitCosts, show_dated_values(self.begin, UnitCost))

    @rpc
    def set_unit_cost(self, change: dict[str, Any]) -> Any:
        return dump(cost_calls.UnitCosts, set_unit_cost(self.begin, **load(cost_calls.SetUnitCost, change)))

    @rpc
    def list_unit_costs(self, query: dict[str, Any]) -> Any:
        page = list_dated_values(self.begin, UnitCost, **load(cost_calls.ValueHistoryQuery, query))
        return dump(cost_calls.UnitCostPage, page)

    @rpc
    def show_commission_rates(self) -> Any:
        return dump(cost_calls.CommissionRates, show_dated_values(self.begin, CommissionRate))

    @rpc
    def set_commission_rate(self, change: dict[str, Any]) -> Any:
        return dump(cost_calls.CommissionRates, set_commission_rate(self.begin, **load(cost_calls.SetCommissionRate, change)))

    @rpc
    def list_commission_rates(self, query: dict[str, Any]) -> Any:
        page = list_dated_values(self.begin, CommissionRate, **load(cost_calls.ValueHistoryQuery, query))
        return dump(cost_calls.CommissionRatePage, page)

    # Events

    @event_handler("customer", "customer_added")
    def on_customer_added(self, event: Event) -> None:
        keep_customer(self.begin, event)

    @event_handler("customer", "customer_changed")
    def on_customer_changed(self, event: Event) -> None:
        keep_customer(self.begin, event)

    @event_handler("customer", "account_opened")
    def on_account_opened(self, event: Event) -> None:
        keep_account(self.begin, event)

    @event_handler("customer", "account_changed")
    def on_account_changed(self, event: Event) -> None:
        keep_account(self.begin, event)

    @event_handler("billing", "balance_moved")
    def on_balance_moved(self, event: Event) -> None:
        keep_prepaid_movements(self.begin, event)

    @event_handler("billing", "bills_reconciled")
    def on_bills_reconciled(self, event: Event) -> None:
        open_receivables(self.begin, event)

    @event_handler("billing", "bill_made")
    def on_bill_made(self, event: Event) -> None:
        keep_bill(self.begin, event)

    @event_handler("billing", "bill_changed")
    def on_bill_changed(self, event: Event) -> None:
        keep_bill(self.begin, event)

    @event_handler("billing", "bill_void_asked")
    def on_bill_void_asked(self, event: Event) -> None:
        cancel_receivable(self.begin, event)

    @event_handler("workflow", "process_withdrawn")
    def on_process_withdrawn(self, event: Event) -> None:
        release_write_off(self.begin, event)

    @event_handler("workflow", "process_rejected")
    def on_process_rejected(self, event: Event) -> None:
        release_write_off(self.begin, event)

    @event_handler("workflow", "process_archived", given_up="tell_effect_failed")
    def on_process_archived(self, event: Event) -> None:
        apply_process(self.begin, event)

    def tell_effect_failed(self, event: Event, error: Exception) -> None:
        tell_effect_failed(self.begin, event, error)

    def _start_job(self, *job: Any) -> UUID:
        return self.tasks.start(self.begin, self.settings, *job)
