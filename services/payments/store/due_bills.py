"""What is owed by the day it is due."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.money import ZERO
from services.kit.planning import plan_for_values
from services.payments.store.customers import visible_to
from services.payments.store.receivables import IS_UNSETTLED
from services.payments.store.tables import Customer, Receivable


def first_due(session: Session, caller: Caller, due_to: date, limit: int) -> Sequence[Row[Receivable, str]]:
    """``(receivable, customer's name)`` of what is not written off in full and due by then, what was due first on top."""
    plan_for_values(session)
    query = select(Receivable, Customer.name).join(Customer, Customer.id == Receivable.customer_id)
    query = query.where(IS_UNSETTLED, Receivable.due_on <= due_to, visible_to(caller))
    return session.execute(query.order_by(Receivable.due_on, Receivable.bill_id).limit(limit)).all()


def sums_due(session: Session, caller: Caller, today: date, due_to: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """``count`` and ``amount`` of what was due before today, and of what is due from today to then."""
    plan_for_values(session)
    is_overdue = Receivable.due_on < today
    query = select(*_sums(is_overdue), *_sums(~is_overdue)).join(Customer, Customer.id == Receivable.customer_id)
    row = session.execute(query.where(IS_UNSETTLED, Receivable.due_on <= due_to, visible_to(caller))).one()
    return {"count": row[0], "amount": row[1]}, {"count": row[2], "amount": row[3]}


def _sums(condition: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[Any]]:
    left = Receivable.amount - Receivable.written_off
    return func.count().filter(condition), func.coalesce(func.sum(left).filter(condition), ZERO)
