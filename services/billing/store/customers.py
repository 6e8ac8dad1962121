"""Billing's copies of customers, products and accounts, and who sees them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, cast, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from services.billing.store.columns import one_of
from services.billing.store.tables import Account, Bill, Customer, Product
from services.contracts.people import visibility_of
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.copies import keep_newer
from services.kit.errors import Conflict, NotFound, NotYet


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """The condition on :class:`Customer` of the query: their own, those of the departments they lead; or all."""
    sight = visibility_of(caller)
    if sight.everything:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if sight.owner_id:
        conditions.append(Customer.owner_id == UUID(sight.owner_id))
    if sight.department_ids:
        conditions.append(Customer.owner_department_id.in_([UUID(department) for department in sight.department_ids]))
    return or_(false(), *conditions)


def find_visible_customer(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """
    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    """
    customer = session.scalar(select(Customer).where(Customer.id == customer_id, visible_to(caller)))
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


def find_for_start(session: Session, caller: Caller, customer_id: UUID) -> Customer | Conflict:
    """A customer that processes may be about; or why none may, of one that the caller sees at its owner's (customer's)."""
    query = select(Customer, visible_to(caller).label("is_visible")).where(Customer.id == customer_id)
    customer, is_visible = session.execute(query).one_or_none() or (None, False)
    if customer is not None and is_visible:
        return customer
    if customer is not None and customer.owner_id is None:
        return Conflict("customer_in_pool", name=customer.name)
    return Conflict("customer_not_known_yet")


def find_visible_product(session: Session, caller: Caller, product_id: UUID) -> tuple[Product, Customer]:
    """A product with its customer.

    :raises NotFound: ``product_not_found``, also for one the caller may not see.
    """
    row = session.execute(
        select(Product, Customer)
        .join(Customer, Customer.id == Product.customer_id)
        .where(Product.id == product_id, visible_to(caller))
    ).first()
    if row is None:
        raise NotFound("product_not_found")
    return row.Product, row.Customer


def visible_among(session: Session, caller: Caller, product_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these products that are known here, and that the caller may see."""
    query = select(Product.id).join(Customer, Customer.id == Product.customer_id)
    return set(session.scalars(query.where(Product.id == one_of(product_ids), visible_to(caller))))


def find_visible_account(session: Session, caller: Caller, account_id: UUID) -> tuple[Account, Product, Customer]:
    """An account with its product and customer.

    :raises NotFound: ``account_not_found``, also for one the caller may not see.
    """
    row = session.execute(
        select(Account, Product, Customer)
        .join(Product, Product.id == Account.product_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Account.id == account_id, visible_to(caller))
    ).first()
    if row is None:
        raise NotFound("account_not_found")
    return row.Account, row.Product, row.Customer


def copy_customer(session: Session, values: dict[str, Any]) -> None:
    """Keep the row if it is newer than ours."""
    keep_newer(session, Customer, values)


def copy_product(session: Session, values: dict[str, Any], heard_on: date) -> None:
    """Keep the row if it is newer than ours; ``since`` only ever moves back. The billing cycle stays as it is here: what changes
    it is agreed here first, and customer may not have heard of it yet."""
    keep_newer(session, Product, {**values, "since": heard_on}, first=("since", "billing_cycle_months"))
    moved = select(Product).where(Product.id == values["id"], Product.since > heard_on)
    product = session.scalar(moved)
    if product is not None:
        product.since = heard_on


def lock_customer_of_account(session: Session, account_id: UUID) -> Customer:
    """The account's customer, locked until the transaction ends: no billing run makes a bill of it meanwhile.

    :raises NotYet: ``customer_not_known_yet``.
    """
    owner = select(Account.customer_id).where(Account.id == account_id)
    customer = session.scalar(select(Customer).where(Customer.id.in_(owner)).with_for_update())
    if customer is None:
        raise NotYet("customer_not_known_yet")
    return customer


def find_account(session: Session, account_id: UUID) -> Account | None:
    return session.get(Account, account_id)


def copy_account(session: Session, values: dict[str, Any], changed_at: datetime) -> bool:
    """Keep the row if it is newer than ours.

    :returns: whether it was.
    """
    return keep_newer(session, Account, {**values, "changed_at": changed_at})


