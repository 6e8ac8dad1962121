"""The effect of 客服特殊申请: as its kind says (spec, workflow.md, "The catalogue")."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.contracts.customer_forms import SpecialRequestForm
from services.customer.domain.accounts import CLOSED
from services.customer.store.accounts import account_of_customer
from services.customer.store.customers import lock_customer
from services.customer.store.exempt_words import exempt_words
from services.customer.store.tables import Account, Customer
from services.customer.usecases.changes import change_row
from services.customer.usecases.effects import Effect
from services.customer.usecases.prepare_special_request import OF_AN_ACCOUNT, check_support, sub_number_is_free, words_of
from services.customer.usecases.recounts import recount_accounts
from services.customer.usecases.snapshots import account_snapshot, customer_snapshot
from services.kit.errors import Conflict, NotFound
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

Words = tuple[str, str]


def grant_special_request(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """What is as asked for already stays so, and that is said.

    :raises Conflict: ``account_closed``, ``sub_number_taken``: meanwhile.
    """
    form = load(SpecialRequestForm, process["form"])
    customer = lock_customer(work.session, UUID(process["subject"]["id"]))
    if form["kind"] in OF_AN_ACCOUNT:
        account = _open_account(work, customer, form["account_id"])
        zh, en = _ON_ACCOUNTS[form["kind"]](work, customer, account, form, process["process_id"])
    elif form["kind"] == "green_customer":
        zh, en = _make_green(work, customer, process)
    else:
        zh, en = _supported(process["form"])
    return Effect(customer.id, zh, en)


def _open_account(work: UnitOfWork, customer: Customer, account_id: UUID) -> Account:
    account = account_of_customer(work.session, customer.id, account_id)
    if account is None:
        raise NotFound("account_not_found")
    if account.status == CLOSED:
        raise Conflict("account_closed", identifier=account.identifier)
    return account


def _unblock(work: UnitOfWork, customer: Customer, account: Account, _form: dict[str, Any], _process_id: UUID) -> Words:
    if account.status != "blocked":
        return f"账号 {account.identifier} 已不在停用状态", f"account {account.identifier} is not blocked any more"
    _change(work, account, {"status": "active"})
    recount_accounts(work, customer)
    return f"账号 {account.identifier} 已解禁", f"account {account.identifier} is active again"


def _exempt(work: UnitOfWork, _customer: Customer, account: Account, form: dict[str, Any], process_id: UUID) -> Words:
    words = words_of(form)
    exempt_words(work.session, account.id, words, process_id, work.now)
    work.audit("words_exempted", ("account", account.id), after={"words": words})
    return f"账号 {account.identifier} 已排除敏感词：{'、'.join(words)}", f"exempt on {account.identifier}: {', '.join(words)}"


def _set_sub_number(work: UnitOfWork, _customer: Customer, account: Account, form: dict[str, Any], _process_id: UUID) -> Words:
    sub_number = form["sub_number"]
    if not sub_number_is_free(work, account, sub_number):
        raise Conflict("sub_number_taken", sub_number=sub_number)
    _change(work, account, {"sub_number": sub_number})
    return f"账号 {account.identifier} 的子号码为 {sub_number}", f"account {account.identifier} has the sub-number {sub_number}"


def _change(work: UnitOfWork, account: Account, values: dict[str, Any]) -> None:
    changed = change_row(account, values)
    if changed:
        work.publish("account_changed", account.id, account_snapshot(account), version=account.version)
        work.audit("account_changed", ("account", account.id), before=changed.before, after=changed.after)


def _make_green(work: UnitOfWork, customer: Customer, process: dict[str, Any]) -> Words:
    if customer.green_since is not None:
        return f"{customer.name} 已是绿色客户", f"{customer.name} is a green customer already"
    customer.green_since, customer.green_by_name = work.now, process["initiator"]["name"]
    customer.green_process_id = process["process_id"]
    customer.version += 1
    work.publish("customer_changed", customer.id, customer_snapshot(customer), version=customer.version)
    work.audit("customer_made_green", ("customer", customer.id), after={"by": customer.green_by_name})
    return f"{customer.name} 成为绿色客户", f"{customer.name} is a green customer now"


def _supported(form: dict[str, Any]) -> Words:
    """Of what changes nothing here: where the exported details are, or the answer."""
    entered = check_support(form)
    if form["kind"] == "export_details":
        files = [file["name"] for file in entered["export"]]
        return f"详单已导出：{'、'.join(files)}", f"details exported: {', '.join(files)}"
    return f"答复：{entered['answer']}", f"answer: {entered['answer']}"


_ON_ACCOUNTS: dict[str, Callable[[UnitOfWork, Customer, Account, dict[str, Any], UUID], Words]] = {
    "unblock_account": _unblock,
    "exempt_word": _exempt,
    "sub_number": _set_sub_number,
}
