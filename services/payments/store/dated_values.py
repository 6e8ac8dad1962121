"""Unit costs and commission rates: what holds from which day on, set by whom and why. Rows are only ever added.

Of one product type that value is in force on a day which holds from the latest day up to it, and of those from the same day the
one that was set last.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.domain.commission import DatedValue
from services.payments.store.tables import CommissionRate, UnitCost

DatedTable = type[UnitCost] | type[CommissionRate]


def unit_costs_of(session: Session, product_types: Collection[str]) -> dict[str, list[DatedValue]]:
    """The history of these product types' unit costs."""
    return _histories(session, UnitCost, product_types)


def rates_of(session: Session, product_types: Collection[str]) -> dict[str, list[DatedValue]]:
    """The history of these product types' commission rates."""
    return _histories(session, CommissionRate, product_types)


def newest_version(session: Session, table: DatedTable) -> int:
    """How often a value was set by people."""
    return session.scalar(select(func.max(table.version))) or 0


def set_last(session: Session, table: DatedTable) -> UnitCost | CommissionRate | None:
    """The row that was set last, if any was set by people."""
    query: Select[Any] = select(table).where(table.version > 0).order_by(table.version.desc()).limit(1)
    row: UnitCost | CommissionRate | None = session.scalar(query)
    return row


def add_value(session: Session, table: DatedTable, row: dict[str, Any]) -> bool:
    """Add a value under the next version; of two who set one at once one does.

    :returns: whether it was added.
    """
    added = insert(table).values(row).on_conflict_do_nothing().returning(table.version)
    return session.execute(added).first() is not None


def values_from(session: Session, table: DatedTable, day: date) -> list[Any]:
    """Of every product type the row in force on a day, and those that will be after it; by product type and day."""
    # Of one day only what was set last counts.
    counting = (
        select(table)
        .ext(distinct_on(table.product_type, table.valid_from))
        .order_by(table.product_type, table.valid_from, table.version.desc())
    )
    rows: list[Any] = list(session.scalars(counting))
    in_force = {row.product_type: row.valid_from for row in rows if row.valid_from <= day}  # the last of them
    return [row for row in rows if row.valid_from >= in_force.get(row.product_type, date.min)]


def page_of_values(session: Session, table: DatedTable, request: PageRequest, product_type: str | None) -> Page:
    """Everything that people ever set, the newest first."""
    query: Select[Any] = select(table).where(table.version > 0)
    if product_type is not None:
        query = query.where(table.product_type == product_type)
    return fetch_page(session, query, request, sorts={"version": table.version}, default_sort="-version", key=table.version)


def value_of(table: DatedTable) -> InstrumentedAttribute[Any]:
    """The column that holds the value."""
    return UnitCost.unit_cost if table is UnitCost else CommissionRate.rate


def _histories(session: Session, table: DatedTable, product_types: Collection[str]) -> dict[str, list[DatedValue]]:
    query = select(table.product_type, table.valid_from, value_of(table), table.version).where(
        table.product_type.in_(product_types)
    )
    histories: dict[str, list[DatedValue]] = {}
    for product_type, valid_from, value, version in session.execute(query):
        histories.setdefault(product_type, []).append(DatedValue(valid_from, value, version))
    return histories
