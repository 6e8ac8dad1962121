"""Who may do what (spec, gateway.md, "Identity and access"): every route with every role against the permission table.

Requests have no body and ids of nothing, so that what is permitted ends in 404 or 422 and changes nothing. Routes that are added
are tried here, too.
"""

import re
from typing import Any
from uuid import uuid4

import pytest
import requests
from werkzeug.routing import Map

from gateway.http import Route
from gateway.identity.usecases.seed_people import UserSeed, seed_people
from gateway.openapi import routes_of
from gateway.permissions import PERMISSIONS
from gateway.service import Gateway
from services.contracts.gateway import EVENTS
from services.contracts.people import ROLES
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway

NOBODY = "no role"
GUARDED = sorted(
    (route for _, route, _ in routes_of(Gateway) if route.permission is not None),
    # What ends the session it is asked in comes last.
    key=lambda route: (route.method == "DELETE" and route.url.endswith("/session"), route.url, route.method),
)
PUBLIC = [route for _, route, _ in routes_of(Gateway) if route.permission is None]


def _login(role: str) -> str:
    return "role-" + role.replace("_", "-").replace(" ", "-")


@pytest.fixture(scope="module")
def people(whole_house: RunningGateway) -> RunningGateway:
    """One person of every role, and one of none."""
    users = [UserSeed(_login(role), role, "", [role], PASSWORD, must_change_password=False) for role in ROLES]
    nobody = UserSeed(_login(NOBODY), NOBODY, "", [], PASSWORD, must_change_password=False)
    database = Database(whole_house.database_url.format(service="gateway"), pool_size=2)
    seed_people(Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway"))), (), [*users, nobody])
    database.close()
    return whole_house


@pytest.mark.parametrize("role", [*ROLES, NOBODY])
def test_a_role_may_do_what_the_table_says_and_nothing_else(people: RunningGateway, role: str) -> None:
    client = people.client(_login(role))
    wrong = []
    for route in GUARDED:
        may = role in PERMISSIONS[str(route.permission)]
        status, code = _asked(client, route)
        if status in {401, 500, 503} or may == (code == "permission_missing") or (not may and status != 403):
            wrong.append(f"{_line(route)}: {role} {'may' if may else 'may not'}, and got {status} {code}")
    assert not wrong, "\n".join(wrong)


def test_a_token_may_do_what_its_scope_says_and_nothing_else(people: RunningGateway) -> None:
    admin = people.client("admin")
    wrong = []
    for permission in PERMISSIONS:
        having = _with_token(admin, people, [permission])
        lacking = _with_token(admin, people, [each for each in PERMISSIONS if each != permission])
        for route in (each for each in GUARDED if each.permission == permission):
            for client, may in ((having, True), (lacking, False)):
                status, code = _asked(client, route)
                if status in {401, 500, 503} or may == (code == "permission_missing"):
                    wrong.append(f"{_line(route)}: a token {'with' if may else 'without'} {permission} got {status} {code}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_is_asked_to_everywhere_but_where_anybody_may_go(people: RunningGateway) -> None:
    stranger = people.client()
    asked = {_line(route): _asked(stranger, route) for route in GUARDED}
    assert {line: answer for line, answer in asked.items() if answer != (401, "not_signed_in")} == {}
    forged = people.client()
    forged.session.headers["Authorization"] = "Bearer l2c_made-up"
    assert {_asked(forged, route) for route in GUARDED} == {(401, "token_not_valid")}
    open_to_all = {_line(route): _asked(stranger, route) for route in PUBLIC}
    assert {line: answer for line, answer in open_to_all.items() if answer[0] in {401, 403}} == {}


def test_a_session_changes_nothing_without_the_token_that_other_sites_cannot_read(people: RunningGateway) -> None:
    client = people.client("admin")
    for token in (None, "made-up"):
        client.session.headers["X-CSRF-Token"] = token  # type: ignore[assignment]  # requests leaves out what is None
        for route in GUARDED:
            status, code = _asked(client, route)
            assert (status == 403 and code == "csrf_token_wrong") == (route.method != "GET"), (_line(route), status, code)


def test_who_must_change_the_password_may_do_that_and_nothing_else(people: RunningGateway) -> None:
    newcomer = people.client("newcomer")
    open_to_newcomers = [_line(route) for route in GUARDED if _asked(newcomer, route)[1] != "password_change_required"]
    assert open_to_newcomers == [_line(route) for route in GUARDED if route.before_password_change]


def test_a_method_that_an_address_does_not_take_is_405_and_those_it_takes_are_named(people: RunningGateway) -> None:
    stranger = people.client()
    addresses = Map([route.get_url_rule() for _, route, _ in routes_of(Gateway)]).bind("gateway")
    for path in sorted({re.sub(r"<\w+>", "x", route.url) for _, route, _ in routes_of(Gateway)}):
        taken = set(addresses.allowed_methods(path))
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
            answer = stranger.session.request(method, f"{stranger.url}{path}", timeout=20)
            assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json"), (method, path)
            assert set(answer.headers["Allow"].split(", ")) == taken, (method, path)


def _asked(client: Client, route: Route) -> tuple[int, str | None]:
    """The status, and the code of a refusal. Nothing of an answer that goes on is read, nor what the console's own files say."""
    path = re.sub(r"<(\w+)>", lambda _: str(uuid4()), route.url)
    json: Any = None if route.upload or route.method == "GET" else {}
    with client.session.request(route.method, f"{client.url}{path}", json=json, timeout=20, stream=True) as answer:
        is_refusal = answer.headers.get("Content-Type") == "application/problem+json"
        return answer.status_code, answer.json()["code"] if is_refusal else None


def _with_token(admin: Client, people: RunningGateway, scopes: list[str]) -> Client:
    issued = admin.post("/tokens", {"name": "try", "user_id": str(people.users["platform"]), "scopes": scopes})
    assert issued.status_code == 201, issued.text
    client = Client(people.url, requests.Session())
    client.session.headers["Authorization"] = f"Bearer {issued.json()['token']}"
    return client


def _line(route: Route) -> str:
    return f"{route.method} {route.url}"
