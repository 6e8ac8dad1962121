"""Forget one of the caller's views of a list."""

from uuid import UUID

from gateway.identity.store.list_views import delete_view
from services.kit.unit_of_work import Begin


def delete_list_view(begin: Begin, *, list_name: str, name: str) -> None:
    """Whether or not there is one, there is none afterwards."""
    with begin() as work:
        delete_view(work.session, UUID(work.caller.user_id), list_name, name)
