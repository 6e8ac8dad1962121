"""后付款申请 (spec, billing.md, "Recharges"): archived, the balance may fall below zero, up to its limit and date."""

from typing import Any
from uuid import UUID

from services.billing.domain.ledger import Funds
from services.billing.store.ledger import (
    funds_of,
    insert_deferral,
    lock_funds,
    newest_deferral,
    open_balance,
    owners_of,
)
from services.billing.usecases.pay_older_bills import enter_paid, lock_unreconciled_bills, pay_older_bills
from services.billing.usecases.post_to_ledger import Postings, post_to_ledger
from services.billing.usecases.recharge_account import prepaid_account_of
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.errors import InvalidInput
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_deferred_payment(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """
    :raises InvalidInput: by field.
    """
    account, product, customer = prepaid_account_of(work, request["subject_id"])
    form = load(forms.DeferredPaymentForm, request["form"])
    wrong: dict[str, list[str]] = {}
    if form["limit"] <= ZERO:
        wrong["limit"] = ["above|0"]
    if form["until"] < work.today:
        wrong["until"] = [f"before|{work.today}"]
    if wrong:
        raise InvalidInput(fields=wrong)
    present = funds_of(work.session, [account.id], work.today).get(account.id, Funds(ZERO, ZERO))
    return {
        "title": f"后付款申请：{customer.name} {account.identifier} 额度 {form['limit']:.2f} 元，至 {form['until']}",
        "subject": {"type": "account", "id": str(account.id), "name": account.identifier},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [product.id],
        "form": {
            **request["form"],
            "account_id": str(account.id),
            "present_balance": f"{present.total:.2f}",
            "present_limit": f"{present.credit:.2f}",
        },
        "facts": {"limit": f"{form['limit']:.2f}"},
    }


def grant_deferral(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """Let the account owe, and pay older bills of that; a newer 后付款申请 takes this one's place, whichever is heard of first.

    :returns: the effect in Chinese and English.
    """
    form = load(forms.DeferredPaymentForm, event.data["form"])
    account_id = form["account_id"]
    bills = lock_unreconciled_bills(work, account_id)
    open_balance(work.session, account_id)
    before = newest_deferral(work.session, account_id)
    granted = {"account_id": account_id, "credit_limit": form["limit"], "until": form["until"], "granted_at": event.time}
    insert_deferral(work.session, {"process_id": UUID(event.data["process_id"]), **granted})
    work.audit(
        "payment_deferred",
        ("account", account_id),
        before=None if before is None else {"limit": str(before.credit_limit), "until": str(before.until)},
        after={"limit": str(form["limit"]), "until": str(form["until"])},
        why=form["reason"],
    )
    posted = Postings(lock_funds(work.session, [account_id], work.today))
    paid = pay_older_bills(work, posted, account_id, bills)
    post_to_ledger(work, posted)
    enter_paid(work, paid, why=event.data["title"])
    account, _ = owners_of(work.session, [account_id])[account_id]
    words_zh, words_en = paid.words
    return (
        f"{account.identifier} 在 {form['until']} 前（含）可欠款至 {form['limit']:.2f} 元{words_zh}",
        f"{account.identifier} may owe up to {form['limit']:.2f} CNY until {form['until']}{words_en}",
    )
