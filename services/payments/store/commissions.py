"""Commission entries: their writing, and what follows from those that are there."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from services.payments.store.tables import CommissionEntry


class BorneRow(NamedTuple):
    """What write-offs of a receivable that were not reversed have borne of its cost, at one unit cost."""

    unit_cost: Decimal | None
    written_off: Decimal
    cost: Decimal


def insert_entries(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Add what was earned or taken back; one entry a write-off and bill, one a bill for what balances covered.

    :raises sqlalchemy.exc.IntegrityError: for a second one.
    """
    if entries:
        session.execute(insert(CommissionEntry), entries)


def entries_of_write_off(session: Session, write_off_id: UUID) -> list[CommissionEntry]:
    """What a write-off earned."""
    return list(session.scalars(select(CommissionEntry).where(CommissionEntry.write_off_id == write_off_id)))


def balance_entries_of(session: Session, bill_id: UUID) -> list[CommissionEntry]:
    """What balances earned on a bill and nothing has taken back: one entry at most."""
    reversing = aliased(CommissionEntry)
    query = select(CommissionEntry).where(
        CommissionEntry.bill_id == bill_id,
        CommissionEntry.origin == "balance",
        CommissionEntry.reverses.is_(None),
        ~select(reversing.id).where(reversing.reverses == CommissionEntry.id).exists(),
    )
    return list(session.scalars(query))


def borne_by_write_offs(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, list[BorneRow]]:
    """What was borne of these receivables' costs: reversing entries, below zero, have taken out what they reverse."""
    query = (
        select(
            CommissionEntry.bill_id,
            CommissionEntry.unit_cost,
            func.sum(CommissionEntry.written_off),
            func.sum(CommissionEntry.cost),
        )
        .where(CommissionEntry.bill_id.in_(bill_ids), CommissionEntry.origin == "write_off")
        .group_by(CommissionEntry.bill_id, CommissionEntry.unit_cost)
    )
    borne: dict[UUID, list[BorneRow]] = {}
    for bill_id, unit_cost, written_off, cost in session.execute(query):
        borne.setdefault(bill_id, []).append(BorneRow(unit_cost, written_off, cost))
    return borne