def in_shard(number: int, of: int) -> ColumnElement[bool]:
    """Whether a customer falls to a shard: by a hash of the id, the same in every run."""
    bucket = func.hashtext(cast(Customer.id, Text)).op("&")(literal(0x7FFFFFFF, Integer))
    return func.mod(bucket, of) == number


def count_customers(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Customer).where(condition)) or 0


class BilledCustomer(NamedTuple):
    """What a billing run needs of a customer."""

    id: UUID
    name: str


def lock_next_customers(session: Session, condition: ColumnElement[bool], after: UUID | None, limit: int) -> list[BilledCustomer]:
    """The next customers by id, locked until the transaction ends: two runs do not bill one customer at the same time."""
    query = select(Customer.id, Customer.name).where(condition).order_by(Customer.id).limit(limit).with_for_update()
    if after is not None:
        query = query.where(Customer.id > after)
    return [BilledCustomer(*row) for row in session.execute(query)]


class BilledProduct(NamedTuple):
    """What a billing run needs of a product."""

    id: UUID
    customer_id: UUID
    name: str
    type: str
    payment_mode: str
    billing_cycle_months: int
    needs_invoice: bool
    since: date


def next_customers(session: Session, condition: ColumnElement[bool], after: UUID | None, limit: int) -> list[UUID]:
    """The next customers by id."""
    query = select(Customer.id).where(condition).order_by(Customer.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Customer.id > after)))


def lock_customers(session: Session, customer_ids: Iterable[UUID]) -> list[BilledCustomer]:
    """These customers, locked in the order of their ids until the transaction ends; those that are not known are left out."""
    query = select(Customer.id, Customer.name).where(Customer.id == one_of(customer_ids)).order_by(Customer.id).with_for_update()
    return [BilledCustomer(*row) for row in session.execute(query)]


def products_of(session: Session, customer_ids: Iterable[UUID]) -> list[BilledProduct]:
    return _products(session, Product.customer_id == one_of(customer_ids))


def unbilled_products(session: Session, month: Month, customer_ids: Iterable[UUID]) -> list[BilledProduct]:
    """The products of these customers that have no bill for the month."""
    is_billed = select(Bill.id).where(Bill.product_id == Product.id, Bill.month == month, Bill.state != "void").exists()
    return _products(session, Product.customer_id == one_of(customer_ids), ~is_billed)


def _products(session: Session, *conditions: ColumnElement[bool]) -> list[BilledProduct]:
    columns = [getattr(Product, name) for name in BilledProduct._fields]
    query = select(*columns).where(*conditions).order_by(Product.customer_id, Product.id)
    return [BilledProduct(*row) for row in session.execute(query)]


def lock_products(session: Session, product_ids: Iterable[UUID]) -> list[Product]:
    """These products, locked in the order of their ids; those that are not known are left out."""
    query = select(Product).where(Product.id.in_(list(product_ids))).order_by(Product.id).with_for_update()
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def lock_customer(session: Session, customer_id: UUID) -> Customer:
    """One customer, locked until the transaction ends; for an event's handler, whose turn it is whoever may see it.

    :raises NotYet: ``customer_not_known_yet``: its own event is still on the way; the bus tries again.
    """
    customer = session.scalar(select(Customer).where(Customer.id == customer_id).with_for_update())
    if customer is None:
        raise NotYet("customer_not_known_yet", customer_id=str(customer_id))
    return customer


def hold_billing(session: Session, customer_id: UUID) -> None:
    """Lock the customer's row, if it is known yet: until the transaction ends no run bills it, and none has half billed it."""
    session.get(Customer, customer_id, with_for_update=True)


def identifiers_of(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """These products' accounts by their names."""
    query = select(Account.product_id, Account.identifier).where(Account.product_id == one_of(product_ids))
    identifiers: dict[UUID, list[str]] = {}
    for product_id, identifier in session.execute(query):
        identifiers.setdefault(product_id, []).append(identifier)
    return identifiers


def find_product(session: Session, product_id: UUID) -> Product:
    """For an event's handler, whose turn it is whoever may see it.

    :raises NotYet: ``product_not_known_yet``: its own event is still on the way; the bus tries again.
    """
    product = session.get(Product, product_id)
    if product is None:
        raise NotYet("product_not_known_yet", product_id=str(product_id))
    return product
