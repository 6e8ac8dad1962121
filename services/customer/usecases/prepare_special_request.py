"""Prepare 客服特殊申请: what a customer asks for out of turn (spec, workflow.md, "The catalogue")."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.contracts.customer import ACCOUNT_STATE_NAMES
from services.contracts.customer_forms import REQUEST_KIND_NAMES, SpecialRequestForm, SupportAnswer
from services.customer.domain.accounts import CLOSED
from services.customer.store.accounts import account_of_customer, account_with_sub_number
from services.customer.store.customers import lock_customer
from services.customer.store.exempt_words import exempt_among
from services.customer.store.tables import Account, Customer
from services.customer.usecases.keepers import lock_owned
from services.customer.usecases.preparation import Preparation
from services.kit.errors import Conflict, InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

SUPPORT_NODE = "support"
OF_AN_ACCOUNT = ("unblock_account", "exempt_word", "sub_number")
"""The kinds that are about one account; the others may name one."""

_ENTERED_AT_SUPPORT = {"export_details": "export", "other": "answer"}
"""Kind → what whoever supports it has to enter."""


def prepare_special_request(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """
    :raises NotFound: ``customer_not_found``.
    :raises Forbidden: ``customer_not_yours``.
    :raises Conflict: ``customer_in_pool``, ``account_closed``, ``customer_green_already``.
    :raises InvalidInput: by the form's fields: what the kind needs, and what is as asked for already.
    """
    form = load(SpecialRequestForm, preparation.form)
    if preparation.starts:
        customer = lock_owned(work, preparation.subject_id)
        account = _checked_account(work, customer, form)
        _check_kind(work, customer, account, form)
    else:
        customer = lock_customer(work.session, preparation.subject_id)
        account = _account_of(work, customer, form["account_id"])
        if preparation.node == SUPPORT_NODE:
            check_support(preparation.form)
    zh, _ = REQUEST_KIND_NAMES[form["kind"]]
    named = {} if account is None else {"account_identifier": account.identifier}
    return {
        "title": f"客服特殊申请：{customer.name} {zh}",
        "subject": {"type": "customer", "id": customer.id, "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [] if account is None else [account.product_id],
        "form": {**preparation.form, **named},
        "facts": {},
    }


def check_support(form: dict[str, Any]) -> dict[str, Any]:
    """What the one who supported it entered.

    :raises InvalidInput: without the file of exported details, or the answer, where the kind asks for it.
    """
    entered, needed = load(SupportAnswer, form), _ENTERED_AT_SUPPORT.get(form["kind"])
    if needed is not None and not entered[needed]:
        raise InvalidInput(fields={needed: ["required"]})
    return entered


def words_of(form: dict[str, Any]) -> list[str]:
    """The words to exempt, without white space around them."""
    return [word.strip() for word in form["words"] or []]


def sub_number_is_free(work: UnitOfWork, account: Account, sub_number: str) -> bool:
    """Whether no other open account of the product has it: what comes in on it would be both's. Other products have other
    channels."""
    return account_with_sub_number(work.session, account.product_id, sub_number, other_than=account.id) is None


def _checked_account(work: UnitOfWork, customer: Customer, form: dict[str, Any]) -> Account | None:
    account_id = form["account_id"]
    if account_id is None:
        if form["kind"] in OF_AN_ACCOUNT:
            raise InvalidInput(fields={"account_id": ["required"]})
        return None
    account = _account_of(work, customer, account_id)
    if account is None:
        raise InvalidInput(fields={"account_id": ["not_of_customer"]})
    if account.status == CLOSED and form["kind"] in OF_AN_ACCOUNT:
        fields = {"account_id": [f"account_closed|{account.identifier}"]}
        raise Conflict("account_closed", fields=fields, identifier=account.identifier)
    return account


def _account_of(work: UnitOfWork, customer: Customer, account_id: UUID | None) -> Account | None:
    return None if account_id is None else account_of_customer(work.session, customer.id, account_id)


def _check_kind(work: UnitOfWork, customer: Customer, account: Account | None, form: dict[str, Any]) -> None:
    if form["kind"] == "green_customer" and customer.green_since is not None:
        raise Conflict("customer_green_already", name=customer.name)
    if form["kind"] == "export_details":
        _check_period(work, form)
    check = _CHECKS.get(form["kind"])
    if check is not None:
        assert account is not None, "these kinds are of an account"
        check(work, account, form)


def _check_blocked(_: UnitOfWork, account: Account, __: dict[str, Any]) -> None:
    if account.status != "blocked":
        raise InvalidInput(fields={"account_id": [f"account_not_blocked|{'|'.join(ACCOUNT_STATE_NAMES[account.status])}"]})


def _check_words(work: UnitOfWork, account: Account, form: dict[str, Any]) -> None:
    words = words_of(form)
    if not words:
        raise InvalidInput(fields={"words": ["required"]})
    exempt = exempt_among(work.session, account.id, words)
    wrong: dict[str, list[str]] = {}
    for index, word in enumerate(words):
        if word in words[:index]:
            wrong[f"words.{index}"] = ["repeated"]
        elif word in exempt:
            wrong[f"words.{index}"] = ["exempt_already"]
    if wrong:
        raise InvalidInput(fields=wrong)


def _check_sub_number(work: UnitOfWork, account: Account, form: dict[str, Any]) -> None:
    if not form["sub_number"]:
        raise InvalidInput(fields={"sub_number": ["required"]})
    if not sub_number_is_free(work, account, form["sub_number"]):
        raise InvalidInput(fields={"sub_number": ["taken"]})


def _check_period(work: UnitOfWork, form: dict[str, Any]) -> None:
    first, last = form["export_from"], form["export_to"]
    wrong = {name: ["required"] for name in ("export_from", "export_to") if form[name] is None}
    if first is not None and last is not None and last < first:
        wrong["export_to"] = ["before_start"]
    elif last is not None and last > work.today:
        wrong["export_to"] = ["in_future"]
    if wrong:
        raise InvalidInput(fields=wrong)


_CHECKS: dict[str, Callable[[UnitOfWork, Account, dict[str, Any]], None]] = {
    "unblock_account": _check_blocked,
    "exempt_word": _check_words,
    "sub_number": _check_sub_number,
}
