"""What bad input to payments gets (spec, gateway.md, "HTTP conventions"): an answer that says what is wrong, never a fault; and
nothing has changed by it; and of what the caller may not see, the same answer as of what does not exist.

Of every route of the context and every field that OpenAPI documents: one that is added is tried here, too.
"""

import base64
import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import requests

from services.kit.database import Database
from services.kit.ids import new_id
from services.payments.usecases.assign_receipt import assign_receipt
from tests.integration.gateway.bad_input import BAD_TEXTS, assert_told, bad_requests
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway
from tests.integration.gateway.documented_routes import API, DocumentedRoute, described, payment_routes
from tests.integration.gateway.watched import WatchedDatabase
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.story import NOW, OTHER_SALES, SALES_ADMIN, YUNFAN, ZHANG_WEI, Story
from tests.workbooks import rows_of, workbook

PROBLEM = "application/problem+json"
WRONG_VALUES = ("", "x", "\0", "NaN", "1e400", "9" * 40, "-1", "0001-01-01", "9999-12-31", "9999-12", None, 1, ["x"])
STATEMENT = f"收款账号,流水号,到款时间,付款人,付款账号,金额,备注\n6222,F1,2026-04-03,{YUNFAN},310,12.00,\n"
APRIL = {"month": "2026-04"}
WRONG_ROWS = "6222,F2,2026-04-03,甲,310,x,\n6222,F3,2026-04-03,乙,310,x,\n"


