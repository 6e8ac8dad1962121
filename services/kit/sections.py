"""Sections of a page: the first rows of a list, and how many there are, as far as anybody would count."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

COUNTED_MAX: Final = 1_000
"""Counting goes no further: what is read for a number stays small, however long a list has become."""


def count_each(session: Session, lists: Mapping[str, Select[*tuple[Any, ...]]]) -> dict[str, int]:
    """How many rows each of some queries has, up to one over :data:`COUNTED_MAX`; in one statement."""
    counts = {
        name: select(func.count()).select_from(query.order_by(None).limit(COUNTED_MAX + 1).subquery()).scalar_subquery()
        for name, query in lists.items()
    }
    row = session.execute(select(*(count.label(name) for name, count in counts.items()))).one()
    return dict(zip(counts, row, strict=True))


def section(items: Sequence[Any], count: int) -> dict[str, Any]:
    """As the contracts' ``section_of`` has it.

    :param count: of :func:`count_each`.
    """
    return {"total": min(count, COUNTED_MAX), "is_more": count > COUNTED_MAX, "items": items}
