"""Queries about write-offs and their pairs."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg import errors
from sqlalchemy import ColumnElement, Row, Uuid, any_, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.store.customers import visible_to
from services.payments.store.tables import Customer, Receipt, Receivable, WriteOff, WriteOffPair

SORTS = {"started_at": WriteOff.started_at, "amount": WriteOff.amount}


def insert_write_off(session: Session, values: dict[str, Any]) -> bool:
    """Add a write-off; waits for whoever is adding one with this id at the same moment.

    :returns: ``False`` if there is one with this id already.
    """
    statement = insert(WriteOff).values(values).on_conflict_do_nothing().returning(WriteOff.id)
    return session.execute(statement).first() is not None


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """A write-off that is about to start by itself; as :class:`WriteOff` has it."""

    id: UUID
    customer_id: UUID
    amount: Decimal
    started_by_id: UUID | None
    started_by_name: str
    started_at: datetime
    automatic: bool = True
    state: str = "started"
    remarks: str = ""
    attempt: int = 1
    process_version: int = 0
    version: int = 1


_COLUMNS: Final = tuple(column.name for column in fields(WriteOffRow))


def insert_started(session: Session, write_offs: Sequence[WriteOffRow], pairs: Sequence[dict[str, Any]]) -> None:
    """Add new write-offs and hold their amounts.

    :raises sqlalchemy.exc.IntegrityError: if a pair takes more than there is; nothing is added then.
    """
    rows = [{name: getattr(write_off, name) for name in _COLUMNS} for write_off in write_offs]
    insert_rows(session, WriteOff.__table__, rows)
    hold_pairs(session, pairs)


def hold_pairs(session: Session, pairs: Sequence[dict[str, Any]]) -> None:
    """Hold amounts.

    :raises sqlalchemy.exc.IntegrityError: if a pair takes more than there is.
    """
    insert_rows(session, WriteOffPair.__table__, [{**pair, "state": "held"} for pair in pairs])


@contextmanager
def saying_what_was_taken() -> Iterator[None]:
    """What the database refuses of amounts that were looked at before, said as what it is: somebody was faster, past the locks.

    :raises Conflict: ``amounts_taken_meanwhile``; the transaction is over then.
    """
    try:
        yield
    except (IntegrityError, errors.IntegrityError) as error:
        # Of many rows, which go by COPY, the driver itself speaks.
        if not isinstance(getattr(error, "orig", error), errors.CheckViolation):
            raise
        raise Conflict("amounts_taken_meanwhile") from error


def turn_pairs(session: Session, write_offs: Sequence[WriteOff], state: str) -> None:
    """Make the pairs of these write-offs' last attempts ``released`` or ``final``; the triggers move the sums along."""
    attempts = [(write_off.id, write_off.attempt) for write_off in write_offs]
    session.execute(
        update(WriteOffPair)
        .where(tuple_(WriteOffPair.write_off_id, WriteOffPair.attempt).in_(attempts), WriteOffPair.state != state)
        .values(state=state)
        .execution_options(synchronize_session=False)
    )


def find_write_off(session: Session, write_off_id: UUID) -> WriteOff | None:
    """The write-off as it is now; whoever changes it holds its customer's lock."""
    return session.get(WriteOff, write_off_id, populate_existing=True)


