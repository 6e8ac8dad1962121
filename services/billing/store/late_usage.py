"""Which products' months that are over had their usage changed, and are to be rated anew."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.account_names import join_accounts
from services.billing.store.columns import MonthColumn, one_of
from services.billing.store.rerating_tables import LateUsage
from services.billing.store.tables import Account, Customer
from services.billing.store.usage_staging import staged_accounts
from services.billing.store.usage_tables import DailySum
from services.kit.clock import Month, business_date

_COUNTED_WITHIN: Final = timedelta(hours=1)
"""No report takes longer. One that began before midnight may end after the month was billed without it: it marks a month whose
last hour has begun as if it were over."""


def mark_counted_usage(session: Session, now: datetime) -> None:
    """The months that the report which is being counted (``usage_staging.py``) changes, of those that are over at ``now``, or
    about to be."""
    query = select(Account.product_id, staged_accounts.c.month, Account.customer_id)
    _mark(session, join_accounts(query, staged_accounts.c.account), staged_accounts.c.month, now)


def mark_usage_of_names(session: Session, names: Sequence[str], now: datetime) -> None:
    """All months in which there is usage under these names, of whoever has them; for whoever gives or takes them."""
    month = func.date_trunc("month", DailySum.day).cast(MonthColumn)
    query = join_accounts(select(Account.product_id, month, Account.customer_id), DailySum.account)
    _mark(session, query.where(DailySum.account.in_(names)), month, now)


def _mark(session: Session, whose: Select[*tuple[Any, ...]], month: ColumnElement[Any], now: datetime) -> None:
    rows = (
        whose.where(month < Month.of(business_date(now + _COUNTED_WITHIN)))
        .add_columns(literal(now).label("marked_at"))
        .distinct()
        .order_by(Account.product_id, month)  # two reports at once mark in one order
    )
    marked = insert(LateUsage).from_select(["product_id", "month", "customer_id", "marked_at"], rows)
    # A mark that stands is written again: whoever takes it away then waits until this report is there to be read.
    again = marked.on_conflict_do_update(
        index_elements=[LateUsage.product_id, LateUsage.month], set_={"marked_at": marked.excluded.marked_at}
    )
    session.execute(again)


def has_late_usage() -> ColumnElement[bool]:
    """The condition on :class:`Customer` that something of it is to be rated anew."""
    return select(LateUsage.product_id).where(LateUsage.customer_id == Customer.id).exists()


def months_of_late_usage(session: Session, customer_ids: Iterable[UUID], today: date) -> list[Month]:
    """The months over of which something of these customers is marked, the oldest first."""
    query = select(LateUsage.month).distinct()
    query = query.where(LateUsage.customer_id == one_of(customer_ids), LateUsage.month < Month.of(today))
    return list(session.scalars(query.order_by(LateUsage.month)))


def lock_late_usage(session: Session, month: Month, customer_ids: Iterable[UUID]) -> list[UUID]:
    """These customers' products that are marked for the month, locked; usage that is read from now on holds all that marked
    them."""
    query = (
        select(LateUsage.product_id)
        .where(LateUsage.customer_id == one_of(customer_ids), LateUsage.month == month)
        .order_by(LateUsage.product_id)
        .with_for_update()
    )
    return list(session.scalars(query))


def take_late_usage(session: Session, month: Month, product_ids: Iterable[UUID]) -> None:
    """Take these products' marks of the month away, for whoever is about to rate all that was sent."""
    marked = (
        select(LateUsage.product_id)
        .where(LateUsage.month == month, LateUsage.product_id == one_of(product_ids))
        .order_by(LateUsage.product_id)
        .with_for_update()
    )
    forget_late_usage(session, month, session.scalars(marked))


def forget_late_usage(session: Session, month: Month, product_ids: Iterable[UUID]) -> None:
    """Take marks away that were locked."""
    statement = delete(LateUsage).where(LateUsage.month == month, LateUsage.product_id == one_of(product_ids))
    session.execute(statement, execution_options={"synchronize_session": False})
