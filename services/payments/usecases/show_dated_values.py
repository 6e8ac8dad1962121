"""Show unit costs and commission rates: those in force and those to come, and all that were ever set."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.dated_values import DatedTable, newest_version, page_of_values, value_of, values_from


def show_dated_values(begin: Begin, table: DatedTable) -> dict[str, Any]:
    """As the contract's ``UnitCosts`` or ``CommissionRates``."""
    with begin() as work:
        return values_view(work, table)


def values_view(work: UnitOfWork, table: DatedTable) -> dict[str, Any]:
    """The same, for who has just set one."""
    rows = values_from(work.session, table, work.today)
    return {"version": newest_version(work.session, table), "items": _views(rows, rows, table, work.today)}


def list_dated_values(
    begin: Begin, table: DatedTable, *, product_type: str | None, page_size: int, sort: str, cursor: str
) -> Page:
    """A page of all that people ever set, the newest first; as the contract's ``UnitCost`` or ``CommissionRate``."""
    with begin() as work:
        page = page_of_values(work.session, table, PageRequest(page_size, sort, cursor), product_type)
        return Page(_views(page.items, values_from(work.session, table, work.today), table, work.today), page.next_cursor)


def _views(rows: Sequence[Any], counting: Sequence[Any], table: DatedTable, today: date) -> list[dict[str, Any]]:
    in_force = {(row.product_type, row.version) for row in counting if row.valid_from <= today}
    return [
        {
            "product_type": row.product_type,
            "valid_from": row.valid_from,
            value_of(table).key: getattr(row, value_of(table).key),
            "in_force": (row.product_type, row.version) in in_force,
            "version": row.version,
            "reason": row.reason,
            "set_by_id": row.set_by_id,
            "set_by_name": row.set_by_name,
            "set_at": row.set_at,
        }
        for row in rows
    ]
