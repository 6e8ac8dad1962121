"""Prepare 测试账号申请; for a pool customer it is a claim too (spec, customer.md, "Upgrades at once").

It is about a product; or about a customer that lacks the product to be tested, which is then made when the process is archived.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.contracts.customer import PRODUCT_TYPE_NAMES
from services.contracts.customer_forms import AccountIdentifiers, ProductToMake, TestAccountForm
from services.customer.domain.accounts import takes_accounts
from services.customer.store.accounts import reserve_identifiers
from services.customer.store.customers import lock_customer, sees
from services.customer.store.products import product_of_kind
from services.customer.store.tables import Customer, Product
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.preparation import Preparation, claim
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

IDENTIFIERS_NODE = "customer_care"


def prepare_test_account(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """
    :raises NotFound: ``product_not_found``, for what is neither a product nor a customer that the initiator sees.
    :raises Forbidden: ``customer_not_yours``.
    :raises Conflict: a pool customer that another was faster to claim; ``product_without_accounts``; ``product_there_already``;
        ``account_identifier_taken``.
    :raises InvalidInput: by the form's fields.
    """
    product, customer = subject_of(work.session, preparation.subject_id)
    if preparation.starts:
        customer = _start(work, preparation, product, customer)
    if preparation.node == IDENTIFIERS_NODE:
        lock_customer(work.session, customer.id)
        hold_identifiers(work, preparation.process_id, entered_identifiers(preparation.form))
    if product is None:
        subject, wanted = {"type": "customer", "id": customer.id, "name": customer.name}, _wanted(preparation.form)
    else:
        subject, wanted = {"type": "product", "id": product.id, "name": product.name}, product.name
    return {
        "title": f"测试账号申请：{customer.name} {wanted}",
        "subject": subject,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [] if product is None else [product.id],
        "form": preparation.form if product is None else {**preparation.form, "product_id": str(product.id)},
        "facts": {},
    }


def subject_of(session: Session, subject_id: UUID) -> tuple[Product | None, Customer]:
    """What a test account is for, whoever may see it: a product and its customer, or a customer without the product.

    :raises NotFound: ``product_not_found``.
    """
    product = session.get(Product, subject_id)
    customer = session.get(Customer, subject_id if product is None else product.customer_id)
    if customer is None:
        raise NotFound("product_not_found")
    return product, customer


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


def _start(work: UnitOfWork, preparation: Preparation, product: Product | None, customer: Customer) -> Customer:
    form = load(TestAccountForm, preparation.form)
    if customer.tier == "pool":
        # Whoever is late is told so, as the customer had been there for everybody.
        customer = claim(work, customer.id, preparation)
    elif sees(work.session, work.caller, customer.id):
        customer = lock_kept(work, customer.id)
    else:
        raise NotFound("product_not_found")
    if product is None:
        _check_product_to_make(work, customer, preparation.form)
    else:
        # Read under the customer's lock: from now on, as long as the process runs, its type stays.
        work.session.refresh(product)
        if not takes_accounts(product.type):
            raise Conflict("product_without_accounts", name=product.name)
    if form["product_id"] not in (None, product and product.id):
        raise InvalidInput(fields={"product_id": ["invalid"]})
    return customer


def _check_product_to_make(work: UnitOfWork, customer: Customer, form: dict[str, Any]) -> None:
    wanted = load(ProductToMake, form)
    known = product_of_kind(work.session, customer.id, wanted["product_type"], wanted["payment_mode"])
    if known is not None:
        raise Conflict("product_there_already", name=known.name)


def _wanted(form: dict[str, Any]) -> str:
    return PRODUCT_TYPE_NAMES[load(ProductToMake, form)["product_type"]][0]
