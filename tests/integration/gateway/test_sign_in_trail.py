"""Who came in, who tried to, and what may be used to, stand in the audit trail: who, when, from where; and no secret
(deploy/THREATS.md, "sign-in", and spec, README.md: "Every change … leaves an audit entry")."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gateway.access import SESSION_COOKIE
from gateway.identity.domain.throttle import BY_NAME
from services.kit.clock import parse_instant, utc_now
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway, StartGateway

PROXIED = "203.0.113.7"


@pytest.fixture(scope="module")
def watched(start_gateway: StartGateway) -> RunningGateway:
    """Behind a proxy, which says whom it heard from."""
    return start_gateway(L2C_TRUSTED_PROXIES="1")


@pytest.fixture(scope="module")
def admin(watched: RunningGateway) -> Client:
    return watched.client("admin")


def _from(gateway: RunningGateway, address: str) -> Client:
    client = gateway.client()
    client.session.headers["X-Forwarded-For"] = address
    return client


def _trail(admin: Client, **query: str) -> list[dict[str, Any]]:
    """The gateway's own entries, the oldest first; each of a moment ago."""
    answer = admin.get("/audit", params={"service": "gateway", **query})
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["items"][::-1]
    for entry in entries:
        assert utc_now() - timedelta(minutes=2) < parse_instant(entry["at"]) <= utc_now()
    return entries


def _of_user(admin: Client, gateway: RunningGateway, login: str) -> list[dict[str, Any]]:
    return _trail(admin, subject_type="user", subject_id=str(gateway.users[login]))


def test_sign_in_and_sign_out_say_who_and_from_where(watched: RunningGateway, admin: Client) -> None:
    assert _from(watched, PROXIED).sign_in("lead").request("DELETE", "/session").status_code == 204
    came, went = (each for each in _of_user(admin, watched, "lead") if each["action"] in {"signed_in", "signed_out"})
    assert (came["action"], came["after"]["kind"], came["after"]["address"]) == ("signed_in", "password", PROXIED)
    assert (went["action"], went["after"]) == ("signed_out", {"address": PROXIED})
    assert went["before"] == {"session_id": came["after"]["session_id"]}
    for entry in (came, went):
        assert (entry["user_id"], entry["user_name"]) == (str(watched.users["lead"]), "李领导")


def test_a_failed_sign_in_says_of_whom_and_from_where_and_a_name_that_nobody_has_is_not_kept(
    watched: RunningGateway, admin: Client
) -> None:
    visitor = _from(watched, PROXIED)
    for login in ("care", "my-password-in-the-wrong-field"):
        assert visitor.post("/session", {"login": login, "password": "wrong"}).status_code == 401
    known, unknown = _trail(admin, action="sign_in_failed")[-2:]
    assert (known["subject_id"], known["after"]) == (str(watched.users["care"]), {"address": PROXIED})
    assert (unknown["subject_id"], unknown["after"]) == ("", {"address": PROXIED})
    # Nobody has proved who it was.
    assert {entry["user_id"] for entry in (known, unknown)} == {""}


def test_the_guess_from_which_on_further_ones_are_refused_says_so_once(watched: RunningGateway, admin: Client) -> None:
    visitor = _from(watched, "198.51.100.9")
    guess = {"login": "director", "password": "guess"}
    answers = [visitor.post("/session", guess).status_code for _ in range(BY_NAME.failures_max + 3)]
    assert answers == [401] * BY_NAME.failures_max + [429] * 3
    entries = _of_user(admin, watched, "director")[1:]  # after its making
    assert [each["action"] for each in entries] == ["sign_in_failed"] * BY_NAME.failures_max + ["sign_ins_throttled"]
    assert {each["after"]["address"] for each in entries} == {"198.51.100.9"}


def test_a_changed_password_and_a_guess_at_it_are_kept_without_either(watched: RunningGateway, admin: Client) -> None:
    person = _from(watched, PROXIED).sign_in("newcomer")
    for current, status in (("a guess at it", 422), (PASSWORD, 204)):
        body = {"current_password": current, "new_password": "another horse battery"}
        assert person.request("PUT", "/session/password", json=body).status_code == status
    failed, changed = (each for each in _of_user(admin, watched, "newcomer") if each["action"].startswith("password"))
    assert (failed["action"], changed["action"]) == ("password_change_failed", "password_changed")
    for entry in (failed, changed):
        assert (entry["user_name"], entry["before"], entry["after"]) == ("新人", None, {"address": PROXIED})


def test_a_tokens_making_and_revocation_are_kept_with_what_it_may_do(watched: RunningGateway, admin: Client) -> None:
    asked = {"name": "usage", "user_id": str(watched.users["platform"]), "scopes": ["usage.report"], "days": 30}
    issued = admin.post("/tokens", asked)
    assert issued.status_code == 201, issued.text
    assert admin.request("DELETE", f"/tokens/{issued.json()['id']}").status_code == 204
    made, gone = _trail(admin, subject_type="token", subject_id=issued.json()["id"])
    assert (made["action"], made["after"]) == ("token_issued", {"user": "platform", "scopes": ["usage.report"], "name": "usage"})
    assert (gone["action"], gone["after"]) == ("token_revoked", {"name": "usage"})
    assert {entry["user_name"] for entry in (made, gone)} == {"管理员"}


def test_no_secret_stands_in_the_trail(watched: RunningGateway, admin: Client) -> None:
    person = _from(watched, PROXIED).sign_in("sales")
    person.post("/session", {"login": "sales", "password": "a slip of the tongue"})
    issued = admin.post(
        "/tokens", {"name": "x", "user_id": str(watched.users["platform"]), "scopes": ["usage.report"], "days": 1}
    )
    added = admin.post("/users", {"login": "fresh", "name": "新来", "roles": ["sales"], "password": "a password by telephone"})
    assert (issued.status_code, added.status_code) == (201, 201)
    secrets = {
        PASSWORD,
        "a slip of the tongue",
        "a password by telephone",
        issued.json()["token"],
        str(person.session.headers["X-CSRF-Token"]),
        str(person.session.cookies[SESSION_COOKIE]),
    }
    with create_engine(watched.database_url.format(service="gateway"), poolclass=NullPool).connect() as connection:
        kept = "SELECT password_hash FROM users UNION SELECT token_hash FROM sessions UNION SELECT token_hash FROM api_tokens"
        hashes = set(connection.scalars(text(kept))) - {None}
        trail = "\n".join(connection.scalars(text("SELECT audit_entries::text FROM audit_entries")))
    assert "fresh" in trail
    assert len(hashes) > len(secrets)
    for secret in (*secrets, *hashes):
        assert secret not in trail, secret
