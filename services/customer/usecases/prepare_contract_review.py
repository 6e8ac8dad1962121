"""Prepare 合同评审."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from services.contracts.customer_forms import ContractReviewForm
from services.customer.domain.contracts import Terms, is_unchanged_renewal
from services.customer.store.contracts import find_contract
from services.customer.store.customers import lock_customer
from services.customer.store.products import products_of
from services.customer.store.tables import Customer
from services.customer.usecases.keepers import lock_owned
from services.customer.usecases.preparation import Preparation
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_contract_review(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """The form is completed with what the products are called, as not all who review it see the customer.

    :raises Conflict: ``customer_in_pool``.
    :raises InvalidInput: a term that is over or ends before it begins; products or a contract that are not the customer's.
    """
    form = load(ContractReviewForm, preparation.form)
    if preparation.starts:
        customer = lock_owned(work, preparation.subject_id)
        _check(work, customer, form)
    else:
        customer = lock_customer(work.session, preparation.subject_id)
    return {
        "title": f"合同评审：{customer.name}",
        "subject": {"type": "customer", "id": customer.id, "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": form["product_ids"] or [],
        "form": {**preparation.form, "products": _named(work, customer, form["product_ids"] or [])},
        "facts": {"is_unchanged_renewal": _renews_unchanged(work, customer, form)},
    }


def _check(work: UnitOfWork, customer: Customer, form: dict[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    if form["valid_to"] < form["valid_from"]:
        wrong["valid_to"] = ["before_start"]
    elif form["valid_to"] <= work.today:
        wrong["valid_to"] = ["in_past"]
    product_ids = form["product_ids"] or []
    known = products_of(work.session, customer.id, product_ids)
    wrong |= {f"product_ids.{index}": ["not_of_customer"] for index, each in enumerate(product_ids) if each not in known}
    renewed = form["renews_contract_id"]
    if renewed is not None and find_contract(work.session, customer.id, renewed) is None:
        wrong["renews_contract_id"] = ["not_of_customer"]
    if wrong:
        raise InvalidInput(fields=wrong)


def _named(work: UnitOfWork, customer: Customer, product_ids: list[UUID]) -> list[dict[str, str]]:
    names = products_of(work.session, customer.id, product_ids)
    return [{"product_id": str(each), "name": names[each]} for each in product_ids if each in names]


def _renews_unchanged(work: UnitOfWork, customer: Customer, form: dict[str, Any]) -> bool:
    if form["renews_contract_id"] is None:
        return False
    found = find_contract(work.session, customer.id, form["renews_contract_id"])
    if found is None:
        return False
    contract, product_ids = found
    names = [field.name for field in fields(Terms) if field.name != "product_ids"]
    renewed = Terms(**{name: getattr(contract, name) for name in names}, product_ids=frozenset(product_ids))
    entered = {**form, "is_auto_renewing": bool(form["is_auto_renewing"])}
    renewal = Terms(**{name: entered[name] for name in names}, product_ids=frozenset(form["product_ids"] or []))
    return is_unchanged_renewal(renewed, renewal)
