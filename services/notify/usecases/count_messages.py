"""Count what waits, for the menus."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.kit.unit_of_work import Begin
from services.notify.store.messages import counts_by_place


def count_messages(begin: Begin) -> dict[str, Any]:
    """The caller's unread messages (``total``), and what waits at each place of the menu (``places``).

    A task waits until somebody has dealt with it, whether its message was read or not; other messages until they are read.
    """
    with begin() as work:
        counts = counts_by_place(work.session, work.caller)
    return counters_of(counts)


def counters_of(counts: Sequence[Row[str, int, int]]) -> dict[str, Any]:
    """The counters, from the ``place``, ``unread`` and ``waiting`` of each place."""
    return {"total": sum(row.unread for row in counts), "places": {row.place: row.waiting for row in counts if row.waiting}}
