"""Queries about what sales earns: costs and rates by day, commission entries, and what is still missing."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, true
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.domain.commission import DatedValue
from services.payments.store.customers import visible_to
from services.payments.store.receivables import IS_OWED
from services.payments.store.tables import (
    CommissionEntry,
    CommissionRate,
    Customer,
    Receivable,
    UnitCost,
    WriteOff,
    WriteOffPair,
)

SORTS = {"earned_on": CommissionEntry.earned_on}
MISSING_MAX = 200


def earned_visible_to(caller: Caller) -> ColumnElement[bool]:
    """Of commission entries: who earned them, by the owner at that time."""
    sight = visibility_of(caller)
    if sight.everything:
        return true()
    conditions = []
    if sight.owner_id:
        conditions.append(CommissionEntry.owner_id == UUID(sight.owner_id))
    if sight.department_ids:
        departments = [UUID(department) for department in sight.department_ids]
        conditions.append(CommissionEntry.owner_department_id.in_(departments))
    return or_(*conditions) if conditions else ~true()


def unit_costs_of(session: Session, product_types: Collection[str]) -> dict[str, list[DatedValue]]:
    """The history of these product types' unit costs."""
    query = select(UnitCost.product_type, UnitCost.valid_from, UnitCost.unit_cost).where(UnitCost.product_type.in_(product_types))
    return _histories(session.execute(query))


def rates_of(session: Session, product_types: Collection[str]) -> dict[str, list[DatedValue]]:
    """The history of these product types' commission rates."""
    query = select(CommissionRate.product_type, CommissionRate.valid_from, CommissionRate.rate).where(
        CommissionRate.product_type.in_(product_types)
    )
    return _histories(session.execute(query))


def insert_entries(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Add what was earned or taken back; one entry a write-off and bill."""
    if entries:
        session.execute(insert(CommissionEntry), entries)


def entries_of_write_off(session: Session, write_off_id: UUID) -> list[CommissionEntry]:
    """What a write-off earned."""
    return list(session.scalars(select(CommissionEntry).where(CommissionEntry.write_off_id == write_off_id)))


def page_of_entries(session: Session, caller: Caller, month: Month, owner_id: UUID | None, request: PageRequest) -> Page:
    """A month's visible entries, by day."""
    query = select(CommissionEntry).where(*_of_month(caller, month, owner_id))
    return fetch_page(session, query, request, sorts=SORTS, default_sort="earned_on", key=CommissionEntry.id)


def totals_of_entries(session: Session, caller: Caller, month: Month, owner_id: UUID | None) -> dict[str, Any]:
    """The sums over the same entries, all pages."""
    query = select(
        func.count().label("entries"),
        func.coalesce(func.sum(CommissionEntry.written_off), ZERO).label("written_off"),
        func.coalesce(func.sum(CommissionEntry.cost), ZERO).label("cost"),
        func.coalesce(func.sum(CommissionEntry.amount), ZERO).label("commission"),
        func.coalesce(func.sum(CommissionEntry.amount).filter(CommissionEntry.reverses.is_not(None)), ZERO).label("reversed"),
    ).where(*_of_month(caller, month, owner_id))
    totals = dict(session.execute(query).mappings().one())
    profit, earned = totals["written_off"] - totals["cost"], totals["commission"] - totals["reversed"]
    return totals | {"profit": profit, "earned": earned, "reversed": -totals["reversed"]}


def sums_by_day(session: Session, caller: Caller, month: Month) -> dict[date, tuple[Decimal, Decimal]]:
    """Profit and commission of each day of a month on which anything was earned."""
    profit = func.sum(CommissionEntry.written_off - CommissionEntry.cost)
    query = select(CommissionEntry.earned_on, profit, func.sum(CommissionEntry.amount))
    query = query.where(*_of_month(caller, month, None)).group_by(CommissionEntry.earned_on)
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def missing_of(session: Session, caller: Caller, month: Month, owner_id: UUID | None) -> tuple[list[Row[Any]], int]:
    """The bills up to a month's that are not yet written off in full: the oldest of them, and how many there are.

    :returns: rows of (receivable, customer's name, whether an automatic write-off waits for its confirmation).
    """
    is_owed = (Receivable.written_off < Receivable.amount) & IS_OWED
    conditions = [is_owed, Receivable.period_start <= month.first_day, visible_to(caller)]
    if owner_id is not None:
        conditions.append(Customer.owner_id == owner_id)
    waits = (
        select(WriteOffPair.id)
        .join(WriteOff, WriteOff.id == WriteOffPair.write_off_id)
        .where(WriteOffPair.bill_id == Receivable.bill_id, WriteOffPair.state == "held", WriteOff.automatic)
        .exists()
    )
    bills = select(Receivable, Customer.name.label("customer_name"), waits.label("waits_for_confirmation"))
    bills = bills.join(Customer, Customer.id == Receivable.customer_id).where(*conditions)
    oldest = bills.order_by(Receivable.period_start, Receivable.due_on, Receivable.number).limit(MISSING_MAX)
    count = select(func.count()).select_from(Receivable).join(Customer, Customer.id == Receivable.customer_id).where(*conditions)
    return list(session.execute(oldest)), session.scalar(count) or 0


def _of_month(caller: Caller, month: Month, owner_id: UUID | None) -> list[ColumnElement[bool]]:
    conditions = [CommissionEntry.earned_on.between(month.first_day, month.last_day), earned_visible_to(caller)]
    if owner_id is not None:
        conditions.append(CommissionEntry.owner_id == owner_id)
    return conditions


def _histories(rows: Iterable[Any]) -> dict[str, list[DatedValue]]:
    histories: dict[str, list[DatedValue]] = {}
    for product_type, valid_from, value in rows:
        histories.setdefault(product_type, []).append(DatedValue(valid_from, value))
    return histories
