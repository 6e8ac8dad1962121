"""销售充值 (spec, billing.md, "Recharges"): what must be right before it starts, and the credit once it is archived."""

from typing import Any
from uuid import UUID

from services.billing.domain.ledger import CASH, Entry, Funds, recharge_amount
from services.billing.store.customers import find_visible_account
from services.billing.store.ledger import entry_counts, funds_of, insert_recharge, lock_funds, open_balance, owners_of
from services.billing.store.tables import Account, Customer, Product
from services.billing.usecases.pay_older_bills import enter_paid, lock_unreconciled_bills, pay_older_bills
from services.billing.usecases.post_to_ledger import Posting, Postings, post_to_ledger
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

TYPE_NAMES = {"prepay": "预付", "prepurchase": "预购"}


def prepare_recharge(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Check the form; a recharge reserves nothing. The balance it shows is that of the moment.

    :raises InvalidInput: by field; an amount that is not messages x unit price with the one that is.
    """
    account, product, customer = prepaid_account_of(work, request["subject_id"])
    form = load(forms.RechargeForm, request["form"])
    wrong: dict[str, list[str]] = {}
    right = recharge_amount(form["messages"], form["unit_price"])
    if form["amount"] <= ZERO:
        wrong["amount"] = ["above|0"]
    elif form["amount"] != right:
        wrong["amount"] = [f"amount_differs|{right}"]
    for day in ("invoiced_on", "paid_on"):
        if form[day] is not None and form[day] > work.today:
            wrong[day] = [f"after|{work.today}"]
    if request["phase"] != "node":
        for deadline in ("invoice_deadline", "payment_deadline"):
            if form[deadline] < work.today:
                wrong[deadline] = [f"before|{work.today}"]
    if wrong:
        raise InvalidInput(fields=wrong)
    present = funds_of(work.session, [account.id], work.today).get(account.id, Funds(ZERO, ZERO))
    kind = TYPE_NAMES[form["type"]]
    return {
        "title": f"销售充值：{customer.name} {account.identifier} {kind} {form['amount']:.2f} 元",
        "subject": {"type": "account", "id": str(account.id), "name": account.identifier},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [product.id],
        "form": {**request["form"], "account_id": str(account.id), "present_balance": f"{present.total:.2f}"},
        "facts": {"amount": f"{form['amount']:.2f}"},
    }


def prepaid_account_of(work: UnitOfWork, subject_id: str | None) -> tuple[Account, Product, Customer]:
    """The account that a process is about.

    :raises InvalidInput: at ``subject_id``: one the caller may not see, one that is closed, or of a product paid afterwards.
    """
    try:
        account, product, customer = find_visible_account(work.session, work.caller, UUID(subject_id or ""))
    except (ValueError, NotFound) as error:
        raise InvalidInput(fields={"subject_id": ["account_not_found"]}) from error
    if refusal := why_not_prepaid(account, product):
        raise InvalidInput(fields={"subject_id": [f"{refusal.code}|{account.identifier}"]})
    return account, product, customer


def why_not_prepaid(account: Account, product: Product) -> Conflict | None:
    """What keeps an account from being paid into."""
    if account.status == "closed":
        return Conflict("account_closed", identifier=account.identifier)
    if product.payment_mode != "prepaid":
        return Conflict("account_not_prepaid", identifier=account.identifier)
    return None


def credit_recharge(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """Credit the balance, and pay older bills of it; the process's posting is unique.

    :returns: the effect in Chinese and English.
    """
    process_id = UUID(event.data["process_id"])
    form = load(forms.RechargeForm, event.data["form"])
    account_id, amount = form["account_id"], form["amount"]
    bills = lock_unreconciled_bills(work, account_id)
    open_balance(work.session, account_id)
    entries = (Entry(form["type"], amount, account_id), Entry(CASH, -amount))
    posting = Posting(work.new_id(), "recharge", entries, event.data["title"], process_id)
    posted = Postings(lock_funds(work.session, [account_id], work.today))
    posted.add(posting)
    paid = pay_older_bills(work, posted, account_id, bills)
    balances = post_to_ledger(work, posted)
    enter_paid(work, paid, why=event.data["title"])
    agreed = ("unit_price", "messages", "invoice_deadline", "payment_deadline", "invoiced_on", "paid_on")
    kept = {"process_id": process_id, "posting_id": posting.id, "version": 1}
    insert_recharge(work.session, {**kept, **{name: form[name] for name in agreed}})
    account, customer = owners_of(work.session, [account_id])[account_id]
    recharged = {
        "process_id": process_id,
        "account_id": account_id,
        "identifier": account.identifier,
        "product_id": account.product_id,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "type": form["type"],
        "amount": amount,
        "unit_price": form["unit_price"],
        "messages": form["messages"],
        "paid_bills": paid.total,
        "balance": balances[account_id],
    }
    work.publish("account_recharged", account_id, recharged, version=entry_counts(work.session, [account_id])[account_id])
    words_zh, words_en = paid.words
    return (
        f"{account.identifier} 已充值 {amount:.2f} 元{words_zh}，余额 {balances[account_id]:.2f} 元",
        f"{account.identifier} credited with {amount:.2f} CNY{words_en}; its balance is {balances[account_id]:.2f} CNY",
    )
