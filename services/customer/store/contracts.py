"""Queries about contracts; visible as their customer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.customer.store.customers import visible_to
from services.customer.store.tables import CONTRACT_NUMBERS, Contract, ContractProduct, Customer, Product
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

_SORTS = {
    "valid_to": Contract.valid_to,
    "number": Contract.number,
    "created_at": Contract.created_at,
    "customer_name": Customer.name,
    # A literal, so that the index over this very expression serves.
    "amount": func.coalesce(Contract.amount, literal_column("-1")),
}


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


@dataclass(frozen=True)
class ContractFilters:
    """What a list of contracts is narrowed to; ``None`` or empty for no matter.

    :param text: how the number begins.
    :param state: ``coming``, ``in_force`` or ``over``.
    """

    text: str = ""
    state: str | None = None
    customer_id: UUID | None = None
    product_id: UUID | None = None
    is_standard: bool | None = None
    is_auto_renewing: bool | None = None
    ends_from: date | None = None
    ends_to: date | None = None


def visible_contract(session: Session, caller: Caller, contract_id: UUID, on: date) -> Row[Contract, Customer, str]:
    """``(contract, customer, state)``, the state as it is on that day.

    :raises NotFound: ``contract_not_found``, also for one whose customer the caller may not see.
    """
    found = session.execute(_visible_contracts(caller, on).where(Contract.id == contract_id)).first()
    if found is None:
        raise NotFound("contract_not_found")
    return found


def page_of_contracts(session: Session, caller: Caller, filters: ContractFilters, request: PageRequest, on: date) -> Page:
    """Rows as of :func:`visible_contract`, what ends first standing first."""
    query = _visible_contracts(caller, on)
    if filters.text:
        query = query.where(Contract.number.startswith(filters.text, autoescape=True))
    if filters.state is not None:
        query = query.where(_states(on)[filters.state])
    if filters.customer_id is not None:
        query = query.where(Contract.customer_id == filters.customer_id)
    if filters.product_id is not None:
        about = exists().where(ContractProduct.contract_id == Contract.id, ContractProduct.product_id == filters.product_id)
        query = query.where(about)
    if filters.is_standard is not None:
        query = query.where(Contract.is_standard.is_(filters.is_standard))
    if filters.is_auto_renewing is not None:
        query = query.where(Contract.is_auto_renewing.is_(filters.is_auto_renewing))
    if filters.ends_from is not None:
        query = query.where(Contract.valid_to >= filters.ends_from)
    if filters.ends_to is not None:
        query = query.where(Contract.valid_to <= filters.ends_to)
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="valid_to", key=Contract.id)


def _visible_contracts(caller: Caller, on: date) -> Select[Contract, Customer, str]:
    state = case(*((condition, name) for name, condition in _states(on).items())).label("state")
    query = select(Contract, Customer, state).join(Customer, Customer.id == Contract.customer_id)
    return query.where(visible_to(caller))


def _states(on: date) -> dict[str, ColumnElement[bool]]:
    """What a contract is on a day, of which one applies. Each bounds the last day, which lists are read by."""
    return {
        "coming": and_(Contract.valid_from > on, Contract.valid_to > on),
        "in_force": and_(Contract.valid_from <= on, Contract.valid_to >= on),
        "over": Contract.valid_to < on,
    }


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