def holding_write_offs(session: Session, receipt_id: UUID) -> list[WriteOff]:
    """The write-offs that hold something of a receipt, the oldest first; whoever asks holds its customer's lock."""
    holds = select(WriteOffPair.write_off_id).where(WriteOffPair.receipt_id == receipt_id, WriteOffPair.state == "held")
    query = select(WriteOff).where(WriteOff.id.in_(holds)).order_by(WriteOff.started_at, WriteOff.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def automatic_waiting_for_others(session: Session, customer: Customer) -> list[tuple[WriteOff, Receipt]]:
    """A customer's automatic write-offs that wait for somebody else than its owner, the oldest first, each with the one receipt
    whose money it holds; whoever asks holds the customer's lock."""
    query = (
        select(WriteOff, Receipt)
        .join(WriteOffPair, (WriteOffPair.write_off_id == WriteOff.id) & (WriteOffPair.state == "held"))
        .join(Receipt, Receipt.id == WriteOffPair.receipt_id)
        .where(WriteOff.customer_id == customer.id, WriteOff.automatic, WriteOff.state == "started")
        .where(WriteOff.started_by_id.is_distinct_from(customer.owner_id))
        .order_by(WriteOff.started_at, WriteOff.id)
    )
    return [(row[0], row[1]) for row in session.execute(query.execution_options(populate_existing=True))]


def reversal_of(session: Session, write_off_id: UUID) -> WriteOff | None:
    """The reversing write-off that undoes this one, or has undone it."""
    is_alive = WriteOff.state.in_(("started", "archived"))
    query = select(WriteOff).where(WriteOff.reverses == write_off_id, is_alive)
    return session.scalar(query.execution_options(populate_existing=True))


def take_back_pairs(session: Session, reversal: WriteOff, pairs: Sequence[Row[Any]]) -> None:
    """Take back final pairs, each by one of its own amount below zero; the database's triggers move the sums along.

    :param pairs: rows of :func:`pairs_of_write_off`.
    :raises sqlalchemy.exc.IntegrityError: if one of them was taken back already.
    """
    rows = [
        {
            "id": new_id(),
            "write_off_id": reversal.id,
            "attempt": reversal.attempt,
            "receipt_id": pair.receipt_id,
            "bill_id": pair.bill_id,
            "amount": -pair.amount,
            "state": "final",
            "reverses": pair.id,
        }
        for pair in pairs
    ]
    session.execute(insert(WriteOffPair), rows)


def find_visible_write_off(session: Session, caller: Caller, write_off_id: UUID) -> tuple[WriteOff, Customer]:
    """
    :raises NotFound: ``write_off_not_found``.
    """
    query = select(WriteOff, Customer).join(Customer, Customer.id == WriteOff.customer_id)
    row = session.execute(query.where(WriteOff.id == write_off_id, visible_to(caller))).first()
    if row is None:
        raise NotFound("write_off_not_found")
    return row[0], row[1]


def pairs_of_write_off(session: Session, write_off: WriteOff) -> list[Row[Any]]:
    """The pairs of its last attempt, with their names; see :func:`_sides`."""
    return _sides(session, WriteOffPair.write_off_id == write_off.id, WriteOffPair.attempt == write_off.attempt)


def pairs_of_receipt(session: Session, caller: Caller, receipt_id: UUID) -> list[Row[Any]]:
    """Every pair that ever held something of it, the oldest first; those of customers whom the caller sees, as a receipt may have
    been another's before."""
    seen = WriteOff.customer_id.in_(select(Customer.id).where(visible_to(caller)))
    return _sides(session, WriteOffPair.receipt_id == receipt_id, seen)


def pairs_of_receivable(session: Session, bill_id: UUID) -> list[Row[Any]]:
    """Every pair that ever held something of it, the oldest first."""
    return _sides(session, WriteOffPair.bill_id == bill_id)


def declined_pairs(session: Session, customer_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Receipt and bill of every write-off of these customers that people rejected, withdrew or reversed.

    Not of one that was cancelled with its receipt's match: that said nothing about the bill, and a match made anew counts anew.
    """
    query = (
        select(WriteOffPair.receipt_id, WriteOffPair.bill_id)
        .join(WriteOff, WriteOff.id == WriteOffPair.write_off_id)
        .where(WriteOff.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid))))
        .where(WriteOff.state != "cancelled", or_(WriteOffPair.state == "released", WriteOffPair.reverses.is_not(None)))
    )
    return {(receipt_id, bill_id) for receipt_id, bill_id in session.execute(query)}


def page_of_write_offs(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    state: str | None,
    automatic: bool | None,
) -> Page:
    """Rows of (write-off, customer's name), the newest first unless sorted otherwise."""
    query = select(WriteOff, Customer.name.label("customer_name")).join(Customer, Customer.id == WriteOff.customer_id)
    query = query.where(visible_to(caller))
    if customer_id is not None:
        query = query.where(WriteOff.customer_id == customer_id)
    if state is not None:
        query = query.where(WriteOff.state == state)
    if automatic is not None:
        query = query.where(WriteOff.automatic == automatic)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-started_at", key=WriteOff.id)


def _sides(session: Session, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
    query = (
        select(
            WriteOffPair.id,
            WriteOffPair.write_off_id,
            WriteOff.automatic,
            WriteOffPair.receipt_id,
            Receipt.payer_name,
            WriteOffPair.bill_id,
            Receivable.number.label("bill_number"),
            Receivable.product_id,
            Receivable.product_name,
            WriteOffPair.amount,
            WriteOffPair.state,
        )
        .join(WriteOff, WriteOff.id == WriteOffPair.write_off_id)
        .join(Receipt, Receipt.id == WriteOffPair.receipt_id)
        .join(Receivable, Receivable.bill_id == WriteOffPair.bill_id)
        .where(*conditions)
        .order_by(WriteOffPair.id)
    )
    return list(session.execute(query))
