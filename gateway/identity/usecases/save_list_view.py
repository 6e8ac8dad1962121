"""Save a view of a list under a name (spec, gateway.md, "Console": "every list keeps its filters in the address, saves them by
name")."""

from typing import Final
from uuid import UUID

from gateway.identity.store.list_view_tables import ListView
from gateway.identity.store.list_views import change_view, count_views, insert_view, lock_views
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin

VIEWS_MAX: Final = 50
"""Of one list."""
LISTS_MAX: Final = 100


def save_list_view(begin: Begin, *, list_name: str, name: str, search: str, hidden: list[str]) -> ListView:
    """The caller's view of this name is so from now on, whether or not there was one; saved twice, it is the same.

    It leaves no audit entry: how somebody looks at a list changes nothing, and concerns nobody else.

    :raises Conflict: ``too_many_list_views``, ``too_many_lists_with_views``.
    """
    with begin() as work:
        user_id = UUID(work.caller.user_id)
        key = {"user_id": user_id, "list_name": list_name, "name": name}
        contents = {"search": search, "hidden": list(dict.fromkeys(hidden))}
        lock_views(work.session, user_id)
        if view := change_view(work.session, key, contents):
            return view
        views, other_lists = count_views(work.session, user_id, list_name)
        if views >= VIEWS_MAX:
            raise Conflict("too_many_list_views", max=VIEWS_MAX)
        if other_lists >= LISTS_MAX:
            raise Conflict("too_many_lists_with_views", max=LISTS_MAX)
        return insert_view(work.session, {**key, **contents, "saved_at": work.now})
