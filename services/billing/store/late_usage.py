"""Which products' months that are over had their usage changed, and are to be rated anew."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.columns import one_of
from services.billing.store.customers import holds_identifier
from services.billing.store.rerating_tables import LateUsage
from services.billing.store.tables import Account, Customer
from services.billing.store.usage_tables import DailySum, usage_lines
from services.kit.clock import Month, business_date


def mark_usage_of_reports(session: Session, reports: Iterable[UUID], now: datetime) -> None:
    """Whose months these reports' lines change, by what is over at ``now``."""
    month = func.date_trunc("month", usage_lines.c.day).cast(Date)
    query = select(Account.product_id, month, Account.customer_id).join(usage_lines, usage_lines.c.account == Account.identifier)
    _mark(session, query.where(usage_lines.c.report.in_(list(reports))), usage_lines.c.day, month, now)


def mark_usage_of_account(session: Session, account_id: UUID, now: datetime) -> None:
    """All months in which there is usage of an account that has just turned up."""
    month = func.date_trunc("month", DailySum.day).cast(Date)
    query = select(Account.product_id, month, Account.customer_id).join(DailySum, DailySum.account == Account.identifier)
    _mark(session, query.where(Account.id == account_id), DailySum.day, month, now)


def _mark(session: Session, whose: Select[*tuple[Any, ...]], day: Any, month: ColumnElement[Any], now: datetime) -> None:
    over = Month.of(business_date(now)).first_day
    rows = (
        whose.where(day < over, holds_identifier())
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


def lock_late_usage(session: Session, customer_ids: Iterable[UUID]) -> list[tuple[UUID, Month]]:
    """These customers' products and months, locked; usage that is read from now on holds all that marked them."""
    query = (
        select(LateUsage.product_id, LateUsage.month)
        .where(LateUsage.customer_id == one_of(customer_ids))
        .order_by(LateUsage.product_id, LateUsage.month)
        .with_for_update()
    )
    return [(row.product_id, row.month) for row in session.execute(query)]


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
