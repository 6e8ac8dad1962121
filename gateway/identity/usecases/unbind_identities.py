"""Forget whom the company's identity provider knows a user as."""

from uuid import UUID

from gateway.identity.store.identities import unbind
from gateway.identity.store.people import lock_user
from gateway.identity.store.proofs import delete_sessions_of
from services.kit.unit_of_work import Begin


def unbind_identities(begin: Begin, user_id: UUID) -> None:
    """The next subject that signs in there under the user's login is the user; what the old one began ends with it.

    :raises NotFound: ``user_not_found``.
    """
    with begin() as work:
        lock_user(work.session, user_id)
        if unbound := unbind(work.session, user_id):
            delete_sessions_of(work.session, user_id)
            before = {"identities": [{"issuer": each.issuer, "login": each.login} for each in unbound]}
            work.audit("identity_unbound", ("user", user_id), before=before)
