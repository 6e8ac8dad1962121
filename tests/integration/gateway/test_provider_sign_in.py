"""Signing in at a company's own provider, a real one, over HTTP (spec, gateway.md, "Identity and access")."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gateway.identity.domain.local_paths import is_local_path
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.identity_providers import (
    CONSOLE_URL,
    RealProvider,
    own_certificate,
    provider_settings,
    running_forger,
    running_real_provider,
)

CALLBACK = "/session/oidc/callback"
AS_A_PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with running_real_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def door(start_gateway: StartGateway, provider: RealProvider) -> RunningGateway:
    return start_gateway(**provider_settings(provider.issuer))


@pytest.fixture(scope="module")
def other_door(start_gateway: StartGateway, provider: RealProvider) -> RunningGateway:
    """Another gateway process on the same database; it matches people by their addresses."""
    return start_gateway(**provider_settings(provider.issuer, L2C_OIDC_LOGIN_CLAIM="email"))


def _sent_away(client: Client, next_path: str = "/") -> str:
    """Where the browser is sent to sign in."""
    answer = client.get("/session/oidc", params={"next": next_path}, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _come_back(client: Client, location: str, **changes: Any) -> requests.Response:
    """The browser follows to where the provider sends it."""
    assert location.startswith(f"{CONSOLE_URL}/api/v1{CALLBACK}?")
    query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    headers = changes.pop("headers", None)
    return client.get(CALLBACK, params={**query, **changes}, headers=headers, allow_redirects=False)


def _sign_in(
    door: RunningGateway, provider: RealProvider, subject: str, next_path: str = "/"
) -> tuple[Client, requests.Response]:
    client = door.client()
    return client, _come_back(client, provider.recognise(_sent_away(client, next_path), subject))


def _refused(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def _run(door: RunningGateway, statement: str) -> None:
    with create_engine(door.database_url.format(service="gateway"), poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_sign_in_offers_the_provider_where_there_is_one(
    door: RunningGateway, gateway: RunningGateway, provider: RealProvider
) -> None:
    password = {"kind": "password", "issuer": None, "url": "/api/v1/session"}
    there = {"kind": "oidc", "issuer": provider.issuer, "url": "/api/v1/session/oidc"}
    assert door.client().get("/session/providers").json() == {"items": [password, there]}
    assert gateway.client().get("/session/providers").json() == {"items": [password]}
    _refused(gateway.client().get("/session/oidc"), 404, "provider_not_set")
    _refused(gateway.client().get(CALLBACK), 404, "provider_not_set")


def test_whom_the_provider_recognises_is_signed_in_and_goes_on_where_he_wanted(
    door: RunningGateway, provider: RealProvider
) -> None:
    provider.has("u-sales", preferred_username="Sales", name="somebody")
    client, answer = _sign_in(door, provider, "u-sales", "/customers?tier=pool#first")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{CONSOLE_URL}/customers?tier=pool#first")
    session = client.get("/session").json()
    assert (session["user"]["login"], session["user"]["name"]) == ("sales", "张伟")
    out = urlsplit(session["sign_out_url"])
    assert f"{out.scheme}://{out.netloc}" == provider.issuer
    assert parse_qs(out.query)["post_logout_redirect_uri"] == [CONSOLE_URL]
    # A session like any other: what changes something needs its CSRF token, and it can be signed out of.
    _refused(client.request("DELETE", "/session"), 403, "csrf_token_wrong")
    client.session.headers["X-CSRF-Token"] = session["csrf_token"]
    assert client.request("DELETE", "/session").status_code == 204
    _refused(client.get("/session"), 401, "not_signed_in")


def test_what_the_browser_takes_there_is_its_own_secret_each_time(door: RunningGateway) -> None:
    client = door.client()
    first, second = (parse_qs(urlsplit(_sent_away(client)).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43
        assert first[name] != second[name]
    assert (first["code_challenge_method"], first["response_type"]) == (["S256"], ["code"])


def test_two_tabs_of_one_browser_may_both_be_on_their_way(door: RunningGateway, provider: RealProvider) -> None:
    provider.has("u-sales", preferred_username="sales")
    client = door.client()
    first, second = _sent_away(client, "/first"), _sent_away(client, "/second")
    for url, place in ((first, "/first"), (second, "/second")):
        assert _come_back(client, provider.recognise(url, "u-sales")).headers["Location"] == CONSOLE_URL + place


@pytest.mark.parametrize("changes", [{"state": "made-up"}, {"state": ""}, {"code": ""}, {"iss": "https://elsewhere.example.com"}])
def test_whoever_comes_back_with_something_else_is_not_signed_in(
    door: RunningGateway, provider: RealProvider, changes: dict[str, str]
) -> None:
    client = door.client()
    location = provider.recognise(_sent_away(client), "u-sales")
    _refused(_come_back(client, location, **changes), 401, "provider_sign_in_failed")
    assert "l2c_session" not in client.session.cookies


def test_another_browser_cannot_be_made_to_sign_in_as_somebody(door: RunningGateway, provider: RealProvider) -> None:
    attacker, victim = door.client(), door.client()
    location = provider.recognise(_sent_away(attacker), "u-sales")
    _refused(_come_back(victim, location), 401, "provider_sign_in_failed")
    _sent_away(victim)  # it is on its way by itself
    _refused(_come_back(victim, location), 401, "provider_sign_in_failed")


def test_an_answer_counts_once(door: RunningGateway, provider: RealProvider) -> None:
    client = door.client()
    location = provider.recognise(_sent_away(client), "u-sales")
    assert _come_back(client, location).status_code == 303
    client.session.cookies.pop("l2c_session")
    _refused(_come_back(client, location), 401, "provider_sign_in_failed")
    # Nor does its code, with what another sign-in of the same browser began.
    state = parse_qs(urlsplit(_sent_away(client)).query)["state"][0]
    _refused(_come_back(client, location, state=state), 401, "provider_sign_in_failed")


def test_who_stays_away_too_long_begins_anew(door: RunningGateway, provider: RealProvider) -> None:
    client = door.client()
    location = provider.recognise(_sent_away(client), "u-sales")
    _run(door, "UPDATE provider_sign_ins SET begun_at = begun_at - interval '10 minutes'")
    _refused(_come_back(client, location), 401, "provider_sign_in_failed")


def test_who_refuses_at_the_provider_reads_of_it_in_the_console(door: RunningGateway, provider: RealProvider) -> None:
    client = door.client()
    answer = _come_back(client, provider.deny(_sent_away(client)), headers=AS_A_PERSON)
    place = urlsplit(answer.headers["Location"])
    assert (answer.status_code, f"{place.scheme}://{place.netloc}{place.path}") == (303, f"{CONSOLE_URL}/sign-in")
    told = parse_qs(place.query)
    assert told["error"] == ["provider_sign_in_failed"]
    assert told["trace_id"] == [answer.headers["Trace-Id"]]


@pytest.mark.parametrize("login", ["stranger", "platform", "leaver"], ids=["nobody", "another system", "who has left"])
def test_the_provider_makes_nobody(door: RunningGateway, provider: RealProvider, login: str) -> None:
    if login == "leaver":
        admin = door.client("admin")
        leaver = admin.post("/users", {"login": login, "name": "离职人", "roles": ["sales"]}).json()
        assert admin.request("PATCH", f"/users/{leaver['id']}", json={"active": False}).status_code == 200
    provider.has(f"u-{login}", preferred_username=login)
    client, answer = _sign_in(door, provider, f"u-{login}")
    _refused(answer, 403, "person_unknown_here")
    assert answer.json()["params"] == {"login": login}
    _refused(client.get("/session"), 401, "not_signed_in")


def test_a_login_that_changes_hands_at_the_provider_takes_nobodys_place(door: RunningGateway, provider: RealProvider) -> None:
    provider.has("u-care", preferred_username="care")
    client, _ = _sign_in(door, provider, "u-care")
    assert client.get("/session").json()["user"]["login"] == "care"
    # The person is renamed there, and stays who he or she is here.
    provider.has("u-care", preferred_username="director")
    client, _ = _sign_in(door, provider, "u-care")
    assert client.get("/session").json()["user"]["login"] == "care"
    # Somebody else gets the login there, and is nobody here.
    provider.has("u-other", preferred_username="care")
    _, answer = _sign_in(door, provider, "u-other")
    _refused(answer, 403, "person_bound_otherwise")
    # Until an administrator says that this is now the same person.
    admin, path = door.client("admin"), f"/users/{door.users['care']}/identities"
    (bound,) = admin.get(path).json()["items"]
    assert (bound["issuer"], bound["subject"], bound["login"]) == (provider.issuer, "u-care", "care")
    _refused(client.get(path), 403, "permission_missing")
    assert admin.request("DELETE", path).status_code == 204
    _refused(client.get("/session"), 401, "not_signed_in")
    client, _ = _sign_in(door, provider, "u-other")
    assert client.get("/session").json()["user"]["login"] == "care"


def test_who_shows_no_password_need_not_change_one(door: RunningGateway, provider: RealProvider) -> None:
    provider.has("u-newcomer", preferred_username="newcomer")
    client, _ = _sign_in(door, provider, "u-newcomer")
    assert client.get("/session").json()["must_change_password"] is False
    assert client.get("/users").status_code == 200
    by_password = door.client("newcomer")
    assert by_password.get("/session").json()["must_change_password"] is True
    _refused(by_password.get("/users"), 403, "password_change_required")


def test_a_person_may_be_added_without_a_password_where_there_is_a_provider(
    door: RunningGateway, gateway: RunningGateway, provider: RealProvider
) -> None:
    person = {"login": "sun.li", "name": "孙丽", "roles": ["legal"]}
    _refused(gateway.client("admin").post("/users", person), 422, "invalid_input")
    added = door.client("admin").post("/users", person)
    assert (added.status_code, added.json()["must_change_password"]) == (201, False)
    for guess in ("", " ", "sun.li"):
        assert door.client().post("/session", {"login": "sun.li", "password": guess}).status_code in {401, 422}
    provider.has("u-sun", preferred_username="sun.li")
    client, _ = _sign_in(door, provider, "u-sun")
    assert client.get("/session").json()["user"]["name"] == "孙丽"


def test_people_can_be_known_by_a_verified_address_that_is_nobody_elses(
    other_door: RunningGateway, provider: RealProvider
) -> None:
    admin = other_door.client("admin")
    for login in ("lead", "director"):
        path = f"/users/{other_door.users[login]}"
        assert admin.request("PATCH", path, json={"email": "Li@example.com"}).status_code == 200
    provider.has("u-lead", preferred_username="whoever", email="li@EXAMPLE.com", email_verified=True)
    _, answer = _sign_in(other_door, provider, "u-lead")
    _refused(answer, 403, "person_unknown_here")  # there are two
    assert admin.request("PATCH", f"/users/{other_door.users['director']}", json={"email": None}).status_code == 200
    client, _ = _sign_in(other_door, provider, "u-lead")
    assert client.get("/session").json()["user"]["login"] == "lead"
    provider.has("u-administration", email="li@example.com", email_verified=False)
    _, answer = _sign_in(other_door, provider, "u-administration")
    _refused(answer, 401, "provider_sign_in_failed")


def test_a_sign_in_begun_at_one_gateway_may_end_at_another(
    door: RunningGateway, other_door: RunningGateway, provider: RealProvider
) -> None:
    provider.has("u-administration", preferred_username="administration")
    bound, _ = _sign_in(door, provider, "u-administration")
    assert bound.get("/session").status_code == 200
    client = door.client()
    location = provider.recognise(_sent_away(client), "u-administration")
    client.url = other_door.url
    provider.has("u-administration", email="whatever@example.com", email_verified=True)
    assert _come_back(client, location).status_code == 303
    assert client.get("/session").json()["user"]["login"] == "administration"


def test_nobody_is_sent_anywhere_else(door: RunningGateway) -> None:
    for place in ("//elsewhere.example.com", "https://elsewhere.example.com", "/\\elsewhere.example.com", "customers", ""):
        answer = door.client().get("/session/oidc", params={"next": place}, allow_redirects=False)
        _refused(answer, 422, "invalid_input")
        assert [each["field"] for each in answer.json()["errors"]] == ["next"]


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("/", True),
        ("/customers/1?tab=bills&sort=-name#here", True),
        ("/客户", True),
        ("", False),
        ("customers", False),
        ("//elsewhere", False),
        ("///elsewhere", False),
        ("/\\elsewhere", False),
        ("\\\\elsewhere", False),
        ("/\t/elsewhere", False),
        ("/a\nb", False),
        ("https://elsewhere", False),
        ("javascript:alert(1)", False),
        ("/a\\..\\elsewhere", False),
    ],
)
def test_what_is_a_path_of_this_system(path: str, local: bool) -> None:
    assert is_local_path(path) is local


def test_an_address_that_sends_browsers_by_the_hundred_is_slowed_down(door: RunningGateway) -> None:
    client = door.client()
    _run(
        door,
        "INSERT INTO provider_sign_ins SELECT 'made up ' || n, '', '', '', '/', '127.0.0.1', now() - interval '1 minute'"
        " FROM generate_series(1, 100) n",
    )
    answer = client.get("/session/oidc", allow_redirects=False)
    _refused(answer, 429, "too_many_sign_ins")
    assert 0 < int(answer.headers["Retry-After"]) <= timedelta(minutes=9).total_seconds()
    _run(door, "DELETE FROM provider_sign_ins")
    assert client.get("/session/oidc", allow_redirects=False).status_code == 303


def test_a_leaver_who_signed_in_there_before_is_out_for_good(door: RunningGateway, provider: RealProvider) -> None:
    admin = door.client("admin")
    person = admin.post("/users", {"login": "gone", "name": "离职人", "roles": ["sales"]}).json()
    provider.has("u-gone", preferred_username="gone")
    client, _ = _sign_in(door, provider, "u-gone")
    assert admin.request("PATCH", f"/users/{person['id']}", json={"active": False}).status_code == 200
    _refused(client.get("/session"), 401, "not_signed_in")
    _, answer = _sign_in(door, provider, "u-gone")
    _refused(answer, 403, "person_unknown_here")


def test_a_provider_is_spoken_to_by_tls_and_known_by_its_certificate(start_gateway: StartGateway, tmp_path: Path) -> None:
    certificate = tmp_path / "provider.pem"
    with running_forger(own_certificate(certificate)) as forger:
        knows = start_gateway(**provider_settings(forger.issuer), REQUESTS_CA_BUNDLE=str(certificate), L2C_COOKIE_SECURE="true")
        client = knows.client()
        sent = client.get("/session/oidc", allow_redirects=False)
        assert sent.status_code == 303, sent.text
        cookie = sent.headers["Set-Cookie"]
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/api/v1/session/oidc"} <= set(cookie.split("; "))
        # A browser keeps a Secure cookie from plain HTTP, which this test speaks in place of the proxy before the gateway.
        shown = {"Cookie": cookie.split(";")[0]}
        state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
        code = forger.recognise(sent.headers["Location"])
        back = client.get(CALLBACK, params={"state": state, "code": code}, headers=shown, allow_redirects=False)
        assert back.status_code == 303, back.text
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(back.headers["Set-Cookie"].split("; "))
        does_not_know = start_gateway(**provider_settings(forger.issuer))
        _refused(does_not_know.client().get("/session/oidc", allow_redirects=False), 503, "identity_provider_away")


def test_a_provider_that_is_away_is_503_and_passwords_go_on(start_gateway: StartGateway) -> None:
    with running_forger() as gone:
        issuer = gone.issuer
    door = start_gateway(**provider_settings(issuer))
    answer = door.client().get("/session/oidc", allow_redirects=False)
    _refused(answer, 503, "identity_provider_away")
    assert int(answer.headers["Retry-After"]) > 0
    person = door.client().get("/session/oidc", headers=AS_A_PERSON, allow_redirects=False)
    assert person.headers["Location"].startswith(f"{CONSOLE_URL}/sign-in?error=identity_provider_away&")
    assert door.client("sales").get("/session").status_code == 200
