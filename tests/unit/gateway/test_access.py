"""Who is let in: every permission, role by role."""

from uuid import UUID

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from gateway.access import admit, permissions_of
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import TOKEN_PREFIX, new_token, token_hash
from gateway.identity.usecases.recognise import Recognised
from gateway.permissions import ADMINISTRATION, FINANCE, PERMISSIONS, SALES
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


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        pytest.param("receipts.write", {"finance", "sales_admin"}, id="Finance imports bank statements or types one in"),
        pytest.param("receipts.assign", {"sales_admin"}, id="Sales administration may assign a receipt to a customer"),
        pytest.param("policies.write", {"admin"}, id="policy match_bank_account"),
        pytest.param("interest_rates.write", {"sales_director", "admin"}, id="Management sets the monthly rate"),
        pytest.param("interest_exemptions.write", {"sales_admin"}, id="exempt accounts, kept by sales administration"),
        pytest.param("commission_rates.write", {"sales_director", "admin"}, id="neither who earns by it nor who pays it out"),
        pytest.param("unit_costs.write", {"finance", "admin"}, id="who knows what a message costs, and not who sells it"),
    ],
)
def test_what_bears_on_money_is_changed_by_whom_the_specification_names(permission: str, roles: set[str]) -> None:
    assert PERMISSIONS[permission] == roles


@pytest.mark.parametrize("area", ["receipts", "receivables", "interest", "commission", "unit_costs", "commission_rates"])
def test_whose_work_is_neither_sales_nor_money_reads_nothing_of_it(area: str) -> None:
    assert PERMISSIONS[f"{area}.read"] == SALES | FINANCE | ADMINISTRATION


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
