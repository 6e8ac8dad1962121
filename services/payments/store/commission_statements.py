"""What a month brought in commission: entries of both kinds side by side, their sums by whatever is asked.

One relation (:func:`_branches`) stands behind every list and every sum, so that they add up: commission entries on the day on
which they were earned, interest and penalties on the day on which they were booked. What is nobody's is on nobody's statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, SQLColumnExpression, Subquery, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, Sorts, fetch_page, from_cursor
from services.payments.store.customers import owned_visible_to
from services.payments.store.interest_tables import InterestEntry
from services.payments.store.tables import Amount, CommissionEntry, Receipt, WriteOff, WriteOffPair

AnyRow = Row[*tuple[Any, ...]]
INTEREST_KINDS: Final = ("interest_credit", "penalty")


@dataclass(frozen=True)
class Scope:
    """Whose entries of which month: all that the caller sees, or one owner's of them."""

    caller: Caller
    month: Month
    owner_id: UUID | None = None


def page_of_entries(session: Session, scope: Scope, request: PageRequest) -> Page:
    """The entries' ids and kinds, by day."""
    keys = ((CommissionEntry.earned_on, CommissionEntry.id), (InterestEntry.booked_on, InterestEntry.id))
    # A page of each at most, so that both are entered by their indexes, however many there are.
    firsts = [
        from_cursor(query, request, sorts={"earned_on": day}, default_sort="earned_on", key=entry_id).limit(request.page_size + 1)
        for query, (day, entry_id) in zip(_branches(scope), keys, strict=True)
    ]
    booked = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    query = select(booked.c.id, booked.c.kind)
    return fetch_page(session, query, request, sorts={"earned_on": booked.c.day}, default_sort="earned_on", key=booked.c.id)


def count_of_entries(session: Session, scope: Scope) -> int:
    return session.scalar(select(func.count()).select_from(_booked(scope))) or 0


def totals_of(session: Session, scope: Scope) -> dict[str, Any]:
    """The sums over a month's entries."""
    return _with_sums(session.execute(select(*_sums(_booked(scope)))).mappings().one())


def page_of_owners(session: Session, scope: Scope, request: PageRequest) -> Page:
    """The sums of each who earned something or was charged; by name unless sorted otherwise."""
    booked = _booked(scope)
    # A name may have changed in the course of the month: the one that sorts last stands for all.
    owners = (
        select(booked.c.owner_id, func.max(booked.c.owner_name).label("owner_name"), *_sums(booked))
        .group_by(booked.c.owner_id)
        .subquery()
    )
    sorts: Sorts = {"owner": owners.c.owner_name, "commission": owners.c.commission, "profit": owners.c.profit}
    page = fetch_page(session, select(owners), request, sorts=sorts, default_sort="owner", key=owners.c.owner_id)
    return Page([_with_sums(row._asdict()) for row in page.items], page.next_cursor)


def sums_by_day(session: Session, scope: Scope) -> dict[date, tuple[Decimal, Decimal]]:
    """Profit and commission of each day of a month on which there is an entry."""
    booked = _booked(scope)
    profit, commission = func.sum(booked.c.written_off - booked.c.cost), func.sum(booked.c.amount)
    query = select(booked.c.day, profit, commission).group_by(booked.c.day)
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def commission_entries(session: Session, ids: Collection[UUID]) -> dict[UUID, CommissionEntry]:
    return {entry.id: entry for entry in session.scalars(select(CommissionEntry).where(CommissionEntry.id.in_(ids)))}


def interest_entries(session: Session, ids: Collection[UUID]) -> dict[UUID, InterestEntry]:
    return {entry.id: entry for entry in session.scalars(select(InterestEntry).where(InterestEntry.id.in_(ids)))}


def write_offs_of(session: Session, entries: Collection[CommissionEntry]) -> dict[UUID, AnyRow]:
    """The write-offs that these entries come from, by id: whether it started by itself, and its remarks (a reversal's reason)."""
    ids = {entry.write_off_id for entry in entries}
    query = select(WriteOff.id, WriteOff.automatic, WriteOff.remarks).where(WriteOff.id.in_(ids))
    return {row.id: row for row in session.execute(query)}


