"""Issue a bearer token to a service user."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.identity.secrets import new_token, token_hash
from gateway.identity.store.people import find_user
from gateway.identity.store.tables import ApiToken
from gateway.identity.usecases.snapshots import token_shown
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin


def issue_token(
    begin: Begin, *, name: str, user_id: UUID, scopes: list[str], days: int, known_permissions: Collection[str]
) -> dict[str, Any]:
    """A new token, shown this once.

    :param scopes: names of permissions; the token may do what they say.
    :param days: how long it lives.
    :raises InvalidInput: an unknown scope or user.
    :raises Conflict: ``user_is_no_service``.
    """
    unknown = [scope for scope in scopes if scope not in known_permissions]
    if unknown:
        raise InvalidInput(fields={"scopes": [f"no_such_permission|{scope}" for scope in unknown]})
    secret = new_token()
    with begin() as work:
        user = find_user(work.session, user_id)
        if not user.active:
            raise InvalidInput(fields={"user_id": ["no_such_user"]})
        if not user.is_service:
            raise Conflict("user_is_no_service")
        token = ApiToken(
            id=work.new_id(),
            token_hash=token_hash(secret),
            name=name.strip(),
            user_id=user.id,
            scopes=sorted(set(scopes)),
            created_at=work.now,
            expires_at=work.now + timedelta(days=days),
            revoked_at=None,
        )
        work.session.add(token)
        work.audit("token_issued", ("token", token.id), after={"user": user.login, "scopes": token.scopes, "name": token.name})
        return {**token_shown(token, user.name), "token": secret}
