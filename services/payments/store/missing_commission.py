"""The bills that bring no commission yet: not reconciled, or not written off in full."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, select, union_all
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, Sorts, fetch_page, from_cursor
from services.payments.store.bill_tables import Bill
from services.payments.store.bills import UNRECONCILED
from services.payments.store.customers import visible_to
from services.payments.store.receivables import IS_OWED
from services.payments.store.tables import Customer, Receivable, WriteOff, WriteOffPair

IS_UNRECONCILED = Bill.state.in_(UNRECONCILED)


@dataclass(frozen=True)
class Waiting:
    """Whose bills, up to which month's: of the customers that the caller sees, or that one of their owners has.

    :param customer_id: one customer's alone.
    """

    caller: Caller
    month: Month
    owner_id: UUID | None = None
    customer_id: UUID | None = None


def page_of_missing(session: Session, waiting: Waiting, request: PageRequest) -> Page:
    """The bills' ids, the oldest period first."""
    keys = ((Receivable.period_start, Receivable.bill_id), (Bill.month, Bill.id))
    # A page of each at most, so that both are entered by their indexes, however many there are.
    firsts = [
        from_cursor(query, request, sorts={"month": month}, default_sort="month", key=bill_id).limit(request.page_size + 1)
        for query, (month, bill_id) in zip(_missing(waiting), keys, strict=True)
    ]
    bills = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    sorts: Sorts = {"month": bills.c.month}
    return fetch_page(session, select(bills.c.bill_id), request, sorts=sorts, default_sort="month", key=bills.c.bill_id)


def missing_in_all(session: Session, waiting: Waiting) -> tuple[int, Any]:
    """How many bills, and how much of them."""
    bills = union_all(*_missing(waiting)).subquery()
    row = session.execute(select(func.count(), func.coalesce(func.sum(bills.c.amount), ZERO))).one()
    return row[0], row[1]


def missing_by_reason(session: Session, waiting: Waiting) -> list[tuple[str, int, Decimal]]:
    """How many bills, and how much of them, by the code of what is missing; the largest amount first."""
    receivables, unreconciled = _missing(waiting)
    # As the items say it: what is held waits for its write-off, the latest of several.
    automatic = (
        select(WriteOff.automatic)
        .join(WriteOffPair, WriteOffPair.write_off_id == WriteOff.id)
        .where(WriteOffPair.bill_id == Receivable.bill_id, WriteOffPair.state == "held")
        .order_by(WriteOff.started_at.desc(), WriteOff.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    why = case(
        (Receivable.held == 0, func.coalesce(Receivable.reason["code"].astext, "not_tried")),
        (automatic, "waiting_for_confirmation"),
        else_="in_approval",
    )
    state = case((Bill.state == "open", "not_reconciled"), else_="reconciling")
    bills = union_all(receivables.add_columns(why.label("code")), unreconciled.add_columns(state.label("code"))).subquery()
    amount = func.sum(bills.c.amount)
    query = select(bills.c.code, func.count(), amount).group_by(bills.c.code).order_by(amount.desc(), bills.c.code)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def receivables_with_customers(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, tuple[Receivable, Customer]]:
    query = select(Receivable, Customer).join(Customer, Customer.id == Receivable.customer_id)
    return {row[0].bill_id: (row[0], row[1]) for row in session.execute(query.where(Receivable.bill_id.in_(bill_ids)))}


def bills_with_customers(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, tuple[Bill, Customer]]:
    query = select(Bill, Customer).join(Customer, Customer.id == Bill.customer_id)
    return {row[0].id: (row[0], row[1]) for row in session.execute(query.where(Bill.id.in_(bill_ids)))}


def holders_of(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """By bill the write-off that holds something of it (the latest of several): its id, and whether it is automatic."""
    query = (
        select(WriteOffPair.bill_id, WriteOff.id, WriteOff.automatic)
        .join(WriteOff, WriteOff.id == WriteOffPair.write_off_id)
        .where(WriteOffPair.bill_id.in_(bill_ids), WriteOffPair.state == "held")
        .order_by(WriteOff.started_at, WriteOff.id)
    )
    return {row.bill_id: row for row in session.execute(query)}


def _missing(waiting: Waiting) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    until = waiting.month.first_day
    receivables: Select[*tuple[Any, ...]] = (
        select(
            Receivable.bill_id.label("bill_id"),
            Receivable.period_start.label("month"),
            (Receivable.amount - Receivable.written_off).label("amount"),
        )
        .join(Customer, Customer.id == Receivable.customer_id)
        .where(Receivable.written_off < Receivable.amount, IS_OWED, Receivable.period_start <= until, *_of(waiting))
    )
    unreconciled: Select[*tuple[Any, ...]] = (
        select(
            Bill.id.label("bill_id"),
            Bill.month.label("month"),
            Bill.amount.label("amount"),
        )
        .join(Customer, Customer.id == Bill.customer_id)
        .where(IS_UNRECONCILED, Bill.amount > 0, Bill.month <= until, *_of(waiting))
    )
    return receivables, unreconciled


def _of(waiting: Waiting) -> list[ColumnElement[bool]]:
    conditions = [visible_to(waiting.caller)]
    if waiting.owner_id is not None:
        conditions.append(Customer.owner_id == waiting.owner_id)
    if waiting.customer_id is not None:
        conditions.append(Customer.id == waiting.customer_id)
    return conditions
