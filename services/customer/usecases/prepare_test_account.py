"""Prepare 测试账号申请; for a pool customer it is a claim too (spec, customer.md, "Upgrades at once")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.contracts.customer_forms import AccountIdentifiers, TestAccountForm
from services.customer.store.customers import lock_customer
from services.customer.store.products import find_product, product_by_id, reserve_identifiers
from services.customer.store.tables import Customer, Product
from services.customer.usecases.keepers import keeps
from services.customer.usecases.preparation import Preparation, claim
from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

IDENTIFIERS_NODE = "customer_care"


def prepare_test_account(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """
    :raises NotFound: ``product_not_found``.
    :raises Forbidden: ``customer_not_yours``.
    :raises Conflict: a pool customer that another was faster to claim; ``account_identifier_taken``.
    """
    if preparation.starts:
        product, customer = _start(work, preparation)
    else:
        product = product_by_id(work.session, preparation.subject_id)
        customer = lock_customer(work.session, product.customer_id)
    if preparation.node == IDENTIFIERS_NODE:
        hold_identifiers(work, preparation.process_id, entered_identifiers(preparation.form))
    return {
        "title": f"测试账号申请：{customer.name} {product.name}",
        "subject": {"type": "product", "id": product.id, "name": product.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {**preparation.form, "product_id": str(product.id)},
        "facts": {},
    }


def entered_identifiers(form: dict[str, Any]) -> list[str]:
    """The account identifiers that a form holds, without white space around them.

    :raises InvalidInput: without any, for one that cannot be one, for one entered twice.
    """
    identifiers = [identifier.strip() for identifier in load(AccountIdentifiers, form)["account_identifiers"]]
    repeated = {
        f"account_identifiers.{index}": ["repeated"]
        for index, identifier in enumerate(identifiers)
        if identifier in identifiers[:index]
    }
    if repeated:
        raise InvalidInput(fields=repeated)
    return identifiers


def hold_identifiers(work: UnitOfWork, process_id: UUID, identifiers: Sequence[str]) -> None:
    """Hold them for the process.

    :raises Conflict: ``account_identifier_taken``, naming those that are another's, with their places.
    """
    taken = reserve_identifiers(work.session, process_id, identifiers)
    if taken:
        places = {f"account_identifiers.{index}": ["taken"] for index, each in enumerate(identifiers) if each in taken}
        raise Conflict("account_identifier_taken", fields=places, identifiers=", ".join(sorted(taken)))


def _start(work: UnitOfWork, preparation: Preparation) -> tuple[Product, Customer]:
    load(TestAccountForm, preparation.form)
    product, customer, _ = find_product(work.session, work.caller, preparation.subject_id)
    if str(preparation.form.get("product_id") or product.id) != str(product.id):
        raise InvalidInput(fields={"product_id": ["invalid"]})
    if customer.tier == "pool":
        return product, claim(work, customer.id, preparation)
    if not keeps(work.caller, customer):
        raise Forbidden("customer_not_yours")
    return product, customer
