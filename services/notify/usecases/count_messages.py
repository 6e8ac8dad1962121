"""Count what waits, for the menus."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.contracts.notify_places import ways_up
from services.kit.unit_of_work import Begin
from services.notify.store.counters import counts_by_place


def count_messages(begin: Begin) -> dict[str, Any]:
    """The caller's unread messages (``total``), and what waits at each place of the menu (``places``), down to a process's node;
    what is above a place has the sum.

    A task waits until somebody has dealt with it, whether its message was read or not; other messages until they are read.
    """
    with begin() as work:
        counts = counts_by_place(work.session, work.caller)
    return counters_of(counts)


def counters_of(counts: Sequence[Row[str, int, int]]) -> dict[str, Any]:
    """The counters, from the ``place``, ``unread`` and ``waiting`` of each place."""
    places: Counter[str] = Counter()
    for row in counts:
        for place in ways_up(row.place):
            places[place] += int(row.waiting)
    return {"total": sum(row.unread for row in counts), "places": dict(sorted((+places).items()))}
