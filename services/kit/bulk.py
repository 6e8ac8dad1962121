"""Many rows into one table: by COPY, which takes a tenth of the time of as many INSERTs, and works alike under eventlet."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final

from psycopg import sql
from sqlalchemy import Dialect, FromClause, Insert, insert
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

MANY: Final = 50
"""From so many rows on COPY is the quicker one: it costs a round trip more."""
_DIALECT: Final[Dialect] = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def insert_rows(session: Session, table: FromClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows in the session's transaction, in their order.

    :param table: a table of Core, or ``Entity.__table__``.
    :param rows: all with the same columns; columns left out get what the database gives them.
    :raises ValueError: where a column is left out that Python is to fill: INSERT would, COPY would not.
    """
    if not rows:
        return
    left_out = [column.name for column in table.columns if column.default is not None and column.name not in rows[0]]
    if left_out:
        raise ValueError(f"{table} has defaults that only INSERT fills: {', '.join(left_out)}")
    if len(rows) < MANY:
        # One row by itself is an execute, which is quicker than an executemany of one.
        session.execute(_insert_into(table), dict(rows[0]) if len(rows) == 1 else [dict(row) for row in rows])
        return
    names = list(rows[0])
    kinds = [table.c[name].type for name in names]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(str(table.name)),  # type: ignore[attr-defined]  # as above
        sql.SQL(", ").join(map(sql.Identifier, names)),
    )
    connection = session.connection().connection.driver_connection
    assert connection is not None, "an open session has a connection"
    values_of = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    written = [(index, write) for index, write in enumerate(map(_writer_of, kinds)) if write is not None]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = values_of(row)
            if written:
                values = list(values)
                for index, write in written:
                    values[index] = write(values[index])
            copy.write_row(values)


@cache
def _insert_into(table: FromClause) -> Insert:
    return insert(table)  # type: ignore[arg-type]  # an entity's table is a FromClause


def _writer_of(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """How a column's values are given to the driver, as SQLAlchemy's INSERT gives them; ``None`` for as they are."""
    if isinstance(kind, TypeDecorator):
        return lambda value: kind.process_bind_param(value, _DIALECT)
    return _DocumentWriter(is_null=kind.none_as_null) if isinstance(kind, JSONB) else None


class _DocumentWriter:
    """Writes documents as their text; one that many rows in a row have (events' headers) is written once.

    :param is_null: whether ``None`` is no document.
    """

    def __init__(self, *, is_null: bool) -> None:
        self._is_null = is_null
        self._last: Any = None
        self._text = "null"

    def __call__(self, value: Any) -> str | None:
        if value is None and self._is_null:
            return None
        if value is not self._last:
            self._last, self._text = value, json.dumps(value)
        return self._text
