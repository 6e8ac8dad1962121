"""Count what waits, for the menus."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.notify.store.messages import counts_by_place


def count_messages(begin: Begin) -> dict[str, Any]:
    """The caller's unread messages (``total``), and what waits at each place of the menu (``places``).

    A task waits until somebody has dealt with it, whether its message was read or not; other messages until they are read.
    """
    with begin() as work:
        counts = counts_by_place(work.session, work.caller)
    return {"total": sum(row.unread for row in counts), "places": {row.place: row.waiting for row in counts if row.waiting}}