def receipts_of(session: Session, entries: Collection[CommissionEntry]) -> dict[tuple[UUID, UUID], Sequence[AnyRow]]:
    """The money that was written off, the oldest first, by write-off and bill; below zero where it was given back."""
    ids = {entry.write_off_id for entry in entries}
    query = (
        select(
            WriteOffPair.write_off_id,
            WriteOffPair.bill_id,
            WriteOffPair.amount,
            Receipt.id.label("receipt_id"),
            Receipt.payer_name,
            Receipt.bank_account,
            Receipt.reference,
            Receipt.received_at,
        )
        .join(Receipt, Receipt.id == WriteOffPair.receipt_id)
        .where(WriteOffPair.write_off_id.in_(ids), WriteOffPair.state == "final")
        .order_by(Receipt.received_at, WriteOffPair.id)
    )
    found: dict[tuple[UUID, UUID], list[AnyRow]] = {}
    for row in session.execute(query):
        found.setdefault((row.write_off_id, row.bill_id), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _booked(scope: Scope) -> Subquery:
    return union_all(*_branches(scope)).subquery()


def _branches(scope: Scope) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    first, last = scope.month.first_day, scope.month.last_day
    commission: Select[*tuple[Any, ...]] = select(
        CommissionEntry.id.label("id"),
        CommissionEntry.earned_on.label("day"),
        CommissionEntry.owner_id.label("owner_id"),
        CommissionEntry.owner_name.label("owner_name"),
        case((CommissionEntry.reverses.is_not(None), "reversal"), else_=CommissionEntry.origin).label("kind"),
        CommissionEntry.written_off.label("written_off"),
        CommissionEntry.cost.label("cost"),
        CommissionEntry.amount.label("amount"),
    ).where(
        CommissionEntry.earned_on.between(first, last),
        owned_visible_to(scope.caller, CommissionEntry.owner_id, CommissionEntry.owner_department_id),
    )
    none, is_credit = literal(ZERO, Amount), InterestEntry.kind == "credit"
    interest: Select[*tuple[Any, ...]] = select(
        InterestEntry.id.label("id"),
        InterestEntry.booked_on.label("day"),
        InterestEntry.owner_id.label("owner_id"),
        func.coalesce(InterestEntry.owner_name, "").label("owner_name"),
        case((is_credit, "interest_credit"), else_="penalty").label("kind"),
        none.label("written_off"),
        none.label("cost"),
        case((is_credit, InterestEntry.amount), else_=-InterestEntry.amount).label("amount"),
    ).where(
        InterestEntry.booked_on.between(first, last),
        InterestEntry.owner_id.is_not(None),
        owned_visible_to(scope.caller, InterestEntry.owner_id, InterestEntry.owner_department_id),
    )
    if scope.owner_id is not None:
        commission = commission.where(CommissionEntry.owner_id == scope.owner_id)
        interest = interest.where(InterestEntry.owner_id == scope.owner_id)
    return commission, interest


def _sums(booked: Subquery) -> list[SQLColumnExpression[Any]]:
    def sum_of(column: SQLColumnExpression[Any], kind: str | None = None) -> SQLColumnExpression[Any]:
        total = func.sum(column) if kind is None else func.sum(column).filter(booked.c.kind == kind)
        return func.coalesce(total, ZERO)

    amount = booked.c.amount
    return [
        func.count().label("entries"),
        sum_of(booked.c.written_off).label("written_off"),
        sum_of(booked.c.cost).label("cost"),
        sum_of(booked.c.written_off - booked.c.cost).label("profit"),
        sum_of(amount, "write_off").label("by_write_offs"),
        sum_of(amount, "balance").label("by_balances"),
        sum_of(amount, "interest_credit").label("interest_credits"),
        sum_of(-amount, "penalty").label("penalties"),
        sum_of(-amount, "reversal").label("reversed"),
        sum_of(amount).label("commission"),
    ]


def _with_sums(row: Any) -> dict[str, Any]:
    return {**row, "earned": row["by_write_offs"] + row["by_balances"]}
