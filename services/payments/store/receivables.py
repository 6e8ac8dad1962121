"""Queries about receivables."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.errors import NotFound
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.store.customers import visible_to
from services.payments.store.receipts import HAS_BALANCE
from services.payments.store.tables import Customer, Receipt, Receivable

SORTS = {"due_on": Receivable.due_on, "month": Receivable.period_start, "amount": Receivable.amount, "number": Receivable.number}

IS_OWED = Receivable.cancelled_by.is_(None)
IS_OPEN = (Receivable.held + Receivable.written_off < Receivable.amount) & IS_OWED
_IS_NOT_WRITTEN_OFF = Receivable.written_off < Receivable.amount
"""Follows from either state beside it; said, so that the index of what is owed serves them."""
IS_UNSETTLED = _IS_NOT_WRITTEN_OFF & IS_OWED
"""Open or held."""
_STATES: dict[str, ColumnElement[bool]] = {
    "open": IS_OPEN & _IS_NOT_WRITTEN_OFF,
    # It is never more. Asked whether it is as much, the planner expects next to none, and reads everything for them.
    "held": (Receivable.held + Receivable.written_off >= Receivable.amount) & IS_OWED & _IS_NOT_WRITTEN_OFF,
    "settled": (Receivable.written_off == Receivable.amount) & IS_OWED,
    "cancelled": Receivable.cancelled_by.is_not(None),
}


def insert_receivables(session: Session, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Add those that are not there yet.

    :returns: the bills that were added.
    """
    statement = insert(Receivable).on_conflict_do_nothing().returning(Receivable.bill_id)
    return list(session.scalars(statement, rows))


class OpenReceivableRow(NamedTuple):
    """A receivable with something outstanding: what of it is neither held nor written off."""

    customer_id: UUID
    bill_id: UUID
    number: str
    period_end: date
    due_on: date
    payment_mode: str
    outstanding: Decimal


def open_receivables(session: Session, customer_ids: Collection[UUID]) -> list[OpenReceivableRow]:
    """Receivables of these customers with something outstanding."""
    theirs = Receivable.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid)))
    outstanding = Receivable.amount - Receivable.held - Receivable.written_off
    shown = (Receivable.bill_id, Receivable.number, Receivable.period_end, Receivable.due_on, Receivable.payment_mode)
    query = select(Receivable.customer_id, *shown, outstanding).where(theirs, IS_OPEN)
    return [OpenReceivableRow(*row) for row in session.execute(query)]


class Owed(NamedTuple):
    """What is outstanding of a customer's receivables, of how many, and when the first of them is due."""

    outstanding: Decimal
    bills: int
    oldest_due_on: date | None


OWES_NOTHING = Owed(ZERO, 0, None)


def owed_by_customers(session: Session, customer_ids: Collection[UUID]) -> dict[UUID, Owed]:
    """What each of these customers owes; who owes nothing is not among them."""
    theirs = Receivable.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid)))
    outstanding = func.sum(Receivable.amount - Receivable.held - Receivable.written_off)
    query = select(Receivable.customer_id, outstanding, func.count(), func.min(Receivable.due_on))
    query = query.where(theirs, IS_OPEN).group_by(Receivable.customer_id)
    return {customer_id: Owed(total, bills, due_on) for customer_id, total, bills, due_on in session.execute(query)}


def find_receivables(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, Receivable]:
    """These receivables, as they are now, by their bills."""
    query = select(Receivable).where(Receivable.bill_id.in_(bill_ids)).execution_options(populate_existing=True)
    return {receivable.bill_id: receivable for receivable in session.scalars(query)}


def customers_to_retry(session: Session) -> list[UUID]:
    """Customers with an open receivable or with a balance: whose money may meet, or whose reasons may have changed."""
    owing = select(Receivable.customer_id).where(IS_OPEN)
    paying = select(Receipt.customer_id).where(Receipt.customer_id.is_not(None), HAS_BALANCE)
    return sorted(set(session.scalars(owing.union(paying))))


def find_visible_receivable(session: Session, caller: Caller, bill_id: UUID) -> tuple[Receivable, Customer]:
    """
    :raises NotFound: ``receivable_not_found``.
    """
    query = select(Receivable, Customer).join(Customer, Customer.id == Receivable.customer_id)
    row = session.execute(query.where(Receivable.bill_id == bill_id, visible_to(caller))).first()
    if row is None:
        raise NotFound("receivable_not_found")
    return row[0], row[1]


def owed_by_customer(caller: Caller, customer_id: UUID) -> Select[UUID]:
    """The bills of a customer that are not written off in full; of none that the caller may not see."""
    query = select(Receivable.bill_id).join(Customer, Customer.id == Receivable.customer_id)
    return query.where(Receivable.customer_id == customer_id, IS_UNSETTLED, visible_to(caller))


def page_of_receivables(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    state: str | None,
    month: Month | None,
    due_to: date | None,
    unsettled: bool,
) -> Page:
    """Rows of (receivable, customer's name), what is due first on top unless sorted otherwise.

    :param unsettled: only what is open or held.
    """
    query = select(Receivable, Customer.name.label("customer_name")).join(Customer, Customer.id == Receivable.customer_id)
    query = query.where(visible_to(caller))
    if customer_id is not None:
        query = query.where(Receivable.customer_id == customer_id)
    if state is not None:
        query = query.where(_STATES[state])
    if month is not None:
        query = query.where(Receivable.period_start == month.first_day)
    if unsettled:
        query = query.where(IS_UNSETTLED)
    if due_to is not None:
        query = query.where(Receivable.due_on <= due_to)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="due_on", key=Receivable.bill_id)
