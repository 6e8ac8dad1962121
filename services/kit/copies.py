"""Copies of other services' rows: an older fact never overwrites a newer one, whatever order the events come in."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session


def keep_newer(session: Session, table: type[Any], values: Mapping[str, Any], *, first: tuple[str, ...] = ()) -> bool:
    """Write a copy as an event tells it, unless what is here is as new.

    :param table: a mapped class with ``id`` and ``version``, the aggregate's.
    :param values: the row, ``id`` and ``version`` among it.
    :param first: columns that keep what the first event wrote.
    :returns: whether it was newer.
    """
    row = insert(table).values(values)
    changed = {name: row.excluded[name] for name in values if name not in {"id", *first}}
    newest = row.on_conflict_do_update(index_elements=[table.id], set_=changed, where=row.excluded.version > table.version)
    return session.execute(newest.returning(table.id)).first() is not None
