"""冲销申请 of kind ``prepay_refund`` (spec, billing.md, "Recharges": a prepay balance can be refunded by process; a prepurchase
cannot)."""

from typing import Any
from uuid import UUID

from services.billing.domain.ledger import PREPAY, REFUNDS, Funds, against
from services.billing.store.customers import find_visible_account
from services.billing.store.ledger import (
    change_refund,
    insert_refund,
    lock_funds,
    open_balance,
    owners_of,
    refund_of_process,
)
from services.billing.usecases.post_to_ledger import Posting, Postings, post_to_ledger
from services.billing.usecases.prepare_reconciliation import customer_of
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_refund(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve the amount: until the process ends neither a bill nor another refund takes it.

    :raises InvalidInput: by field: another customer's account, a prepurchase, more than there is.
    """
    form = load(forms.PrepayRefundForm, request["form"])
    customer = customer_of(work, request["subject_id"])
    try:
        account, product, owner = find_visible_account(work.session, work.caller, form["target_id"])
    except NotFound as error:
        raise InvalidInput(fields={"target_id": [error.code]}) from error
    if owner.id != customer.id:
        raise InvalidInput(fields={"target_id": ["not_of_customer"]})
    if request["phase"] != "node":
        release_refund(work, request["process_id"])
        _reserve(work, request["process_id"], account.id, form)
    return {
        "title": f"冲销申请：{customer.name} {account.identifier} 预付余额退款 {form['amount']:.2f} 元",
        "subject": {"type": "account", "id": str(account.id), "name": account.identifier},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [product.id],
        "form": request["form"],
        "facts": {"amount": f"{form['amount']:.2f}"},
    }


def _reserve(work: UnitOfWork, process_id: UUID, account_id: UUID, form: dict[str, Any]) -> None:
    open_balance(work.session, account_id)
    funds = lock_funds(work.session, [account_id], work.today)[account_id]
    _check(funds, form)
    held = {"account_id": account_id, "amount": form["amount"], "state": "held"}
    if refund_of_process(work.session, process_id) is None:
        insert_refund(work.session, {"process_id": process_id, **held})
    else:
        change_refund(work.session, process_id, held)
    work.audit("refund_reserved", ("account", account_id), after={"amount": str(form["amount"])}, why=form["reason"])


def _check(funds: Funds, form: dict[str, Any]) -> None:
    if form["amount"] <= ZERO:
        raise InvalidInput(fields={"amount": ["above|0"]})
    if form["amount"] <= funds.refundable:
        return
    if funds.prepay <= ZERO < funds.prepurchase:
        raise InvalidInput(fields={"amount": [f"prepurchase_not_refundable|{funds.prepurchase}"]})
    raise InvalidInput(fields={"amount": [f"over_refundable|{funds.refundable}"]})


def refund_prepay(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """
    :returns: the effect in Chinese and English.
    :raises Conflict: ``refund_not_reserved``; the process's page then says so.
    """
    process_id = UUID(event.data["process_id"])
    refund = refund_of_process(work.session, process_id)
    if refund is None or refund.state != "held":
        raise Conflict("refund_not_reserved", process_id=str(process_id))
    form = load(forms.PrepayRefundForm, event.data["form"])
    account_id, amount = refund.account_id, refund.amount
    funds = lock_funds(work.session, [account_id], work.today)
    change_refund(work.session, process_id, {"state": "refunded"})
    entries = against(REFUNDS, {account_id: {PREPAY: amount}})
    posted = Postings(funds)
    posted.add(Posting(work.new_id(), "refund", entries, form["reason"], process_id))
    balances = post_to_ledger(work, posted)
    account, _ = owners_of(work.session, [account_id])[account_id]
    return (
        f"{account.identifier} 已退款 {amount:.2f} 元，余额 {balances[account_id]:.2f} 元",
        f"{amount:.2f} CNY of {account.identifier} refunded; its balance is {balances[account_id]:.2f} CNY",
    )


def release_refund(work: UnitOfWork, process_id: UUID) -> None:
    """Give back what the process reserved, if anything."""
    refund = refund_of_process(work.session, process_id)
    if refund is not None and refund.state == "held":
        change_refund(work.session, process_id, {"state": "released"})
        work.audit("refund_released", ("account", refund.account_id), after={"amount": str(refund.amount)})
