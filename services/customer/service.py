"""The customer service: entrypoints only."""

from typing import Any
from uuid import UUID

from services.contracts import customer_account_calls as accounts
from services.contracts import customer_calls as calls
from services.contracts import customer_funnel_calls as funnel
from services.contracts import customer_import_calls as files
from services.contracts import customer_overview_calls as overview
from services.contracts import customer_parts_calls as parts
from services.contracts import customer_policy_calls as policies
from services.contracts import customer_pool_calls as pool
from services.contracts.customer import EVENTS
from services.contracts.effects import tell_effect_failed
from services.contracts.holdings import CustomersHeld
from services.contracts.paging import PageQuery
from services.contracts.sections import SectionQuery
from services.contracts.startable import OwnedStarts
from services.contracts.workflow import Prepared, PrepareProcess
from services.customer.store.figures import FIGURES
from services.customer.tasks import tasks
from services.customer.usecases.add_contact import add_contact
from services.customer.usecases.add_contact_log import add_contact_log
from services.customer.usecases.add_customer import add_customer
from services.customer.usecases.add_department import add_department
from services.customer.usecases.add_product import add_product
from services.customer.usecases.add_to_contact_log import add_to_contact_log
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.change_account import change_account
from services.customer.usecases.change_billing_cycle import change_billing_cycle
from services.customer.usecases.change_contact import change_contact
from services.customer.usecases.change_contact_log import change_contact_log
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.change_department import change_department
from services.customer.usecases.change_product import change_product
from services.customer.usecases.copy_department import copy_department
from services.customer.usecases.copy_user import copy_user
from services.customer.usecases.count_held_customers import count_held_customers
from services.customer.usecases.export_customers import start_customer_export
from services.customer.usecases.export_list import LISTS
from services.customer.usecases.import_customers import start_customer_import
from services.customer.usecases.list_accounts import list_accounts, list_all_accounts, show_account
from services.customer.usecases.list_contact_logs import list_contact_logs
from services.customer.usecases.list_contracts import list_contracts, show_contract
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_exempt_words import list_exempt_words
from services.customer.usecases.list_falls import count_funnel, list_falls
from services.customer.usecases.list_follow_ups import list_follow_ups
from services.customer.usecases.list_products import list_all_products, list_products
from services.customer.usecases.list_signatures import list_all_signatures, list_signatures
from services.customer.usecases.list_startable_processes import list_startable_processes
from services.customer.usecases.list_under_customer import list_under_customer
from services.customer.usecases.note_usage import note_usage
from services.customer.usecases.open_account import open_account
from services.customer.usecases.prepare_process import prepare_process
from services.customer.usecases.preview_policy import preview_policy
from services.customer.usecases.protect_customer import protect_customer
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.release_process import release_process
from services.customer.usecases.search_customers import search_customers
from services.customer.usecases.set_policy import set_policy
from services.customer.usecases.show_customer import show_customer
from services.customer.usecases.show_customer_export import find_customer_export_file, show_customer_export
from services.customer.usecases.show_customer_import import list_customer_imports, list_refused_rows, show_customer_import
from services.customer.usecases.show_customer_sections import show_customer_sections
from services.customer.usecases.show_history import show_history
from services.customer.usecases.show_outlook import show_outlook
from services.customer.usecases.show_policy import list_policies, show_policy
from services.customer.usecases.show_product import show_product
from services.customer.usecases.transfer_customers import transfer_customers
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


