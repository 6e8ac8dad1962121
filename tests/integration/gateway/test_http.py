"""The gateway over real HTTP, with its own process, database and a service behind it."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import requests

from tests.integration.gateway.company import PASSWORD, Client, RunningGateway, StartGateway


def _problem(answer: requests.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["trace_id"] == answer.headers["Trace-Id"]
    return problem


def _made(client: Client) -> int:
    made: int = client.get("/context").json()["made"]
    return made


def test_nobody_is_let_in_unknown(gateway: RunningGateway) -> None:
    problem = _problem(gateway.client().get("/users"), 401, "not_signed_in")
    assert problem["detail"] == "请先登录。"
    english = gateway.client().get("/users", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert _problem(english, 401, "not_signed_in")["detail"] == "Please sign in."


def test_the_sessions_cookie_is_out_of_scripts_reach(gateway: RunningGateway) -> None:
    answer = gateway.client().post("/session", {"login": "sales", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    session = answer.json()
    assert session["user"]["login"] == "sales"
    assert "people.read" in session["permissions"]
    assert "people.write" not in session["permissions"]


def test_wrong_credentials_are_no_session(gateway: RunningGateway) -> None:
    client = gateway.client()
    _problem(client.post("/session", {"login": "sales", "password": "wrong"}), 401, "wrong_credentials")
    assert not client.session.cookies


def test_a_cookie_alone_changes_nothing(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    assert client.get("/context").status_code == 200
    for wrong in ("", "guess"):
        headers = {"X-CSRF-Token": wrong}
        _problem(client.post("/things", {"name": "bolt", "size": 1}, headers=headers), 403, "csrf_token_wrong")


def test_what_a_role_may_not_do_is_forbidden_by_name(gateway: RunningGateway) -> None:
    problem = _problem(gateway.client("sales").post("/users", {}), 403, "permission_missing")
    assert problem["params"] == {"permission": "people.write"}


def test_a_first_password_must_be_changed_before_anything_else(gateway: RunningGateway) -> None:
    client = gateway.client("newcomer")
    assert client.get("/session").json()["must_change_password"] is True
    _problem(client.get("/context"), 403, "password_change_required")
    change = {"current_password": PASSWORD, "new_password": "another horse"}
    assert client.request("PUT", "/session/password", json=change).status_code == 204
    assert client.get("/context").status_code == 200


def test_after_sign_out_the_session_is_nobodys(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    cookie = client.session.cookies["l2c_session"]
    assert client.request("DELETE", "/session").status_code == 204
    assert "l2c_session" not in client.session.cookies
    _problem(gateway.client().get("/context", cookies={"l2c_session": cookie}), 401, "not_signed_in")


def test_claims_trace_and_time_travel_with_the_call(gateway: RunningGateway) -> None:
    client = gateway.client("lead")
    trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
    headers = {"traceparent": trace, "L2C-As-Of": "2026-03-01T10:00:00+08:00"}
    answer = client.get("/context", headers=headers)
    context = answer.json()
    claims = json.loads(context["caller"])
    assert claims["user_id"] == str(gateway.users["lead"])
    assert claims["departments_led"] == [str(gateway.departments["销售一部"])]
    assert claims["roles"] == ["sales", "sales_lead"]
    assert context["trace"] == trace
    assert context["as_of"] == "2026-03-01T02:00:00+00:00"
    assert answer.headers["traceparent"] == trace
    assert answer.headers["Trace-Id"] == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("trace", ["", "nonsense", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'G' * 32}-{'1' * 16}-01"])
def test_a_trace_that_is_none_is_replaced(gateway: RunningGateway, trace: str) -> None:
    answer = gateway.client().get("/users", headers={"traceparent": trace})
    assert len(answer.headers["Trace-Id"]) == 32
    assert answer.headers["traceparent"] != trace


def test_another_time_is_for_systems_that_allow_it(gateway: RunningGateway, other_gateway: RunningGateway) -> None:
    strict = other_gateway.client("sales")
    headers = {"L2C-As-Of": "2026-03-01T10:00:00+08:00"}
    _problem(strict.get("/context", headers=headers), 403, "as_of_not_allowed")
    client = gateway.client("sales")
    for wrong in ("2026-03-01", "yesterday"):
        _problem(client.get("/context", headers={"L2C-As-Of": wrong}), 400, "bad_as_of")


def test_what_has_no_route_and_what_has_another_method(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    _problem(client.get("/no-such-thing"), 404, "route_not_found")
    answer = client.request("PUT", "/things", json={})
    _problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


def test_methods_that_nobody_knows_make_no_series_of_their_own(gateway: RunningGateway) -> None:
    _problem(gateway.client().request("BREW", "/users"), 405, "method_not_allowed")
    assert "BREW" not in requests.get(f"{gateway.url}/metrics", timeout=20).text


def test_an_id_that_is_none_is_not_found(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    _problem(client.get("/things/42"), 404, "not_found")
    thing_id = str(uuid4())
    assert client.get(f"/things/{thing_id}?a=1&a=2").json() == {"id": thing_id, "query": {"a": "1"}}


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b'"text"', b"\xff\xfe", b'{"size": NaN}', b"[" * 100_000],
    ids=["cut off", "a list", "a text", "no UTF-8", "no number", "too deep"],
)
def test_a_body_that_is_no_json_object_is_refused(gateway: RunningGateway, body: bytes) -> None:
    answer = gateway.client("sales").request("POST", "/things", data=body, headers={"Content-Type": "application/json"})
    _problem(answer, 400, "bad_json")


def test_a_form_is_refused(gateway: RunningGateway) -> None:
    _problem(gateway.client("sales").request("POST", "/things", data={"name": "bolt"}), 415, "media_type_not_supported")


@pytest.mark.parametrize("chunked", [False, True], ids=["by its length", "chunked"])
def test_a_body_over_the_limit_is_refused(gateway: RunningGateway, chunked: bool) -> None:
    body = b'{"name": "' + b"x" * (3 * 1024 * 1024) + b'"}'
    data: bytes | Iterator[bytes] = iter([body[:1000], body[1000:]]) if chunked else body
    answer = gateway.client("sales").request("POST", "/things", data=data, headers={"Content-Type": "application/json"})
    _problem(answer, 413, "body_too_large")


def test_wrong_fields_are_told_by_name_in_the_callers_language(gateway: RunningGateway) -> None:
    body = {"size": "big", "colour": "red"}
    client = gateway.client("sales")
    problem = _problem(client.post("/things", body), 422, "invalid_input")
    assert {(each["field"], each["code"], each["message"]) for each in problem["errors"]} == {  # type: ignore[attr-defined]
        ("name", "required", "必填。"),
        ("size", "invalid", "格式不正确。"),
        ("colour", "unknown", "未知字段。"),
    }


def test_a_services_refusal_keeps_its_code_and_words(gateway: RunningGateway) -> None:
    problem = _problem(gateway.client("sales").post("/things", {"name": "taken", "size": 1}), 409, "login_taken")
    assert problem["detail"] == "登录名“taken”已被使用。"


def test_a_fault_behind_tells_nothing_but_its_trace(gateway: RunningGateway) -> None:
    answer = gateway.client("sales").get("/broken")
    _problem(answer, 500, "internal_error")
    assert "workshop" not in answer.text


def test_too_many_says_when_to_come_again(gateway: RunningGateway) -> None:
    answer = gateway.client("sales").get("/busy")
    _problem(answer, 429, "too_many_sign_ins")
    assert answer.headers["Retry-After"] == "7"


def test_a_service_that_is_away_or_too_slow_is_unavailable_within_the_deadline(gateway: RunningGateway) -> None:
    client = gateway.client("sales")
    started = time.monotonic()
    answer = client.get("/nowhere")
    assert _problem(answer, 503, "service_unavailable")["params"] == {"service": "nowhere"}
    assert "Retry-After" in answer.headers
    assert time.monotonic() - started < 1
    started = time.monotonic()
    _problem(client.get("/late"), 503, "service_unavailable")
    assert time.monotonic() - started < 4


def test_the_same_key_gives_the_first_answer_again(gateway: RunningGateway) -> None:
    client, headers = gateway.client("sales"), {"Idempotency-Key": str(uuid4())}
    first = client.post("/things", {"name": "bolt", "size": 1}, headers=headers)
    made = _made(client)
    again = client.post("/things", {"size": 1, "name": "bolt"}, headers=headers)
    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _made(client) == made
    other = client.post("/things", {"name": "bolt", "size": 2}, headers=headers)
    _problem(other, 409, "idempotency_key_reused")


def test_a_key_is_its_callers_own(gateway: RunningGateway) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = gateway.client("sales").post("/things", {"name": "bolt", "size": 1}, headers=headers)
    other = gateway.client("lead").post("/things", {"name": "nut", "size": 1}, headers=headers)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json() != other.json()


def test_a_refused_request_leaves_its_key_free(gateway: RunningGateway) -> None:
    client, headers = gateway.client("sales"), {"Idempotency-Key": str(uuid4())}
    _problem(client.post("/things", {"name": "bolt"}, headers=headers), 422, "invalid_input")
    assert client.post("/things", {"name": "bolt", "size": 1}, headers=headers).status_code == 201


def test_a_duplicate_at_the_same_moment_is_told_so_by_another_process_too(
    gateway: RunningGateway, other_gateway: RunningGateway
) -> None:
    headers, body = {"Idempotency-Key": str(uuid4())}, {"name": "slow", "size": 1}
    client, elsewhere = gateway.client("sales"), other_gateway.client("sales")
    answers: list[requests.Response] = []
    first = threading.Thread(target=lambda: answers.append(client.post("/things", body, headers=headers)))
    first.start()
    time.sleep(0.4)  # the first is at work for a second
    _problem(elsewhere.post("/things", body, headers=headers), 409, "request_in_progress")
    first.join()
    assert answers[0].status_code == 201
    assert elsewhere.post("/things", body, headers=headers).json() == answers[0].json()


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_a_length(gateway: RunningGateway, key: str) -> None:
    answer = gateway.client("sales").post("/things", {"name": "bolt", "size": 1}, headers={"Idempotency-Key": key})
    _problem(answer, 400, "bad_idempotency_key")


def test_an_upload_streams_with_its_name(gateway: RunningGateway) -> None:
    pieces = (b"x" * 10_000 for _ in range(50))
    headers = {"X-Filename": "%E5%90%88%E5%90%8C/..%2F%E7%A8%BF.pdf"}
    answer = gateway.client("sales").request("POST", "/uploads", data=pieces, headers=headers)
    assert answer.json() == {"size": 500_000, "name": "稿.pdf"}


@pytest.mark.parametrize("chunked", [False, True], ids=["by its length", "chunked"])
def test_an_upload_over_its_limit_is_refused(gateway: RunningGateway, chunked: bool) -> None:
    data: bytes | Iterator[bytes] = (b"x" * 10_000 for _ in range(101)) if chunked else b"x" * 1_010_000
    _problem(gateway.client("sales").request("POST", "/uploads", data=data), 413, "body_too_large")


def test_a_bearer_token_does_what_its_scopes_say_and_no_more(gateway: RunningGateway) -> None:
    admin = gateway.client("admin")
    body = {"name": "usage", "user_id": str(gateway.users["platform"]), "scopes": ["people.read"]}
    issued = admin.post("/tokens", body)
    assert issued.status_code == 201, issued.text
    program = gateway.client()
    program.session.headers["Authorization"] = f"Bearer {issued.json()['token']}"
    assert program.post("/things", {"name": "bolt", "size": 1}).status_code == 201
    _problem(program.post("/users", {}), 403, "permission_missing")
    assert issued.json()["token"] not in admin.get("/tokens").text
    assert admin.request("DELETE", f"/tokens/{issued.json()['id']}").status_code == 204
    _problem(program.get("/context"), 401, "token_not_valid")


def test_a_tokens_secret_is_shown_once_and_kept_nowhere(gateway: RunningGateway) -> None:
    admin, headers = gateway.client("admin"), {"Idempotency-Key": str(uuid4())}
    body = {"name": "usage", "user_id": str(gateway.users["platform"]), "scopes": ["people.read"]}
    issued = admin.post("/tokens", body, headers=headers)
    again = admin.post("/tokens", body, headers=headers)
    assert (again.status_code, again.json()) == (201, issued.json() | {"token": None})
    with psycopg.connect(gateway.database_url.format(service="gateway").replace("+psycopg", "")) as connection:
        kept = connection.execute("SELECT body FROM kept_answers WHERE key = %s", [headers["Idempotency-Key"]]).fetchall()
    assert [issued.json()["token"].encode() in row[0] for row in kept] == [False]


@pytest.mark.parametrize("path", ["/process-definitions/%00", "/process-definitions/a%00b"])
def test_a_name_that_none_can_have_is_not_found(gateway: RunningGateway, path: str) -> None:
    _problem(gateway.client("sales").get(path), 404, "not_found")


def test_a_change_of_rights_holds_at_once(gateway: RunningGateway) -> None:
    admin, sales = gateway.client("admin"), gateway.client("sales")
    path = f"/users/{gateway.users['sales']}"
    _problem(sales.get("/tokens"), 403, "permission_missing")
    assert admin.request("PATCH", path, json={"roles": ["sales", "admin"]}).status_code == 200
    assert sales.get("/tokens").status_code == 200
    assert admin.request("PATCH", path, json={"roles": ["sales"]}).status_code == 200
    _problem(sales.get("/tokens"), 403, "permission_missing")


def test_another_process_learns_of_a_sign_out_within_seconds(gateway: RunningGateway, other_gateway: RunningGateway) -> None:
    client, elsewhere = gateway.client("sales"), Client(other_gateway.url)
    cookies = {"l2c_session": client.session.cookies["l2c_session"]}
    assert elsewhere.get("/context", cookies=cookies).status_code == 200
    client.request("DELETE", "/session")
    give_up = time.monotonic() + 8
    while elsewhere.get("/context", cookies=cookies).status_code != 401:
        assert time.monotonic() < give_up
        time.sleep(0.5)


def test_people_are_administered_over_http(gateway: RunningGateway) -> None:
    admin = gateway.client("admin")
    person = {"login": "wang.fang", "name": "王芳", "roles": ["finance"], "password": "a first password"}
    added = admin.post("/users", person)
    assert added.status_code == 201, added.text
    assert added.headers["ETag"] == '"1"'
    path = f"/users/{added.json()['id']}"
    changed = admin.request("PATCH", path, json={"name": "王芳芳"}, headers={"If-Match": '"1"'})
    assert changed.json()["name"] == "王芳芳"
    stale = admin.request("PATCH", path, json={"name": "王芳"}, headers={"If-Match": '"1"'})
    _problem(stale, 412, "version_changed")
    _problem(admin.request("PATCH", path, json={}, headers={"If-Match": "v1"}), 400, "bad_if_match")
    department = admin.post("/departments", {"name": "财务部", "lead_id": added.json()["id"]})
    assert department.json()["lead_name"] == "王芳芳"
    assert "财务部" in {each["name"] for each in admin.get("/departments").json()["items"]}
    assert {each["code"] for each in admin.get("/roles").json()["items"]} >= {"sales", "admin"}
    assert [each["login"] for each in admin.get("/users", params={"q": "芳芳"}).json()["items"]] == ["wang.fang"]


def test_a_users_address_is_one_letters_can_be_sent_to_or_none(gateway: RunningGateway) -> None:
    admin = gateway.client("admin")
    person = {"login": "qian.jun", "name": "钱军", "roles": ["legal"], "password": "a first password"}
    added = admin.post("/users", {**person, "email": " qian@example.com "}).json()
    assert added["email"] == "qian@example.com"
    path = f"/users/{added['id']}"
    for wrong in ("", "qian", "qian@", "qian@example.com, li@example.com", f"{'q' * 250}@example.com"):
        refused = admin.request("PATCH", path, json={"email": wrong})
        _problem(refused, 422, "invalid_input")
        assert {each["field"] for each in refused.json()["errors"]} == {"email"}
    assert admin.request("PATCH", path, json={"email": None}).json()["email"] is None


def test_every_answer_has_the_security_headers(gateway: RunningGateway) -> None:
    for path in ("/", "/docs", "/api/v1/users", "/nothing"):
        headers = requests.get(gateway.url + path, timeout=10).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_secure_installation_says_so(start_gateway: StartGateway) -> None:
    secure = start_gateway(L2C_COOKIE_SECURE="true")
    answer = requests.post(f"{secure.url}/api/v1/session", json={"login": "sales", "password": PASSWORD}, timeout=20)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_readiness_names_each_service_and_its_own_needs(gateway: RunningGateway) -> None:
    answer = requests.get(f"{gateway.url}/health/ready", timeout=10)
    health = answer.json()
    assert (answer.status_code, health["ready"], health["all_ready"]) == (200, True, False)
    assert health["services"]["customer"] == {"ready": False, "error": "service_unavailable"}
    assert set(health["services"]) == {"customer", "workflow", "billing", "payments", "notify"}
    assert requests.get(f"{gateway.url}/health/live", timeout=10).status_code == 200
    assert "l2c_http_requests_total" in requests.get(f"{gateway.url}/metrics", timeout=10).text


def test_what_is_counted_is_not_told_to_who_comes_by_a_proxy(gateway: RunningGateway) -> None:
    outside = requests.get(f"{gateway.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=10)
    assert (outside.status_code, outside.json()["code"]) == (404, "route_not_found")


def test_a_stream_flows(gateway: RunningGateway) -> None:
    with gateway.client("sales").get("/ticks", stream=True) as answer:
        assert sum(line.startswith(b"data: ") for line in answer.iter_lines()) == 3


def test_clients_that_break_off_harm_nobody(gateway: RunningGateway) -> None:
    address = urlsplit(gateway.url)
    assert address.hostname is not None
    assert address.port is not None
    for rest in (
        b"",
        b"GET /api/v1/users HTT",
        b"POST /api/v1/session HTTP/1.1\r\nContent-Length: 100\r\n\r\n{",
        b"\0\xff\r\n\r\n",
    ):
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            connection.sendall(rest)
    assert gateway.client("sales").get("/context").status_code == 200
