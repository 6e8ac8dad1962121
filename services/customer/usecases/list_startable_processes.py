"""List which of customer's processes can be started for one of them, and why not the others (spec, gateway.md, "Console").

By the very rules by which ``prepare_*`` refuse a start, as far as they can be asked without a form.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.contracts.customer import PAYMENT_MODES, PRODUCT_TYPES
from services.contracts.startable import SUBJECTS_MAX, Subject, Tried, refused_start, start_of, start_of_whole
from services.customer.domain.accounts import CLOSED, takes_accounts
from services.customer.store.accounts import first_accounts
from services.customer.store.customers import find_visible
from services.customer.store.products import first_products
from services.customer.store.tables import Account, Customer, Product
from services.customer.usecases.keepers import why_not_kept, why_not_owned
from services.customer.usecases.moves import Owner
from services.customer.usecases.preparation import why_not_claim
from services.kit.errors import Conflict, Refusal
from services.kit.unit_of_work import Begin, UnitOfWork


def list_startable_processes(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``OwnedStarts``, for the caller as initiator.
    :raises NotFound: ``customer_not_found``, also for a customer the caller may not see.
    """
    with begin() as work:
        customer = find_visible(work.session, work.caller, customer_id)
        whole = Subject("customer", customer.id, customer.name)
        owned = why_not_owned(work.caller, customer)
        items = [
            start_of_whole("claim_customer", whole, why_not_claim(work, customer, _claimant(work), "claim_customer")),
            _test_account(work, customer, whole),
            start_of_whole("contract_review", whole, owned),
            _channel_registration(work, customer),
            start_of_whole("special_request", whole, owned),
        ]
        return {"items": items}


def _test_account(work: UnitOfWork, customer: Customer, whole: Subject) -> dict[str, Any]:
    # About a product; or about the customer, which gets one that it lacks. A pool customer is claimed with it.
    if customer.tier == "pool":
        refusal = why_not_claim(work, customer, _claimant(work), "test_account")
    else:
        refusal = why_not_kept(work.caller, customer)
    if refusal is not None:
        return refused_start("test_account", refusal)
    products = first_products(work.session, customer.id, SUBJECTS_MAX)
    tried = [Tried(Subject("product", each.id, each.name), _why_no_test_of(each)) for each in products]
    lacking = [Tried(whole)] if _lacks_a_kind(products) else []
    return start_of("test_account", [*lacking, *tried])


def _why_no_test_of(product: Product) -> Refusal | None:
    return None if takes_accounts(product.type) else Conflict("product_without_accounts", name=product.name)


def _lacks_a_kind(products: Sequence[Product]) -> bool:
    kinds = {(kind, mode) for kind in PRODUCT_TYPES if takes_accounts(kind) for mode in PAYMENT_MODES}
    return bool(kinds - {(product.type, product.payment_mode) for product in products})


def _channel_registration(work: UnitOfWork, customer: Customer) -> dict[str, Any]:
    if refusal := why_not_kept(work.caller, customer):
        return refused_start("channel_registration", refusal)
    accounts = first_accounts(work.session, customer.id, SUBJECTS_MAX + 1)
    tried = [Tried(Subject("account", each.id, each.identifier), _why_closed(each)) for each in accounts]
    return start_of("channel_registration", tried, without=Conflict("customer_without_accounts", name=customer.name))


def _why_closed(account: Account) -> Refusal | None:
    return Conflict("account_closed", identifier=account.identifier) if account.status == CLOSED else None


def _claimant(work: UnitOfWork) -> Owner:
    caller = work.caller
    return Owner(UUID(caller.user_id), caller.name, UUID(caller.department_id) if caller.department_id else None)
