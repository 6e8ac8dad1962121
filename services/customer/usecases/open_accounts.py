"""The effect of 测试账号申请: accounts open, and a customer below trial rises to it."""

from typing import Any
from uuid import UUID

from services.contracts.customer_forms import TestAccountForm
from services.customer.domain.funnel import is_above
from services.customer.store.customers import lock_customer
from services.customer.store.products import product_by_id
from services.customer.store.tables import Account
from services.customer.usecases.effects import Effect, is_free_for, leave_in_pool, lift, standing
from services.customer.usecases.moves import settle
from services.customer.usecases.prepare_test_account import entered_identifiers, hold_identifiers
from services.customer.usecases.snapshots import account_snapshot
from services.customer.usecases.successors import owner_by_process
from services.kit.schema import load
from services.kit.unit_of_work import Fact, UnitOfWork

FIRST_STATUS = "trial"


def open_accounts(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """One account for each identifier that customer care entered; a pool customer goes to the applicant, or who took over."""
    form, process_id = load(TestAccountForm, process["form"]), process["process_id"]
    product = product_by_id(work.session, UUID(process["subject"]["id"]))
    new_owner = owner_by_process(work, process["initiator"])
    customer = lock_customer(work.session, product.customer_id)
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
    work.publish_all([Fact("account_opened", each.id, account_snapshot(each), each.version) for each in accounts])
    work.audit("accounts_opened", ("product", product.id), after={"identifiers": identifiers})
    left = None
    if is_free_for(customer, process_id) and new_owner is None:
        left = leave_in_pool(work, customer, process)
    elif is_free_for(customer, process_id):
        lift(work, customer, "trial", process["code"], process_id, new_owner)
    elif customer.tier != "pool" and is_above("trial", customer.tier):
        lift(work, customer, "trial", process["code"], process_id)
    customer.test_account_archived = customer.has_account = True
    settle(work, customer)
    names, (zh, en) = ", ".join(identifiers), left or standing(customer)
    return Effect(customer.id, f"账号 {names} 已开通，{zh}", f"opened: {names}; {en}")