class CustomerService(Health, AuditCalls, JobCalls, ListFileCalls):
    """Customers, contacts, contact logs, products, accounts, contracts, the funnel and the public pool."""

    name = "customer"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
    tasks = tasks
    lists = LISTS

    @rpc
    @once
    def add_customer(self, customer: dict[str, Any]) -> Any:
        added = add_customer(self.begin, **load(calls.AddCustomer, customer))
        return dump(calls.Customer, added)

    @rpc
    def show_customer(self, customer_id: str) -> Any:
        return dump(calls.Customer, show_customer(self.begin, UUID(customer_id)))

    @rpc
    def show_customer_sections(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_sections(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(overview.CustomerSections, shown)

    @rpc
    def list_startable_processes(self, customer_id: str) -> Any:
        return dump(OwnedStarts, list_startable_processes(self.begin, UUID(customer_id)))

    @rpc
    @once
    def change_customer(self, customer_id: str, changes: dict[str, Any]) -> Any:
        changed = change_customer(self.begin, UUID(customer_id), **load(calls.ChangeCustomer, changes))
        return dump(calls.Customer, changed)

    @rpc
    def list_customers(self, query: dict[str, Any]) -> Any:
        return dump(calls.CustomerPage, list_customers(self.begin, **load(calls.CustomerQuery, query)))

    @rpc
    def count_funnel(self) -> Any:
        return dump(funnel.Funnel, count_funnel(self.begin))

    @rpc
    def list_falls(self, query: dict[str, Any]) -> Any:
        return dump(funnel.Falls, list_falls(self.begin, **load(funnel.FallsQuery, query)))

    @rpc
    def search_customers(self, query: dict[str, Any]) -> Any:
        return dump(calls.SearchAnswer, search_customers(self.begin, **load(calls.SearchQuery, query)))

    @rpc
    @once
    def release_customer(self, customer_id: str, release: dict[str, Any]) -> Any:
        released = release_customer(self.begin, UUID(customer_id), **load(pool.ReleaseCustomer, release))
        return dump(calls.Customer, released)

    @rpc
    @once
    def protect_customer(self, customer_id: str, protection: dict[str, Any]) -> Any:
        protected = protect_customer(self.begin, UUID(customer_id), **load(pool.ProtectCustomer, protection))
        return dump(calls.Customer, protected)

    @rpc
    @once
    def transfer_customers(self, transfer: dict[str, Any]) -> Any:
        return dump(pool.TransferAnswer, transfer_customers(self.begin, **load(pool.TransferCustomers, transfer)))

    @rpc
    def show_history(self, customer_id: str, query: dict[str, Any]) -> Any:
        return dump(calls.TierMovePage, show_history(self.begin, UUID(customer_id), **load(PageQuery, query)))

    @rpc
    def show_outlook(self, customer_id: str) -> Any:
        return dump(calls.CustomerOutlook, show_outlook(self.begin, UUID(customer_id)))

    @rpc
    @once
    def add_department(self, customer_id: str, department: dict[str, Any]) -> Any:
        added = add_department(self.begin, UUID(customer_id), **load(parts.AddCustomerDepartment, department))
        return dump(parts.CustomerDepartment, added)

    @rpc
    @once
    def change_department(self, customer_id: str, department_id: str, changes: dict[str, Any]) -> Any:
        given = load(parts.ChangeCustomerDepartment, changes)
        return dump(parts.CustomerDepartment, change_department(self.begin, UUID(customer_id), UUID(department_id), **given))

    @rpc
    def list_departments(self, customer_id: str, query: dict[str, Any]) -> Any:
        page = list_under_customer(self.begin, "departments", UUID(customer_id), **load(PageQuery, query))
        return dump(parts.CustomerDepartmentPage, page)

    @rpc
    @once
    def add_contact(self, customer_id: str, contact: dict[str, Any]) -> Any:
        added = add_contact(self.begin, UUID(customer_id), **load(parts.AddContact, contact))
        return dump(parts.Contact, added)

    @rpc
    @once
    def change_contact(self, customer_id: str, contact_id: str, changes: dict[str, Any]) -> Any:
        changed = change_contact(self.begin, UUID(customer_id), UUID(contact_id), **load(parts.ChangeContact, changes))
        return dump(parts.Contact, changed)

    @rpc
    def list_contacts(self, customer_id: str, query: dict[str, Any]) -> Any:
        page = list_under_customer(self.begin, "contacts", UUID(customer_id), **load(PageQuery, query))
        return dump(parts.ContactPage, page)

    @rpc
    @once
    def add_contact_log(self, customer_id: str, log: dict[str, Any]) -> Any:
        added = add_contact_log(self.begin, UUID(customer_id), **load(parts.AddContactLog, log))
        return dump(parts.ContactLog, added)

    @rpc
    @once
    def change_contact_log(self, customer_id: str, log_id: str, changes: dict[str, Any]) -> Any:
        changed = change_contact_log(self.begin, UUID(customer_id), UUID(log_id), **load(parts.ChangeContactLog, changes))
        return dump(parts.ContactLog, changed)

    @rpc
    @once
    def add_to_contact_log(self, customer_id: str, log_id: str, addition: dict[str, Any]) -> Any:
        added_to = add_to_contact_log(self.begin, UUID(customer_id), UUID(log_id), **load(parts.AddToContactLog, addition))
        return dump(parts.ContactLog, added_to)

    @rpc
    def list_contact_logs(self, customer_id: str, query: dict[str, Any]) -> Any:
        page = list_contact_logs(self.begin, UUID(customer_id), **load(parts.ContactLogQuery, query))
        return dump(parts.ContactLogPage, page)

    @rpc
    def list_follow_ups(self, query: dict[str, Any]) -> Any:
        return dump(parts.FollowUpPage, list_follow_ups(self.begin, **load(parts.FollowUpQuery, query)))

    @rpc
    @once
    def add_product(self, customer_id: str, product: dict[str, Any]) -> Any:
        added = add_product(self.begin, UUID(customer_id), **load(parts.AddProduct, product))
        return dump(parts.Product, added)

    @rpc
    def list_products(self, customer_id: str, query: dict[str, Any]) -> Any:
        return dump(parts.ProductPage, list_products(self.begin, UUID(customer_id), **load(PageQuery, query)))

    @rpc
    def show_product(self, product_id: str) -> Any:
        return dump(parts.Product, show_product(self.begin, UUID(product_id)))

    @rpc
    @once
    def change_product(self, product_id: str, changes: dict[str, Any]) -> Any:
        return dump(parts.Product, change_product(self.begin, UUID(product_id), **load(parts.ChangeProduct, changes)))

    @rpc
    def list_all_products(self, query: dict[str, Any]) -> Any:
        return dump(parts.ProductPage, list_all_products(self.begin, **load(parts.ProductQuery, query)))

    @rpc
    @once
    def open_account(self, product_id: str, account: dict[str, Any]) -> Any:
        return dump(parts.Account, open_account(self.begin, UUID(product_id), **load(parts.OpenAccount, account)))

    @rpc
    def show_account(self, account_id: str) -> Any:
        return dump(parts.Account, show_account(self.begin, UUID(account_id)))

    @rpc
    @once
    def change_account(self, account_id: str, changes: dict[str, Any]) -> Any:
        return dump(parts.Account, change_account(self.begin, UUID(account_id), **load(parts.ChangeAccount, changes)))

    @rpc
    def list_all_accounts(self, query: dict[str, Any]) -> Any:
        return dump(parts.AccountPage, list_all_accounts(self.begin, **load(parts.AccountQuery, query)))

    @rpc
    def list_accounts(self, product_id: str, query: dict[str, Any]) -> Any:
        return dump(parts.AccountPage, list_accounts(self.begin, UUID(product_id), **load(PageQuery, query)))

    @rpc
    def list_signatures(self, account_id: str, query: dict[str, Any]) -> Any:
        page = list_signatures(self.begin, UUID(account_id), **load(accounts.AccountSignatureQuery, query))
        return dump(accounts.AccountSignaturePage, page)

    @rpc
    def list_all_signatures(self, query: dict[str, Any]) -> Any:
        return dump(accounts.AccountSignaturePage, list_all_signatures(self.begin, **load(accounts.SignatureQuery, query)))

    @rpc
    def list_exempt_words(self, account_id: str, query: dict[str, Any]) -> Any:
        return dump(accounts.ExemptWordPage, list_exempt_words(self.begin, UUID(account_id), **load(PageQuery, query)))

    @rpc
    def show_contract(self, contract_id: str) -> Any:
        return dump(parts.Contract, show_contract(self.begin, UUID(contract_id)))

    @rpc
    def list_contracts(self, query: dict[str, Any]) -> Any:
        return dump(parts.ContractPage, list_contracts(self.begin, **load(parts.ContractQuery, query)))

    @rpc
    def show_policy(self) -> Any:
        return dump(policies.Policy, show_policy(self.begin))

    @rpc
    def list_policies(self, query: dict[str, Any]) -> Any:
        return dump(policies.PolicyPage, list_policies(self.begin, **load(PageQuery, query)))

    @rpc
    def set_policy(self, policy: dict[str, Any]) -> Any:
        return dump(policies.Policy, set_policy(self.begin, **load(policies.SetPolicy, policy)))

    @rpc
    def preview_policy(self, proposed: dict[str, Any]) -> Any:
        return dump(policies.PolicyPreview, preview_policy(self.begin, **load(policies.PreviewPolicy, proposed)))

    @rpc
    @once_apart_from("file_key")
    def import_customers(self, request: dict[str, Any]) -> Any:
        import_id = start_customer_import(self.begin, self._start_job, **load(files.ImportCustomers, request))
        return self.show_customer_import(str(import_id))

    @rpc
    def show_customer_import(self, import_id: str) -> Any:
        return dump(files.CustomerImport, show_customer_import(self.begin, UUID(import_id)))

    @rpc
    def list_customer_imports(self, query: dict[str, Any]) -> Any:
        page = list_customer_imports(self.begin, **load(files.CustomerImportPageQuery, query))
        return dump(files.CustomerImportPage, page)

    @rpc
    def list_refused_rows(self, import_id: str, query: dict[str, Any]) -> Any:
        rows = list_refused_rows(self.begin, UUID(import_id), **load(files.RefusedRowQuery, query))
        return dump(files.RefusedRows, rows)

    @rpc
    @once
    def export_customers(self, selection: dict[str, Any]) -> Any:
        export_id = start_customer_export(self.begin, self._start_job, load(files.ExportCustomers, selection))
        return self.show_customer_export(str(export_id))

    @rpc
    def show_customer_export(self, export_id: str) -> Any:
        return dump(files.CustomerExport, show_customer_export(self.begin, UUID(export_id)))

    @rpc
    def find_customer_export_file(self, export_id: str) -> Any:
        return dump(files.CustomerFile, find_customer_export_file(self.begin, UUID(export_id)))

    @rpc
    def prepare_process(self, request: dict[str, Any]) -> Any:
        return dump(Prepared, prepare_process(self.begin, load(PrepareProcess, request)))

    @rpc
    def count_held_customers(self, user_id: str) -> Any:
        return dump(CustomersHeld, count_held_customers(self.begin, UUID(user_id)))

    @event_handler("workflow", "process_archived", given_up="tell_effect_failed")
    def on_process_archived(self, event: Event) -> None:
        apply_process(self.begin, event)

    def tell_effect_failed(self, event: Event, error: Exception) -> None:
        tell_effect_failed(self.begin, event, error)

    @event_handler("workflow", "process_withdrawn")
    def on_process_withdrawn(self, event: Event) -> None:
        release_process(self.begin, event)

    @event_handler("workflow", "process_rejected")
    def on_process_rejected(self, event: Event) -> None:
        release_process(self.begin, event)

    @event_handler("billing", "usage_recorded")
    def on_usage_recorded(self, event: Event) -> None:
        note_usage(self.begin, event)

    @event_handler("billing", "billing_cycle_changed")
    def on_billing_cycle_changed(self, event: Event) -> None:
        change_billing_cycle(self.begin, event)

    @event_handler("gateway", "user_changed")
    def on_user_changed(self, event: Event) -> None:
        copy_user(self.begin, event)

    @event_handler("gateway", "department_changed")
    def on_department_changed(self, event: Event) -> None:
        copy_department(self.begin, event)

    def _start_job(self, *job: Any) -> UUID:
        return self.tasks.start(self.begin, self.settings, *job)
