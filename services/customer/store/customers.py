"""Queries about customers. Visibility is a condition of every one of them, never a check afterwards."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.customer.domain.funnel import TIERS
from services.customer.store.tables import Contract, Customer, TierMove
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Their own, those of the departments they lead, the pool; or all.

    A pool customer that is being claimed is its claimant's, as if he or she owned it, and nobody else's.
    """
    return or_(*parts_of_sight(caller).values())


def parts_of_sight(caller: Caller, tiers: Collection[str] = TIERS) -> dict[str, ColumnElement[bool]]:
    """The parts that :func:`visible_to` consists of, each with an index of its own.

    ``all``; or ``pool``: free to claim, ``claimed``: from the pool by the caller or who is led, ``own``, ``led``.

    :param tiers: those asked for: what can only be in another needs no look.
    """
    sight = visibility_of(caller)
    if sight.everything:
        return {"all": true()}
    in_pool, owned = "pool" in tiers, any(tier != "pool" for tier in tiers)
    me = UUID(sight.owner_id) if sight.owner_id else None
    departments = [UUID(department) for department in sight.department_ids]
    parts: dict[str, ColumnElement[bool]] = {}
    if in_pool:
        by_us = or_(Customer.claimant_id == me, Customer.claimant_department_id.in_(departments))
        parts["pool"] = and_(Customer.tier == "pool", Customer.claim_process_id.is_(None))
        parts["claimed"] = and_(Customer.claimant_id.is_not(None), by_us)
    if owned and me is not None:
        parts["own"] = Customer.owner_id == me
    if owned and departments:
        parts["led"] = Customer.owner_department_id.in_(departments)
    return parts or {"none": false()}


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


def lock_customer(session: Session, customer_id: UUID) -> Customer:
    """Any customer, locked: for what an event or a process brings, whoever may see it.

    :raises NotFound: ``customer_not_found``.
    """
    customer = session.scalar(
        select(Customer).where(Customer.id == customer_id).with_for_update().execution_options(populate_existing=True)
    )
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


def insert_customer(session: Session, customer: Customer) -> Customer | None:
    """Add the row unless the normalised name is taken; the database decides, so two at once cannot both add it.

    :returns: the customer that holds the name already, or ``None`` if this one was added.
    """
    given = {column.key: getattr(customer, column.key) for column in Customer.__table__.columns}
    values = {name: value for name, value in given.items() if value is not None}
    added = session.execute(insert(Customer).values(values).on_conflict_do_nothing().returning(Customer.id)).first()
    if added is not None:
        return None
    return customer_named(session, customer.normalised_name)


def customer_named(session: Session, normalised_name: str) -> Customer:
    """The customer that holds a normalised name; there is one."""
    return session.scalars(select(Customer).where(Customer.normalised_name == normalised_name)).one()


def claim_from_pool(
    session: Session, customer_id: UUID, process_id: UUID, *, claimant_id: UUID, name: str, department_id: UUID | None
) -> bool:
    """Take a customer out of the pool for a process, if it is there and free or this process has it already.

    One conditional update: of any number at the same moment the database lets one through.
    """
    taken = session.execute(
        update(Customer)
        .where(
            Customer.id == customer_id,
            Customer.tier == "pool",
            or_(Customer.claim_process_id.is_(None), Customer.claim_process_id == process_id),
        )
        .values(
            claim_process_id=process_id,
            claimant_id=claimant_id,
            claimant_name=name,
            claimant_department_id=department_id,
        )
        .returning(Customer.id)
    )
    return taken.first() is not None


def return_to_pool(session: Session, process_id: UUID) -> UUID | None:
    """End the claim that a process holds.

    :returns: the customer that is free again, or ``None`` if the process held none.
    """
    freed = session.execute(
        update(Customer)
        .where(Customer.claim_process_id == process_id)
        .values(claim_process_id=None, claimant_id=None, claimant_name=None, claimant_department_id=None)
        .returning(Customer.id)
    )
    return freed.scalar_one_or_none()


def lock_due(session: Session, on: date, limit: int) -> list[Customer]:
    """Some of the customers whose day of the sweep has come, locked in the order of ids."""
    due = Customer.next_look_on <= on
    ids = session.scalars(select(Customer.id).where(due).order_by(Customer.next_look_on, Customer.id).limit(limit)).all()
    # Asked again under the lock: whoever held one meanwhile may have settled it.
    query = select(Customer).where(Customer.id.in_(ids), due).order_by(Customer.id).with_for_update()
    return list(session.scalars(query))


def lock_owned_by(session: Session, owner_id: UUID) -> list[Customer]:
    """Everything that one salesperson looks after, locked in the order of ids."""
    query = select(Customer).where(Customer.owner_id == owner_id).order_by(Customer.id).with_for_update()
    return list(session.scalars(query))


def note_usage_day(session: Session, customer_id: UUID, day: date) -> None:
    """Keep the last day of usage; an older one, or one of a customer that is not here, changes nothing."""
    newer = or_(Customer.last_usage_on.is_(None), Customer.last_usage_on < day)
    session.execute(update(Customer).where(Customer.id == customer_id, newer).values(last_usage_on=day))


def terms_of(session: Session, customer_ids: list[UUID]) -> dict[UUID, list[tuple[date, date]]]:
    """The contracts' first and last days, by customer."""
    terms: dict[UUID, list[tuple[date, date]]] = {}
    query = select(Contract.customer_id, Contract.valid_from, Contract.valid_to).where(Contract.customer_id.in_(customer_ids))
    for customer_id, valid_from, valid_to in session.execute(query):
        terms.setdefault(customer_id, []).append((valid_from, valid_to))
    return terms


def page_of_moves(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """A customer's way through the funnel, the latest move first."""
    query = select(TierMove).where(TierMove.customer_id == customer_id)
    return fetch_page(session, query, request, sorts={"moved_at": TierMove.moved_at}, default_sort="-moved_at", key=TierMove.id)
