"""Queries about products; visible as their customer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.domain.accounts import CLOSED
from services.customer.store.customers import visible_to
from services.customer.store.tables import Account, Customer, Product
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


def customer_of_product(session: Session, caller: Caller, product_id: UUID) -> UUID:
    """Whose product it is, which never changes: for whoever locks the customer before the product.

    :raises NotFound: as :func:`find_product`.
    """
    query = select(Product.customer_id).join(Customer, Customer.id == Product.customer_id)
    customer_id = session.scalar(query.where(Product.id == product_id, visible_to(caller)))
    if customer_id is None:
        raise NotFound("product_not_found")
    return customer_id


def product_of_kind(session: Session, customer_id: UUID, kind: str, payment_mode: str) -> Product | None:
    """The first product of this type and payment mode that the customer has."""
    query = select(Product).where(Product.customer_id == customer_id, Product.type == kind, Product.payment_mode == payment_mode)
    return session.scalars(query.order_by(Product.created_at, Product.id).limit(1)).first()


def product_names(session: Session, customer_id: UUID) -> set[str]:
    """What the customer's products are called."""
    return set(session.scalars(select(Product.name).where(Product.customer_id == customer_id)))


def first_products(session: Session, customer_id: UUID, limit: int) -> list[Product]:
    """The first of a customer's products by name."""
    query = select(Product).where(Product.customer_id == customer_id).order_by(Product.name, Product.id)
    return list(session.scalars(query.limit(limit)))


def page_of_products(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """Rows of a product and how many accounts it has."""
    query = select(Product, _ACCOUNTS).where(Product.customer_id == customer_id)
    sorts = {"name": Product.name, "created_at": Product.created_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="name", key=Product.id)


@dataclass(frozen=True)
class ProductFilters:
    """What a list of products is narrowed to; ``None`` for no matter.

    :param without_account: whether none of its accounts is open.
    """

    type: str | None = None
    payment_mode: str | None = None
    customer_id: UUID | None = None
    without_account: bool | None = None


def page_of_all_products(session: Session, caller: Caller, filters: ProductFilters, request: PageRequest) -> Page:
    """Rows of a product, how many accounts it has, and its customer."""
    query = select(Product, _ACCOUNTS, Customer).join(Customer, Customer.id == Product.customer_id).where(visible_to(caller))
    if filters.type is not None:
        query = query.where(Product.type == filters.type)
    if filters.payment_mode is not None:
        query = query.where(Product.payment_mode == filters.payment_mode)
    if filters.customer_id is not None:
        query = query.where(Product.customer_id == filters.customer_id)
    if filters.without_account is not None:
        is_open = exists().where(Account.product_id == Product.id, Account.status != CLOSED)
        query = query.where(~is_open if filters.without_account else is_open)
    sorts = {"name": Product.name, "created_at": Product.created_at, "customer_name": Customer.name}
    return fetch_page(session, query, request, sorts=sorts, default_sort="name", key=Product.id)


def products_of(session: Session, customer_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those of the ids that are this customer's products, with what they are called."""
    query = select(Product.id, Product.name).where(Product.customer_id == customer_id, Product.id.in_(product_ids))
    return {row.id: row.name for row in session.execute(query)}
