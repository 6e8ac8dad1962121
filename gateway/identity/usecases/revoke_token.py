"""Revoke a bearer token."""

from uuid import UUID

from gateway.identity.store.proofs import lock_token
from services.kit.unit_of_work import Begin


def revoke_token(begin: Begin, token_id: UUID) -> None:
    """End the token's life; one that was revoked before stays as it was.

    :raises NotFound: ``token_not_found``.
    """
    with begin() as work:
        token = lock_token(work.session, token_id)
        if token.revoked_at is None:
            token.revoked_at = work.now
            work.audit("token_revoked", ("token", token.id), after={"name": token.name})
