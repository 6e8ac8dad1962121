"""List whom the company's identity provider knows a user as."""

from typing import Any
from uuid import UUID

from gateway.identity.store.identities import identities_of
from gateway.identity.store.people import find_user
from services.kit.unit_of_work import Begin


def list_identities(begin: Begin, user_id: UUID) -> list[dict[str, Any]]:
    """
    :raises NotFound: ``user_not_found``.
    """
    with begin() as work:
        find_user(work.session, user_id)
        return [
            {"issuer": each.issuer, "subject": each.subject, "login": each.login, "bound_at": each.bound_at}
            for each in identities_of(work.session, user_id)
        ]
