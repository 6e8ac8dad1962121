"""List the caller's views of a list."""

from uuid import UUID

from gateway.identity.store.list_view_tables import ListView
from gateway.identity.store.list_views import views_of_list
from services.kit.unit_of_work import Begin


def list_list_views(begin: Begin, *, list_name: str) -> list[ListView]:
    """The first saved first."""
    with begin() as work:
        return views_of_list(work.session, UUID(work.caller.user_id), list_name)
