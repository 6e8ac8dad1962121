"""The effect of 测试账号申请: accounts open, and a customer below trial rises to it."""

from typing import Any
from uuid import UUID

from services.contracts.customer import PRODUCT_TYPE_NAMES
from services.contracts.customer_forms import ProductToMake, TestAccountForm
from services.customer.domain.accounts import free_name
from services.customer.domain.funnel import is_above
from services.customer.store.customers import lock_customer
from services.customer.store.products import product_names, product_of_kind
from services.customer.store.tables import Account, Customer, Product
from services.customer.usecases.add_product import keep_product
from services.customer.usecases.effects import Effect, is_free_for, leave_in_pool, lift, standing
from services.customer.usecases.moves import settle
from services.customer.usecases.prepare_test_account import entered_identifiers, hold_identifiers, subject_of
from services.customer.usecases.snapshots import account_snapshot
from services.customer.usecases.successors import owner_by_process
from services.kit.schema import load
from services.kit.unit_of_work import Fact, UnitOfWork

FIRST_STATUS = "trial"


def open_accounts(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """One account for each identifier that customer care entered; before that the product, if the customer has it not.

    A pool customer goes to the applicant, or who took over from him or her.
    """
    form, process_id = load(TestAccountForm, process["form"]), process["process_id"]
    known, customer = subject_of(work.session, UUID(process["subject"]["id"]))
    new_owner = owner_by_process(work, process["initiator"])
    customer = lock_customer(work.session, customer.id)
    product = known or _product_tested(work, customer, process["form"])
    identifiers = entered_identifiers(process["form"])
    hold_identifiers(work, process_id, identifiers)
    accounts = [
        Account(
            id=work.new_id(),
            identifier=identifier,
            product_id=product.id,
            customer_id=customer.id,
            signature=form["signature"],
            interface=form["interface"],
            sub_number="",
            status=FIRST_STATUS,
            process_id=process_id,
            opened_at=work.now,
            version=1,
        )
        for identifier in identifiers
    ]
    work.session.add_all(accounts)
    # Whose it is now is said before the accounts are: their owner is to hear of them.
    left = None
    if is_free_for(customer, process_id) and new_owner is None:
        left = leave_in_pool(work, customer, process)
    elif is_free_for(customer, process_id):
        lift(work, customer, "trial", process["code"], process_id, new_owner)
    elif customer.tier != "pool" and is_above("trial", customer.tier):
        lift(work, customer, "trial", process["code"], process_id)
    work.publish_all([Fact("account_opened", each.id, account_snapshot(each), each.version) for each in accounts])
    work.audit("accounts_opened", ("product", product.id), after={"identifiers": identifiers})
    customer.test_account_archived = customer.has_account = True
    settle(work, customer)
    names, (zh, en) = ", ".join(identifiers), left or standing(customer)
    return Effect(customer.id, f"账号 {names} 已开通，{zh}", f"opened: {names}; {en}")


def _product_tested(work: UnitOfWork, customer: Customer, form: dict[str, Any]) -> Product:
    """The product to make; or the one of its kind that has been added since the process began."""
    wanted = load(ProductToMake, form)
    known = product_of_kind(work.session, customer.id, wanted["product_type"], wanted["payment_mode"])
    if known is not None:
        return known
    name = free_name(PRODUCT_TYPE_NAMES[wanted["product_type"]][0], product_names(work.session, customer.id))
    return keep_product(
        work, customer, type=wanted["product_type"], payment_mode=wanted["payment_mode"], name=name, needs_invoice=True
    )
