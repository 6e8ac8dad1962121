"""Queries about products, their accounts, and contracts; visible as their customer is."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from services.customer.store.customers import visible_to
from services.customer.store.tables import (
    CONTRACT_NUMBERS,
    Account,
    AccountIdentifier,
    Contract,
    ContractProduct,
    Customer,
    Product,
)
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

_ACCOUNTS = (
    select(func.count()).select_from(Account).where(Account.product_id == Product.id).scalar_subquery().label("account_count")
)


def insert_product(session: Session, product: Product) -> bool:
    """Add it, unless the customer has one of that name."""
    given = {column.key: getattr(product, column.key) for column in Product.__table__.columns}
    values = {name: value for name, value in given.items() if value is not None}
    return session.execute(insert(Product).values(values).on_conflict_do_nothing().returning(Product.id)).first() is not None


def find_product(session: Session, caller: Caller, product_id: UUID) -> Row[Product, Customer, int]:
    """``(product, customer, account_count)``.

    :raises NotFound: ``product_not_found``, also for one whose customer the caller may not see.
    """
    query = (
        select(Product, Customer, _ACCOUNTS)
        .join(Customer, Customer.id == Product.customer_id)
        .where(Product.id == product_id, visible_to(caller))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("product_not_found")
    return found


def product_by_id(session: Session, product_id: UUID) -> Product:
    """Any product: for what a process brings, whoever may see it.

    :raises NotFound: ``product_not_found``.
    """
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound("product_not_found")
    return product


def page_of_products(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """Rows of a product and how many accounts it has."""
    query = select(Product, _ACCOUNTS).where(Product.customer_id == customer_id)
    sorts = {"name": Product.name, "created_at": Product.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="name", key=Product.id)


def products_of(session: Session, customer_id: UUID, product_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are this customer's products."""
    query = select(Product.id).where(Product.customer_id == customer_id, Product.id.in_(product_ids))
    return set(session.scalars(query))


def page_of_accounts(session: Session, product_id: UUID, request: PageRequest) -> Page:
    query = select(Account).where(Account.product_id == product_id)
    sorts = {"identifier": Account.identifier, "opened_at": Account.opened_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="identifier", key=Account.id)


def reserve_identifiers(session: Session, process_id: UUID, identifiers: Sequence[str]) -> set[str]:
    """Hold these account identifiers, and no others, for a process.

    :returns: those that are another's, in use or entered in another process; then the caller refuses and nothing is held.
    """
    session.execute(
        delete(AccountIdentifier).where(
            AccountIdentifier.process_id == process_id, AccountIdentifier.identifier.not_in(identifiers)
        )
    )
    # Sorted, so that two processes with common identifiers wait for each other in one direction only.
    rows = [{"identifier": identifier, "process_id": process_id} for identifier in sorted(identifiers)]
    session.execute(insert(AccountIdentifier).values(rows).on_conflict_do_nothing())
    taken = select(AccountIdentifier.identifier).where(
        AccountIdentifier.identifier.in_(identifiers), AccountIdentifier.process_id.is_distinct_from(process_id)
    )
    return set(session.scalars(taken))


def free_identifiers(session: Session, process_id: UUID) -> None:
    """Give up what a process held; identifiers of accounts it opened are not given up."""
    opened = select(Account.identifier).where(Account.process_id == process_id)
    session.execute(
        delete(AccountIdentifier).where(AccountIdentifier.process_id == process_id, AccountIdentifier.identifier.not_in(opened))
    )


def next_contract_number(session: Session, day: date) -> str:
    """``HT-20200301-000042``: the day it was archived and a running number."""
    return f"HT-{day:%Y%m%d}-{session.execute(select(CONTRACT_NUMBERS.next_value())).scalar_one():06d}"


def find_contract(session: Session, customer_id: UUID, contract_id: UUID) -> tuple[Contract, set[UUID]] | None:
    """A contract of this customer's and its products."""
    contract = session.scalar(select(Contract).where(Contract.id == contract_id, Contract.customer_id == customer_id))
    if contract is None:
        return None
    query = select(ContractProduct.product_id).where(ContractProduct.contract_id == contract_id)
    return contract, set(session.scalars(query))


def last_contracts(session: Session, customer_ids: Sequence[UUID]) -> dict[UUID, Contract]:
    """Of each customer the contract that ends last."""
    query = (
        select(Contract)
        .where(Contract.customer_id.in_(customer_ids))
        .ext(distinct_on(Contract.customer_id))
        .order_by(Contract.customer_id, Contract.valid_to.desc(), Contract.id)
    )
    return {contract.customer_id: contract for contract in session.scalars(query)} if customer_ids else {}


def page_of_contracts(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    ends_from: date | None,
    ends_to: date | None,
) -> Page:
    """Rows of a contract and its customer, what ends first standing first."""
    query = select(Contract, Customer).join(Customer, Customer.id == Contract.customer_id).where(visible_to(caller))
    if customer_id is not None:
        query = query.where(Contract.customer_id == customer_id)
    if ends_from is not None:
        query = query.where(Contract.valid_to >= ends_from)
    if ends_to is not None:
        query = query.where(Contract.valid_to <= ends_to)
    sorts = {"valid_to": Contract.valid_to, "number": Contract.number, "created_at": Contract.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="valid_to", key=Contract.id)


def products_by_contract(session: Session, contract_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """``{id, name}`` of the products of several contracts."""
    query = (
        select(ContractProduct.contract_id, Product.id, Product.name)
        .join(Product, Product.id == ContractProduct.product_id)
        .where(ContractProduct.contract_id.in_(contract_ids))
        .order_by(Product.name)
    )
    products: dict[UUID, list[dict[str, Any]]] = {}
    for contract_id, product_id, name in session.execute(query):
        products.setdefault(contract_id, []).append({"id": product_id, "name": name})
    return products
