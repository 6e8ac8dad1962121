"""Bounded pages over large lists: keyset cursors, so that page 1,000 costs what page 1 costs.

A cursor is opaque to whoever holds it: the sort and the last row's sort value and id, base64 of JSON.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, SQLColumnExpression, func, literal, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from services.kit.clock import Month
from services.kit.errors import InvalidInput
from services.kit.schema import is_storable

_NUMBER_MAX = 10**18
_WHOLE_LIST = "whole_list"

PAGE_SIZE_MAX = 200
PAGE_SIZE = 50


@dataclass(frozen=True)
class PageRequest:
    """Which page of a list is wanted.

    :param sort: a name of the list's sorts, ``-`` before it for descending; empty for the list's own order.
    :param cursor: from the page before; empty for the first.
    """

    page_size: int = PAGE_SIZE
    sort: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class Page:
    """A page's rows, and the cursor of the next one (``None`` on the last)."""

    items: list[Any]
    next_cursor: str | None


Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
Sorts = Mapping[str, SQLColumnExpression[Any]]
"""The columns that a list may be sorted by, by their public names. They must not be null: coalesce those that may."""


def fetch_page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    request: PageRequest,
    *,
    sorts: Sorts,
    default_sort: str,
    key: SQLColumnExpression[Any],
) -> Page:
    """One page of a query.

    :param query: filtered, without order or limit; rows come as their first column (an entity) or as whole rows.
    :param default_sort: as ``PageRequest.sort``.
    :param key: a unique column that settles ties.
    :raises InvalidInput: an unknown sort, a cursor of another list, a page size out of 1 to 200; of a whole list as
        :func:`bound_whole_list` says.
    """
    bound: _Bound | None = session.info.get(_WHOLE_LIST)
    if bound is None and not 1 <= request.page_size <= PAGE_SIZE_MAX:
        raise InvalidInput(fields={"page_size": [f"range|1|{PAGE_SIZE_MAX}"]})
    if bound is not None and not request.cursor:
        bound.check(session, query)
    sort = request.sort or default_sort
    query = from_cursor(query, request, sorts=sorts, default_sort=default_sort, key=key)
    query = query.add_columns(_column_of(sort, sorts).label("_sort"), key.label("_key")).limit(request.page_size + 1)
    rows = session.execute(query).all()
    shown = rows[: request.page_size]
    more = len(rows) > request.page_size
    cursor = cursor_after(sort, shown[-1][-2], shown[-1][-1]) if more else None
    single = len(query.column_descriptions) == 3
    return Page([row[0] if single else row for row in shown], cursor)


def bound_whole_list(session: Session, rows_max: int, refusal: type[InvalidInput]) -> None:
    """Let a session read the whole of a list: by pages of any size, of which the first finds out whether there are too many.

    :param refusal: raised by :func:`fetch_page` then.
    """
    session.info[_WHOLE_LIST] = _Bound(rows_max, refusal)


@dataclass(frozen=True)
class _Bound:
    rows_max: int
    refusal: type[InvalidInput]

    def check(self, session: Session, query: Select[*tuple[Any, ...]]) -> None:
        some = query.order_by(None).limit(self.rows_max + 1).subquery()
        if session.scalars(select(func.count()).select_from(some)).one() > self.rows_max:
            raise self.refusal


def from_cursor(query: Q, request: PageRequest, *, sorts: Sorts, default_sort: str, key: SQLColumnExpression[Any]) -> Q:
    """The query in the list's order, from where the wanted page begins to the list's end.

    Parameters as of :func:`fetch_page`.

    :raises InvalidInput: an unknown sort, a cursor of another list.
    """
    sort = request.sort or default_sort
    descending, column = sort.startswith("-"), _column_of(sort, sorts)
    if request.cursor:
        last_value, last_key = _read_cursor(request.cursor, sort, column, key)
        # Compared as a row: an index on both is then entered at the cursor, where an "or" of conditions would be walked up to it.
        row, last = tuple_(column, key), tuple_(literal(last_value, _type_of(column)), literal(last_key, _type_of(key)))
        query = query.where(row < last if descending else row > last)
    return query.order_by(column.desc(), key.desc()) if descending else query.order_by(column.asc(), key.asc())


def _column_of(sort: str, sorts: Sorts) -> SQLColumnExpression[Any]:
    name = sort.removeprefix("-")
    if name not in sorts:
        raise InvalidInput(fields={"sort": [f"one_of|{', '.join(sorts)}"]})
    return sorts[name]


def cursor_after(sort: str, value: Any, key: Any) -> str:
    """The cursor of what comes after the row with this sort value and key."""
    plain = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return base64.urlsafe_b64encode(json.dumps([sort, plain, str(key)]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: str, column: SQLColumnExpression[Any], key: SQLColumnExpression[Any]) -> tuple[Any, Any]:
    try:
        made_for, value, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for != sort:
            raise ValueError("made for another sort")
        if not all(isinstance(part, str) and is_storable(part) for part in (value, last)):
            raise TypeError("no values of columns")
        return _typed(column, value), _typed(key, last)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise InvalidInput(fields={"cursor": ["invalid"]}) from error


def _typed(column: SQLColumnExpression[Any], text: str) -> Any:
    kind = _type_of(column).python_type
    read = kind.fromisoformat if kind in (datetime, date) else Month.parse if kind is Month else kind
    value: Any = read(text)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("an instant needs an offset")
    if isinstance(value, int | Decimal) and abs(Decimal(value)) >= _NUMBER_MAX:
        raise ValueError("no number of a column")
    return value


def _type_of(column: SQLColumnExpression[Any]) -> TypeEngine[Any]:
    kind: TypeEngine[Any] = column.type  # type: ignore[attr-defined]  # each kind of column has one; their common base does not say so
    return kind
