"""One's own sessions, over HTTP (spec, gateway.md, "Identity and access")."""

import time

import pytest
import requests
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from gateway.access import REMEMBERED_SECONDS
from gateway.identity.domain.throttle import BY_NAME
from gateway.identity.store.tables import SignInAttempt
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway, StartGateway


@pytest.fixture(scope="module")
def behind_tls(start_gateway: StartGateway) -> RunningGateway:
    """A gateway that knows that a proxy speaks TLS before it."""
    return start_gateway(L2C_COOKIE_SECURE="true", L2C_TRUSTED_PROXIES="1")


def _refused(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def _signed_in(gateway: RunningGateway, login: str, agent: str) -> Client:
    client = gateway.client()
    client.session.headers["User-Agent"] = agent
    return client.sign_in(login)


@pytest.mark.parametrize("fixture", ["gateway", "behind_tls"])
def test_the_cookie_is_http_only_lax_and_secure_behind_tls(request: pytest.FixtureRequest, fixture: str) -> None:
    running: RunningGateway = request.getfixturevalue(fixture)
    answer = running.client().post("/session", {"login": "sales", "password": PASSWORD})
    attributes = set(answer.headers["Set-Cookie"].split("; "))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    assert ("Secure" in attributes) == (fixture == "behind_tls")
    assert ("Strict-Transport-Security" in answer.headers) == (fixture == "behind_tls")


def test_one_sees_where_one_is_signed_in_and_signs_out_there(gateway: RunningGateway) -> None:
    notebook, phone = _signed_in(gateway, "director", "Notebook/1"), _signed_in(gateway, "director", "Phone/1")
    other = _signed_in(gateway, "lead", "Other/1")
    shown = {each["agent"]: each for each in notebook.get("/sessions").json()["items"]}
    assert {"Notebook/1", "Phone/1"} <= shown.keys()
    assert "Other/1" not in shown
    assert [agent for agent, each in shown.items() if each["current"]] == ["Notebook/1"]
    assert {(each["kind"], each["address"]) for each in shown.values()} == {("password", "127.0.0.1")}
    assert not {"token_hash", "csrf_token"} & shown["Phone/1"].keys()
    path = f"/sessions/{shown['Phone/1']['id']}"
    _refused(other.request("DELETE", path), 404, "session_not_found")
    assert phone.get("/session").status_code == 200
    assert notebook.request("DELETE", path).status_code == 204
    _refused(phone.get("/session"), 401, "not_signed_in")
    _refused(notebook.request("DELETE", path), 404, "session_not_found")


def test_one_signs_out_everywhere_but_here(gateway: RunningGateway) -> None:
    here, there = _signed_in(gateway, "care", "Here/1"), _signed_in(gateway, "care", "There/1")
    assert here.request("DELETE", "/sessions").status_code == 204
    _refused(there.get("/session"), 401, "not_signed_in")
    assert [each["agent"] for each in here.get("/sessions").json()["items"]] == ["Here/1"]


def test_an_administrator_signs_somebody_out_everywhere(gateway: RunningGateway) -> None:
    person, admin = gateway.client("administration"), gateway.client("admin")
    path = f"/users/{gateway.users['administration']}/sessions"
    _refused(person.request("DELETE", path), 403, "permission_missing")
    assert admin.request("DELETE", path).status_code == 204
    _refused(person.get("/session"), 401, "not_signed_in")
    assert admin.get("/session").status_code == 200


def test_a_password_that_an_administrator_sets_ends_the_sessions_and_is_changed_at_the_next(gateway: RunningGateway) -> None:
    admin = gateway.client("admin")
    person = {"login": "forgetful", "name": "健忘", "roles": ["sales"], "password": "the first password"}
    added = admin.post("/users", person).json()
    client = gateway.client().sign_in("forgetful", "the first password")
    first = {"current_password": "the first password", "new_password": "my own password"}
    assert client.request("PUT", "/session/password", json=first).status_code == 204
    assert client.get("/users").status_code == 200
    reset = admin.request("PATCH", f"/users/{added['id']}", json={"password": "a password by telephone"})
    assert (reset.status_code, reset.json()["must_change_password"]) == (200, True)
    _refused(client.get("/session"), 401, "not_signed_in")
    _refused(gateway.client().post("/session", {"login": "forgetful", "password": "my own password"}), 401, "wrong_credentials")
    again = gateway.client().sign_in("forgetful", "a password by telephone")
    _refused(again.get("/users"), 403, "password_change_required")


def test_another_process_learns_of_a_change_of_rights_within_five_seconds(
    gateway: RunningGateway, other_gateway: RunningGateway
) -> None:
    admin, sales = gateway.client("admin"), gateway.client("sales")
    elsewhere = Client(other_gateway.url, sales.session)
    path = f"/users/{gateway.users['sales']}"
    _refused(elsewhere.get("/tokens"), 403, "permission_missing")
    for roles, status in ((["sales", "admin"], 200), (["sales"], 403)):
        assert admin.request("PATCH", path, json={"roles": roles}).status_code == 200
        changed = asked = time.monotonic()
        while elsewhere.get("/tokens").status_code != status:
            assert asked < changed + REMEMBERED_SECONDS, "what is asked later than that is answered by the rights of now"
            time.sleep(0.2)
            asked = time.monotonic()


@pytest.mark.parametrize(
    ("fixture", "heard", "address"),
    [
        ("gateway", "203.0.113.7, 198.51.100.9", "127.0.0.1"),
        ("behind_tls", "203.0.113.7, 198.51.100.9", "198.51.100.9"),
        ("behind_tls", "", "127.0.0.1"),
    ],
)
def test_whom_a_proxy_heard_is_believed_where_there_is_one(
    request: pytest.FixtureRequest, fixture: str, heard: str, address: str
) -> None:
    running: RunningGateway = request.getfixturevalue(fixture)
    client = running.client()
    client.session.headers["X-Forwarded-For"] = heard
    answer = client.post("/session", {"login": "platform-operator", "password": PASSWORD})
    assert answer.status_code == 401
    with create_engine(running.database_url.format(service="gateway"), poolclass=NullPool).connect() as connection:
        query = select(SignInAttempt.address).where(SignInAttempt.login == "platform-operator")
        assert connection.scalars(query.order_by(SignInAttempt.at.desc())).first() == address


def test_whoever_guesses_is_told_to_wait(gateway: RunningGateway) -> None:
    client, guess = gateway.client(), {"login": "guessed.at", "password": "a guess"}
    for _ in range(BY_NAME.failures_max):
        _refused(client.post("/session", guess), 401, "wrong_credentials")
    answer = client.post("/session", guess)
    _refused(answer, 429, "too_many_sign_ins")
    assert 0 < int(answer.headers["Retry-After"]) <= BY_NAME.window.total_seconds()
    _refused(client.post("/session", {**guess, "login": "GUESSED.AT "}), 429, "too_many_sign_ins")
    gateway.client("sales")
