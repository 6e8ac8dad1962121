"""Who is let in: every permission, role by role."""

from uuid import UUID

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from gateway.access import admit, permissions_of
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import TOKEN_PREFIX, new_token, token_hash
from gateway.identity.usecases.recognise import Recognised
from gateway.permissions import PERMISSIONS
from gateway.server import language_of
from services.contracts.people import ROLES
from services.kit.caller import Caller
from services.kit.errors import Forbidden

SESSION_SECRET = "of the session"  # of nobody


def _request(method: str = "GET", **headers: str) -> Request:
    return EnvironBuilder(method=method, headers=list(headers.items())).get_request()


def _person(*roles: str, must_change_password: bool = False) -> Recognised:
    return Recognised(UUID(int=1), Caller(user_id=str(UUID(int=1)), roles=frozenset(roles)), SESSION_SECRET, must_change_password)


def _program(*scopes: str, roles: frozenset[str] = frozenset()) -> Recognised:
    return Recognised(UUID(int=2), Caller(roles=roles, scopes=frozenset(scopes)), None, False)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_no_more(role: str) -> None:
    for permission, roles in PERMISSIONS.items():
        if role in roles:
            admit(_person(role), _request(), permission, before_password_change=False)
        else:
            with pytest.raises(Forbidden, match="permission_missing"):
                admit(_person(role), _request(), permission, before_password_change=False)


def test_roles_add_up() -> None:
    both = permissions_of(_person("sales", "finance"))
    assert both == permissions_of(_person("sales")) | permissions_of(_person("finance"))


def test_a_token_may_do_what_its_scopes_say_whatever_roles_its_user_has() -> None:
    program = _program("people.read", roles=frozenset({"admin"}))
    assert permissions_of(program) == {"people.read"}
    admit(program, _request("POST"), "people.read", before_password_change=False)
    with pytest.raises(Forbidden, match="permission_missing"):
        admit(program, _request("POST"), "people.write", before_password_change=False)


def test_nobody_may_nothing() -> None:
    with pytest.raises(Unauthenticated, match="not_signed_in"):
        admit(None, _request(), "session", before_password_change=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_a_cookie_changes_needs_the_sessions_csrf_token(method: str) -> None:
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "other"}, {"X-CSRF-Token": "é"}):
        with pytest.raises(Forbidden, match="csrf_token_wrong"):
            admit(_person("sales"), _request(method, **headers), "session", before_password_change=False)
    admit(_person("sales"), _request(method, **{"X-CSRF-Token": SESSION_SECRET}), "session", before_password_change=False)


def test_a_first_password_opens_nothing_but_its_own_change() -> None:
    newcomer = _person("sales", must_change_password=True)
    with pytest.raises(Forbidden, match="password_change_required"):
        admit(newcomer, _request(), "session", before_password_change=False)
    admit(newcomer, _request(), "session", before_password_change=True)


def test_tokens_are_long_and_known_by_their_beginning() -> None:
    token = new_token()
    assert token.startswith(TOKEN_PREFIX)
    assert len(token) > 40
    assert token_hash(token) == token_hash(token) != token_hash(new_token())


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "zh"), ("fr", "zh"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en;q=0.1,zh", "zh")],
)
def test_the_language_is_chinese_unless_english_is_preferred(accepted: str, language: str) -> None:
    assert language_of(_request(**{"Accept-Language": accepted})) == language
