"""Show one customer with the first rows of all that hangs on it (spec, gateway.md, "Console": "one customer: …")."""

from typing import Any
from uuid import UUID

from services.customer.store.accounts import AccountFilters, page_of_all_accounts
from services.customer.store.contacts import additions_of, page_of_contacts, page_of_departments, page_of_logs
from services.customer.store.contracts import ContractFilters, page_of_contracts
from services.customer.store.customers import count_parts, find_visible, page_of_moves
from services.customer.store.products import page_of_products
from services.customer.store.tables import Customer
from services.customer.usecases.list_contracts import contract_views
from services.customer.usecases.log_entries import log_view
from services.customer.usecases.show_outlook import outlook_view
from services.customer.usecases.views import columns_of, customer_view, page_under, product_view
from services.kit.paging import PageRequest
from services.kit.sections import section
from services.kit.unit_of_work import Begin, UnitOfWork


def show_customer_sections(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """
    :param first: so many rows of each.
    :returns: for ``CustomerSections`` to dump.
    :raises NotFound: ``customer_not_found``, also for a customer the caller may not see.
    """
    with begin() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        counts = count_parts(work.session, customer.id)
        rows = _rows(work, customer, PageRequest(first))
        return {
            "customer": customer_view(customer),
            "outlook": outlook_view(work, customer),
            **{name: section(rows[name], count) for name, count in counts.items()},
        }


def _rows(work: UnitOfWork, customer: Customer, request: PageRequest) -> dict[str, list[Any]]:
    session, caller, key = work.session, work.caller, customer.id
    products = page_of_products(session, key, request).items
    logs = page_of_logs(session, key, request).items
    additions = additions_of(session, [log.id for log, *_ in logs])
    accounts = page_of_all_accounts(session, caller, AccountFilters(customer_id=key), request).items
    latest = PageRequest(request.page_size, "-valid_to")
    contracts = page_of_contracts(session, caller, ContractFilters(customer_id=key), latest, work.today).items
    return {
        "departments": page_under(customer, page_of_departments(session, key, request)).items,
        "contacts": page_under(customer, page_of_contacts(session, key, request), "department_name").items,
        "contact_logs": [log_view(customer, log, contact, additions.get(log.id, [])) for log, contact, *_ in logs],
        "products": [product_view(customer, product, count) for product, count, *_ in products],
        "accounts": [
            {**columns_of(account), "product_name": product, "customer_name": customer.name} for account, product, *_ in accounts
        ],
        "contracts": contract_views(work, contracts),
        "history": page_of_moves(session, key, request).items,
    }
