"""Queries about customers. Visibility is a condition of every one of them, never a check afterwards."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, any_, bindparam, false, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.customer.domain.funnel import TIERS
from services.customer.store.tables import (
    Account,
    Contact,
    ContactLog,
    Contract,
    Customer,
    Department,
    Product,
    TierMove,
)
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.kit.sections import count_each


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
    parts = _parts(me, lambda department: department.in_(departments))
    wanted = {"pool": in_pool, "claimed": in_pool, "own": owned and me is not None, "led": owned and bool(departments)}
    return {name: part for name, part in parts.items() if wanted[name]} or {"none": false()}


def _parts(me: Any, led: Callable[[Any], ColumnElement[bool]]) -> dict[str, ColumnElement[bool]]:
    """
    :param me: a user's id, or what stands for one in a query.
    :param led: a column with a department → whether the caller leads it.
    """
    by_us = or_(Customer.claimant_id == me, led(Customer.claimant_department_id))
    return {
        "pool": and_(Customer.tier == "pool", Customer.claim_process_id.is_(None)),
        "claimed": and_(Customer.claimant_id.is_not(None), by_us),
        "own": Customer.owner_id == me,
        "led": led(Customer.owner_department_id),
    }


def owned_in_sight(caller: Caller) -> ColumnElement[bool]:
    """Those of the visible customers that somebody looks after: without the pool, and so without reading past it."""
    sight = visibility_of(caller)
    if sight.everything:
        return Customer.owner_id.is_not(None)
    conditions: list[ColumnElement[bool]] = []
    if sight.owner_id:
        conditions.append(Customer.owner_id == UUID(sight.owner_id))
    if sight.department_ids:
        departments = [UUID(department) for department in sight.department_ids]
        conditions.append(Customer.owner_department_id.in_(departments))
    return or_(false(), *conditions)


def find_visible(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """
    :raises NotFound: ``customer_not_found``, also for a customer the caller may not see.
    """
    sight = visibility_of(caller)
    me = UUID(sight.owner_id) if sight.owner_id else None
    values = {"customer": customer_id, "me": me, "departments": [UUID(department) for department in sight.department_ids]}
    customer = session.scalar(_visible_customer(sight.everything), values)
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


@cache
def _visible_customer(everything: bool) -> Select[Customer]:
    """A customer by id, if the caller may see it. Put together once: every page of a customer asks it first."""
    me, departments = bindparam("me", type_=Uuid), bindparam("departments", type_=ARRAY(Uuid))
    seen = true() if everything else or_(*_parts(me, lambda department: department == any_(departments)).values())
    return select(Customer).where(Customer.id == bindparam("customer"), seen)


def sees(session: Session, caller: Caller, customer_id: UUID) -> bool:
    """Whether there is such a customer for this caller."""
    return session.scalar(select(Customer.id).where(Customer.id == customer_id, visible_to(caller))) is not None


def lock_visible(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """The same, locked until the transaction ends: for whoever is going to change it.

    :raises NotFound: as :func:`find_visible`.
    """
    query = select(Customer).where(Customer.id == customer_id, visible_to(caller)).with_for_update()
    customer = session.scalar(query.execution_options(populate_existing=True))
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


def insert_customers(session: Session, customers: Sequence[Customer]) -> dict[UUID, Customer]:
    """Add the rows but those whose normalised name is taken; the database decides, so two at once cannot both add one.

    :returns: of those not added, by their ids, the customers that hold their names.
    """
    columns = [column.key for column in Customer.__table__.columns]
    # In one order for all: of two who add the same names, each would wait for the other.
    in_order = sorted(customers, key=lambda customer: customer.normalised_name)
    rows = [{name: getattr(customer, name) for name in columns} for customer in in_order]
    added = set(session.scalars(insert(Customer).on_conflict_do_nothing().returning(Customer.id), rows)) if rows else set()
    names = {customer.id: customer.normalised_name for customer in customers if customer.id not in added}
    if not names:
        return {}
    holders = customers_named(session, set(names.values()))
    return {customer_id: holders[name] for customer_id, name in names.items()}


def customers_named(session: Session, normalised_names: Collection[str]) -> dict[str, Customer]:
    """The customers that hold these normalised names, by them."""
    query = select(Customer).where(Customer.normalised_name.in_(normalised_names))
    return {holder.normalised_name: holder for holder in session.scalars(query)} if normalised_names else {}


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


def holds_claim(session: Session, customer_id: UUID, process_id: UUID) -> bool:
    """Whether a process has taken this customer out of the pool."""
    query = select(Customer.id).where(Customer.id == customer_id, Customer.claim_process_id == process_id)
    return session.scalar(query) is not None


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


def count_parts(session: Session, customer_id: UUID) -> dict[str, int]:
    """How much of everything hangs on a customer, counted as :func:`~services.kit.sections.count_each` does."""
    tables: dict[str, Any] = {
        "departments": Department,
        "contacts": Contact,
        "contact_logs": ContactLog,
        "products": Product,
        "accounts": Account,
        "contracts": Contract,
        "history": TierMove,
    }
    return count_each(session, {name: select(table.id).where(table.customer_id == customer_id) for name, table in tables.items()})


def page_of_moves(session: Session, customer_id: UUID, request: PageRequest) -> Page:
    """A customer's way through the funnel, the latest move first."""
    query = select(TierMove).where(TierMove.customer_id == customer_id)
    return fetch_page(session, query, request, sorts={"moved_at": TierMove.moved_at}, default_sort="-moved_at", key=TierMove.id)
