"""What of a customer's can be written off and reversed: the conditions of the starts, asked of all of it at once."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from services.payments.store.receipts import HAS_BALANCE
from services.payments.store.receivables import IS_OPEN
from services.payments.store.tables import Receipt, Receivable, WriteOff


class ThereIs(NamedTuple):
    """Whether a customer has receipts with a balance, receivables with something outstanding, a write-off to reverse."""

    money: bool
    debt: bool
    reversible: bool


def what_there_is(session: Session, customer_id: UUID) -> ThereIs:
    """In one statement."""
    reversal = aliased(WriteOff)
    is_reversed = (
        select(reversal.id).where(reversal.reverses == WriteOff.id, reversal.state.in_(("started", "archived"))).exists()
    )
    asked = (
        exists().where(Receipt.customer_id == customer_id, HAS_BALANCE),
        exists().where(Receivable.customer_id == customer_id, IS_OPEN),
        exists().where(
            WriteOff.customer_id == customer_id, WriteOff.state == "archived", WriteOff.reverses.is_(None), ~is_reversed
        ),
    )
    return ThereIs(*session.execute(select(*asked)).one())
