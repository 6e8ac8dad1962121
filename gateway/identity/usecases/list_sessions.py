"""List one's own sessions."""

from typing import Any
from uuid import UUID

from gateway.identity.secrets import token_hash
from gateway.identity.store.proofs import live_sessions
from services.kit.unit_of_work import Begin


def list_sessions(begin: Begin, user_id: UUID, token: str | None) -> list[dict[str, Any]]:
    """Where the user is signed in, the last used first.

    :param token: of the session that asks, which is marked.
    """
    current = token_hash(token) if token else ""
    with begin() as work:
        return [
            {
                "id": each.id,
                "kind": each.kind,
                "address": each.address,
                "agent": each.agent,
                "created_at": each.created_at,
                "used_at": each.used_at,
                "expires_at": each.expires_at,
                "current": each.token_hash == current,
            }
            for each in live_sessions(work.session, user_id, work.now)
        ]