class Till(WatchedDatabase):
    """Payments' database, as the tests look into it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.story = Story(database)


@pytest.fixture(scope="module")
def client(cash_desk: RunningGateway) -> Client:
    """Of somebody who may do all that payments offers."""
    person = {"name": "钱总", "login": "qianzong", "roles": ["admin", "finance", "sales_admin"], "password": PASSWORD}
    admin = cash_desk.client("admin")
    assert admin.post("/users", person).status_code == 201
    client = cash_desk.client("qianzong")
    passwords = {"current_password": PASSWORD, "new_password": f"{PASSWORD}!"}
    assert client.request("PUT", "/session/password", json=passwords).status_code == 204
    return client


@pytest.fixture(scope="module")
def till(cash_desk: RunningGateway) -> Iterator[Till]:
    database = Database(cash_desk.database_url.format(service="payments"), pool_size=4)
    yield Till(database)
    database.close()


@pytest.fixture(scope="module")
def ids(till: Till, client: Client) -> dict[str, str]:
    """One of everything by path variable, and two in every list."""
    story = till.story
    customer = story.customer()
    bills = [story.bill(customer, amount) for amount in ("100.00", "200.00")]
    for amount in ("100.00", "200.00"):
        story.receipt(amount)
    for write_off_id in story.started():
        story.turn("archived", write_off_id)
    for amount in ("300.00", "400.00"):
        story.bill(customer, amount)
    _earned_by_another(story)
    strange = [story.receipt("7.00", payer=payer) for payer in ("无人公司", "无主公司")]
    for payer in ("张三", "李四"):
        assign_receipt(story.begin(SALES_ADMIN), story.receipt("1.00", payer=payer), customer_id=customer, why="法人")
    accounts = _interest(till, customer)
    for path, value in (("/unit-costs", {"unit_cost": "0.03"}), ("/commission-rates", {"rate": "0.12"})):
        for day in ("2999-01-01", "2999-02-01"):
            change = {"product_type": "voice", "valid_from": day, "reason": "年度调整", **value}
            tagged = {"If-Match": client.get(path).headers["ETag"]}
            assert client.request("PUT", path, json=change, headers=tagged).status_code == 200
    imported = [client.request("POST", "/receipt-imports", data=(STATEMENT + WRONG_ROWS).encode()) for _ in range(2)]
    assert {answer.status_code for answer in imported} == {201}, imported[0].text
    return {
        "customer_id": str(customer),
        "bill_id": str(bills[0]),
        "receipt_id": str(strange[0]),
        "write_off_id": str(story.started()[0]),
        "import_id": imported[0].json()["id"],
        "alias_id": str(story.aliases()[0]["id"]),
        "account_id": str(accounts[0]),
        "code": "icbc",
    }


def _earned_by_another(story: Story) -> None:
    """A second owner with commission in the same month."""
    story.bill(story.customer("旁人有限公司", owner=OTHER_SALES), "50.00")
    story.receipt("50.00", payer="旁人有限公司")
    story.turn("archived", story.started()[-1])


def _interest(till: Till, customer: UUID) -> list[UUID]:
    """Two rates, two accounts that are left out, two months accrued; the accounts."""
    accruals, accounts = Accruals(till.story), [new_id() for _ in range(3)]
    for rate, month in (("0.005", "2026-01"), ("0.006", "2026-03")):
        accruals.rate(rate, month)
    for account in accounts:
        accruals.move(customer, account, "1000.00", date(2026, 1, 1))
    for account in accounts[:2]:
        accruals.exempt(account, ("2026-02", None))
    for day in ("2026-03-01", "2026-04-01"):
        accruals.run(day)
    till.story.now = NOW
    return accounts


def right_body(route: DocumentedRoute, ids: dict[str, str]) -> Any:
    """A body that the route takes, so that each bad value comes as far as it can; ``None`` for one that is not known here."""
    columns = {name: [[name]] for name in ("bank_account", "reference", "received_at", "payer_name", "amount", "remark")}
    receipt = {"bank_account": "6222", "reference": "T1", "received_at": NOW.isoformat(), "payer_name": "甲", "amount": "5.00"}
    dated = {"version": 7, "product_type": "voice", "valid_from": "2999-03-01", "reason": "年度调整"}
    bodies: dict[str, Any] = {
        "/receipts": {**receipt, "payer_account": "310", "remark": "货款"},
        "/receipts/{receipt_id}/assign": {"customer_id": ids["customer_id"], "why": "法人"},
        "/receipt-suggestions": {"receipt_ids": [ids["receipt_id"]]},
        "/payer-aliases/{alias_id}/withdraw": {"why": "认错了"},
        "/interest-rates": {"version": 7, "from_month": "2026-05", "rate": "0.005", "reason": "总经理办公会"},
        "/interest-exemptions": {
            "account_id": ids["account_id"],
            "version": 7,
            "periods": [{"from_month": "2026-05", "to_month": "2026-06"}],
            "reason": "大客户协议",
        },
        "/unit-costs": {**dated, "unit_cost": "0.03"},
        "/commission-rates": {**dated, "rate": "0.12"},
        "/receipts/{receipt_id}/unmatch": {"why": "认错了", "withdraw_alias": True},
        "/bank-mappings/{code}": {
            "name_zh": "自定",
            "name_en": "Own",
            "columns": columns,
            "time_formats": ["%Y%m%d"],
            "incoming": {"headers": ["借/贷"], "values": ["贷"]},
            "outgoing": ["支出"],
            "passed_over": ["合计"],
            "account_labels": ["账号"],
            "unique_by": ["year"],
            "split_payer": False,
            "version": 7,
        },
    }
    return bodies.get(route.path)


def assert_named(place: Any, answer: requests.Response) -> None:
    """Of a body that is right but for one field, this field is told; the name of one that nobody can store is not told back."""
    if isinstance(place, tuple) and place != ("\0",):
        named = [error["field"] for error in answer.json()["errors"]]
        assert any(each.startswith(".".join(place)) for each in named), (place, named)


@pytest.mark.parametrize("route", payment_routes(), ids=str)
def test_bad_input_is_told_by_its_field_and_nothing_is_a_fault_nor_changes_anything(
    client: Client, till: Till, ids: dict[str, str], route: DocumentedRoute
) -> None:
    documented = described()["paths"][f"{API}{route.path}"][route.method.lower()]["responses"]
    # That somebody took a list away as a file is noted.
    besides = "audit_entries" if route.path.endswith(".xlsx") else ""
    before, right = till.seen(besides=besides), right_body(route, ids)
    for why, answer in bad_requests(client, route, ids, right):
        assert_told(why, answer)
        if right and answer.status_code == 422:
            assert_named(why[0], answer)
        if answer.status_code == 414:
            continue  # the HTTP server's own, before any route
        if answer.status_code < 400:
            assert str(answer.status_code) in documented, (why, answer.status_code)
        else:
            assert answer.headers["Content-Type"] == PROBLEM, (why, answer.status_code)
        if route.method == "GET":
            continue  # what reading must not change is looked at once, when all is asked
        if answer.status_code < 400:
            before = till.seen(besides=besides)
        else:
            assert till.seen(besides=besides) == before, (why, answer.text, "refused, and yet something changed")
    assert till.seen(besides=besides) == before, "reading changed something"


@pytest.mark.parametrize("route", [route for route in payment_routes() if route.path_variables or route.body], ids=str)
def test_what_a_salesperson_may_not_see_is_answered_like_what_does_not_exist(
    cash_desk: RunningGateway, till: Till, ids: dict[str, str], route: DocumentedRoute
) -> None:
    hidden = {**ids, "receipt_id": str(till.story.receipt("1.00"))}
    stranger, answers = cash_desk.client("sales"), []
    for known in (hidden, {name: str(new_id()) for name in hidden}):
        answer = stranger.request(route.method, route.at(**known), json=right_body(route, known) or route.sample())
        told = {name: value for name, value in answer.json().items() if name not in ("trace_id", "instance")}
        answers.append((answer.status_code, told))
    assert answers[0] == answers[1]
    status, told = answers[0]
    assert told.get("code") == "permission_missing" or status == 404 or told == {"items": []}


def asked_of(route: DocumentedRoute) -> dict[str, str]:
    """What a question to a route must say: some are of one month."""
    return APRIL if route.path.startswith("/commission-statements") else {}


ASKED_AT_ONCE = [route for route in payment_routes() if route.method == "GET" and not route.path_variables]


@pytest.mark.parametrize("route", ASKED_AT_ONCE, ids=str)
def test_no_list_and_no_file_shows_a_salesperson_anything_of_a_hidden_customer(
    cash_desk: RunningGateway, client: Client, ids: dict[str, str], route: DocumentedRoute
) -> None:
    """Asked for everything, and by each id that one may have guessed: this then is the answer to an id that nobody has."""
    stranger = cash_desk.client("sales")
    hidden = (YUNFAN, *(value for name, value in ids.items() if name not in ("receipt_id", "import_id", "code")))
    guessed = {**ids, "owner_id": str(ZHANG_WEI)}
    answers = [stranger.get(route.path, params=asked_of(route))]
    if answers[0].status_code == 403:
        assert answers[0].json()["code"] == "permission_missing"
        return
    for name in sorted(guessed.keys() & set(route.query)):
        pair = [stranger.get(route.path, params={**asked_of(route), name: value}) for value in (guessed[name], str(new_id()))]
        assert [answer.status_code for answer in pair] == [200, 200], name
        assert _told(pair[0]) == _told(pair[1]), name
        answers += pair
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert not [word for word in hidden if word in _told(answer)]
    if {"customer_id", "owner_id"} & set(route.query):
        seen = _told(client.get(route.path, params=asked_of(route)))
        assert any(word in seen for word in hidden), "else this test could not fail"


def _told(answer: requests.Response) -> str:
    return str(rows_of(answer.content)) if answer.content.startswith(b"PK") else answer.text


@pytest.mark.parametrize("route", [route for route in payment_routes() if "cursor" in route.query], ids=str)
def test_a_cursor_that_this_list_did_not_give_for_this_sort_is_refused(
    client: Client, ids: dict[str, str], route: DocumentedRoute
) -> None:
    path, asked = route.at(**ids), asked_of(route)
    first = client.get(path, params={**asked, "page_size": 1}).json()
    assert first["next_cursor"], "ids() makes two rows of every list: a new list wants its own"
    sort, value, key = json.loads(base64.urlsafe_b64decode(first["next_cursor"] + "=="))
    assert client.get(path, params={**asked, "cursor": first["next_cursor"]}).status_code == 200
    others = [[sort, wrong, key] for wrong in WRONG_VALUES] + [[sort, value, wrong] for wrong in WRONG_VALUES]
    more: tuple[Any, ...] = ([f"{sort}x", value, key], [sort, value], [sort], [], {}, "x", 1, None, [[sort], value, key])
    for content in (*others, *more):
        cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        answer = client.get(path, params={**asked, "cursor": cursor})
        assert_told(content, answer)
        assert answer.status_code in (200, 422), (content, answer.text)
    for wrong in ("0", "201", "-1", "1.5", "x", "9" * 30):
        refused = client.get(path, params={**asked, "page_size": wrong})
        assert [error["field"] for error in refused.json()["errors"]] == ["page_size"], wrong
        if "sort" in route.query:
            unknown = client.get(path, params={**asked, "sort": f"by_{wrong}"})
            assert [error["field"] for error in unknown.json()["errors"]] == ["sort"], wrong


@pytest.mark.parametrize("route", payment_routes(uploads=True), ids=str)
def test_a_file_that_is_none_is_told_and_nothing_is_kept_of_it(
    client: Client, till: Till, ids: dict[str, str], route: DocumentedRoute
) -> None:
    before = till.seen()
    for name in route.query:
        for bad in BAD_TEXTS:
            answer = client.request(route.method, route.at(**ids), params={name: bad}, data=b"x")
            assert_told((name, bad), answer)
            assert answer.status_code >= 400, (name, bad)
    book = workbook(STATEMENT.splitlines()[0].split(","), ["6222", "F9", "2026-04-03", "甲", "310", "x", ""])
    broken = (b"", b"\0", b"x" * 1000, b"PK\x03\x04", book[: len(book) // 2], b"\xff\xfe\xfd", b"%PDF-1.7", b'"' * 200_001)
    for content in broken:
        answer = client.request(route.method, route.at(**ids), data=content, headers={"Content-Type": "application/json"})
        assert_told(content[:20], answer)
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM), content[:20]
    assert till.seen() == before
