"""Count what waits, for the menus."""

from services.kit.unit_of_work import Begin
from services.notify.store.messages import unread_by_place


def count_unread(begin: Begin) -> dict[str, int]:
    """Place of the menu (``processes.todo.write_off``) → the caller's unread messages there."""
    with begin() as work:
        return dict(unread_by_place(work.session, work.caller))
