"""Show one user."""

from typing import Any
from uuid import UUID

from gateway.identity.store.people import department_name, find_user
from gateway.identity.usecases.snapshots import user_shown
from services.kit.unit_of_work import Begin


def show_user(begin: Begin, user_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: ``user_not_found``.
    """
    with begin() as work:
        user = find_user(work.session, user_id)
        return user_shown(user, department_name(work.session, user.department_id))
