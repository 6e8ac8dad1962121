"""List which of billing's processes can be started for a customer, and why not the others (spec, gateway.md, "Console").

By the very rules by which ``prepare_*`` refuse a start, as far as they can be asked without a form: what of a customer's there is
to reconcile, to invoice, to reverse.
"""

from typing import Any
from uuid import UUID

from services.billing.store.bills import unreconciled_bills_of
from services.billing.store.customers import find_for_start
from services.billing.store.ledger import consumptions_of
from services.billing.store.starts import (
    BillCounts,
    count_bills,
    first_accounts,
    first_products,
    funds_of_customer,
    has_reversible_invoice,
    smallest_recharges,
)
from services.billing.usecases.prepare_process import PREPARATIONS
from services.billing.usecases.recharge_account import why_not_prepaid
from services.billing.usecases.reverse_recharge import retrievable
from services.contracts.startable import SUBJECTS_MAX, Subject, Tried, refused_start, start_of, start_of_whole
from services.kit.errors import Conflict
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin, UnitOfWork


def list_startable_processes(begin: Begin, customer_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``OwnedStarts``. Of a customer whom the caller does not see here, nothing can be started.
    """
    with begin() as work:
        customer = find_for_start(work.session, work.caller, customer_id)
        if isinstance(customer, Conflict):
            return {"items": [refused_start(code, customer) for code in PREPARATIONS]}
        return {"items": _starts(work, Subject("customer", customer.id, customer.name))}


def _starts(work: UnitOfWork, customer: Subject) -> list[dict[str, Any]]:
    products = first_products(work.session, customer.id, SUBJECTS_MAX + 1)
    accounts = first_accounts(work.session, customer.id, SUBJECTS_MAX + 1)
    counts = count_bills(work.session, customer.id)
    without_products = Conflict("customer_without_products", name=customer.name)
    without_accounts = Conflict("customer_without_accounts", name=customer.name)
    of_products = [Tried(Subject("product", each.id, each.name)) for each in products]
    of_accounts = [
        Tried(Subject("account", account.id, account.identifier), why_not_prepaid(account, product))
        for account, product in accounts
    ]
    return [
        start_of("price_adjustment", of_products, without=without_products),
        start_of("recharge", of_accounts, without=without_accounts),
        start_of("deferred_payment", of_accounts, without=without_accounts),
        start_of_whole("billing_cycle_change", customer, None if products else without_products),
        start_of_whole("reconciliation", customer, _why_no_reconciliation(counts)),
        start_of_whole("bill_invoice", customer, _why_no_invoice(counts)),
        start_of_whole("no_bill_invoice", customer),
        start_of_whole("ecommerce_order", customer),
        start_of_whole("reversal", customer, _why_no_reversal(work, customer.id, counts)),
    ]


def _why_no_reconciliation(counts: BillCounts) -> Conflict | None:
    if counts.selectable:
        return None
    if counts.reconciling:
        return Conflict("bills_in_reconciliation", count=counts.reconciling)
    return Conflict("no_bills_to_reconcile")


def _why_no_invoice(counts: BillCounts) -> Conflict | None:
    if counts.invoiceable:
        return None
    if counts.invoicing:
        return Conflict("bills_in_invoicing", count=counts.invoicing)
    return Conflict("no_bills_to_invoice")


def _why_no_reversal(work: UnitOfWork, customer_id: UUID, counts: BillCounts) -> Conflict | None:
    """Whether a bill, an invoice, a recharge or a prepay balance could be reversed; which one, the form says."""
    if counts.voidable or has_reversible_invoice(work.session, customer_id) or _has_money_to_return(work, customer_id):
        return None
    return Conflict("nothing_to_reverse")


def _has_money_to_return(work: UnitOfWork, customer_id: UUID) -> bool:
    funds = funds_of_customer(work.session, customer_id, work.today)
    if any(each.refundable > ZERO for each in funds.values()):
        return True
    # Where the smallest recharge's money is not there, no larger one's is.
    recharges = smallest_recharges(work.session, customer_id)
    held = consumptions_of(work.session, unreconciled_bills_of(work.session, customer_id)) if recharges else []
    return any(
        retrievable(funds[account_id], held, account_id, book) >= amount
        for (account_id, book), amount in recharges.items()
        if account_id in funds
    )
