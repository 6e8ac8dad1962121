"""Show who is signed in."""

from typing import Any

from gateway.identity.secrets import token_hash
from gateway.identity.store.people import department_name, find_user
from gateway.identity.store.proofs import find_session
from gateway.identity.usecases.recognise import Recognised
from gateway.identity.usecases.snapshots import user_shown
from services.kit.unit_of_work import Begin


def show_session(begin: Begin, recognised: Recognised, token: str | None, permissions: list[str]) -> dict[str, Any]:
    """The signed-in user as he or she is now, with rights and CSRF token.

    :param token: the session's; ``None`` where a bearer token speaks.
    """
    with begin() as work:
        user = find_user(work.session, recognised.user_id)
        session = find_session(work.session, token_hash(token)) if token else None
        return {
            "user": user_shown(user, department_name(work.session, user.department_id)),
            "permissions": permissions,
            "departments_led": list(recognised.caller.departments_led),
            "must_change_password": recognised.must_change_password,
            "csrf_token": recognised.csrf_token,
            "expires_at": session.expires_at if session else None,
            "sign_out_url": session.sign_out_url if session else None,
        }
