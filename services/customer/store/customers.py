"""Queries about customers. Visibility is a condition of every one of them, never a check afterwards."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.customer.store.tables import Customer
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

SORTS = {"name": Customer.name, "tier_since": Customer.tier_since, "created_at": Customer.created_at}


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Their own, those of the departments they lead, the pool; or all."""
    sight = visibility_of(caller)
    if sight.everything:
        return true()
    conditions = [Customer.tier == "pool"]
    if sight.owner_id:
        conditions.append(Customer.owner_id == UUID(sight.owner_id))
    if sight.department_ids:
        conditions.append(Customer.owner_department_id.in_([UUID(department) for department in sight.department_ids]))
    return or_(*conditions)


def find_visible(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """
    :raises NotFound: ``customer_not_found``, also for a customer the caller may not see.
    """
    customer = session.scalar(select(Customer).where(Customer.id == customer_id, visible_to(caller)))
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


def lock_visible(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """The same, locked until the transaction ends: for whoever is going to change it.

    :raises NotFound: as :func:`find_visible`.
    """
    query = select(Customer).where(Customer.id == customer_id, visible_to(caller)).with_for_update()
    customer = session.scalar(query)
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


def insert_customer(session: Session, customer: Customer) -> Customer | None:
    """Add the row unless the normalised name is taken; the database decides, so two at once cannot both add it.

    :returns: the customer that holds the name already, or ``None`` if this one was added.
    """
    values = {column.key: getattr(customer, column.key) for column in Customer.__table__.columns}
    added = session.execute(insert(Customer).values(values).on_conflict_do_nothing().returning(Customer.id)).first()
    if added is not None:
        return None
    return session.scalars(select(Customer).where(Customer.normalised_name == customer.normalised_name)).one()


def page_of_customers(
    session: Session, caller: Caller, request: PageRequest, *, tier: str | None, owner_id: UUID | None, text: str
) -> Page:
    """Visible customers, by name unless sorted otherwise.

    :param text: part of the name; empty for all.
    """
    query = select(Customer).where(visible_to(caller))
    if tier is not None:
        query = query.where(Customer.tier == tier)
    if owner_id is not None:
        query = query.where(Customer.owner_id == owner_id)
    if text:
        query = query.where(Customer.name.contains(text, autoescape=True))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="name", key=Customer.id)
