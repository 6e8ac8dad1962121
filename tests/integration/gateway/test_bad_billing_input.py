"""What bad input to billing gets (spec, gateway.md, "HTTP conventions"): an answer that says what is wrong, never a fault; and
nothing has changed by it; and of what the caller may not see, the same answer as of what does not exist.

Of every route of the context and every field that OpenAPI documents: one that is added is tried here, too.
"""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from services.kit.database import Database
from services.kit.ids import new_id
from tests.integration.billing.office import MARCH, Office, selected, unified
from tests.integration.billing.prepaid import Prepaid
from tests.integration.gateway.bad_input import BAD_TEXTS, assert_told, bad_requests
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway
from tests.integration.gateway.documented_routes import API, DocumentedRoute, billing_routes, described
from tests.integration.gateway.watched import WatchedDatabase
from tests.workbooks import workbook

PROBLEM = "application/problem+json"
WRONG_VALUES = ("", "x", "\0", "NaN", "1e400", "9" * 40, "-1", "0001-01-01", "9999-12-31", "9999-12", None, 1, ["x"])


class Books(WatchedDatabase):
    """Billing's database, as the tests look into it."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database)
        self.office = Office(database, folder)


@pytest.fixture(scope="module")
def client(accounts_room: RunningGateway) -> Client:
    """Of somebody who may do all that billing offers."""
    person = {"name": "钱总", "login": "qianzong", "roles": ["admin", "finance"], "password": PASSWORD}
    admin = accounts_room.client("admin")
    assert admin.post("/users", person).status_code == 201
    client = accounts_room.client("qianzong")
    passwords = {"current_password": PASSWORD, "new_password": f"{PASSWORD}!"}
    assert client.request("PUT", "/session/password", json=passwords).status_code == 204
    return client


@pytest.fixture(scope="module")
def books(accounts_room: RunningGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    database = Database(accounts_room.database_url.format(service="billing"), pool_size=4)
    yield Books(database, tmp_path_factory.mktemp("books"))
    database.close()


@pytest.fixture(scope="module")
def ids(books: Books, client: Client) -> dict[str, str]:
    """One of everything by path variable, and two in every list."""
    office = books.office
    customer = office.customer()
    products = [office.product(customer, kind, kind) for kind in ("industry_sms", "mms")]
    for number, product in enumerate(products):
        office.account(product, customer, f"yunfan{number}")
        office.price(product, unified("0.05"), kind="unified", valid_from="2026-02-01")
        office.report([(f"yunfan{number}", date(2026, month, 1), "CMCC", 6000) for month in (2, 3)])
        office.product(customer, f"unused {number}")
    run = office.run_billing(shards=1)
    bills = [row.id for row in office.rows("SELECT id FROM bills")]
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills))
    office.archive("reconciliation", process, selected(*bills))
    for bill in bills:
        asked = {"bills": [{"bill_id": str(bill), "amount": "300.00"}], "invoice_type": "special"}
        office.prepare("bill_invoice", new_id(), customer, asked)
    office.run_billing(MARCH.plus(-1), shards=1)  # whose bills stay open
    prepaid = Prepaid(office, customer)
    recharge, _ = (prepaid.recharge("500.00") for _ in range(2))
    Prepaid(office, customer, "prepaid02").recharge("500.00")
    for name in ("prepaid01", "prepaid02"):  # whose bills are open
        office.report([(name, date(2026, 3, 1), "CMCC", 6000)])
    office.run_billing(attempt=2, shards=1)
    office.report([(f"nobody{number}", date(2026, 3, 1), "CMCC", 1) for number in range(6)])
    for number in range(2):
        imported = client.request("POST", "/usage-imports", data=f"account,day,operator,quantity\n{number}".encode())
        assigned = client.post("/usage/assigned-names", _assignment(f"nobody{number}", str(prepaid.account)))
        assert (imported.status_code, assigned.status_code) == (202, 201), (imported.text, assigned.text)
    statements = [client.post("/statements", {"bill_ids": [str(bill)]}).json()["id"] for bill in bills]
    return {
        "customer_id": str(customer),
        "product_id": str(products[0]),
        "account_id": str(prepaid.account),
        "run_id": str(run),
        "bill_id": str(bills[0]),
        "statement_id": statements[0],
        "invoice_id": str(office.rows("SELECT id FROM invoices")[0].id),
        "process_id": str(recharge),
    }


def _assignment(name: str, account_id: str) -> dict[str, str]:
    return {"name": name, "account_id": account_id, "reason": "客户来函确认"}


def right_body(route: DocumentedRoute, ids: dict[str, str]) -> Any:
    """A body that the route takes, so that each bad value comes as far as it can; ``None`` for one that is not known here."""
    line = {"account": "yunfan0", "day": "2026-03-02", "operator": "CMCC", "quantity": 1}
    tiers = [{"up_to": 5, "unit_price": "0.05"}, {"up_to": None, "unit_price": "0.04"}]
    bodies: dict[str, Any] = {
        "/usage-reports": {"source": "http", "report_id": "1", "replaces": None, "lines": [line]},
        "/billing-runs": {"month": "2026-03", "customer_id": ids["customer_id"]},
        "/statements": {"bill_ids": [ids["bill_id"]]},
        "/customers/{customer_id}/bill-selection": {"bill_ids": [ids["bill_id"]]},
        "/usage/assigned-names": _assignment("nobody2", ids["account_id"]),
        "/usage/assigned-names/release": {"name": "nobody0", "reason": "认错了"},
        "/price-quotes": {
            "product_id": ids["product_id"],
            "day": "2026-03-10",
            "kind": "tiered",
            "prices": [{"segment": "CMCC", "tiers": tiers}],
            "volumes": [{"segment": "CMCC", "quantity": 10}],
        },
    }
    return bodies.get(route.path)


def assert_named(place: Any, answer: requests.Response) -> None:
    """Of a body that is right but for one field, this field is told; the name of one that nobody can store is not told back."""
    if isinstance(place, tuple) and place != ("\0",):
        named = [error["field"] for error in answer.json()["errors"]]
        assert any(each.startswith(".".join(place)) for each in named), (place, named)


@pytest.mark.parametrize("path", ["/usage-reports", "/billing-runs", "/statements", "/price-quotes"])
def test_what_the_bad_bodies_are_made_of_is_right(client: Client, ids: dict[str, str], path: str) -> None:
    (route,) = [each for each in billing_routes() if (each.method, each.path) == ("POST", path)]
    answer = client.post(path, right_body(route, ids))
    assert answer.status_code in (200, 201, 202), answer.text


@pytest.mark.parametrize("route", billing_routes(), ids=str)
def test_bad_input_is_told_by_its_field_and_nothing_is_a_fault_nor_changes_anything(
    client: Client, books: Books, ids: dict[str, str], route: DocumentedRoute
) -> None:
    documented = described()["paths"][f"{API}{route.path}"][route.method.lower()]["responses"]
    # That somebody took a list away as a file is noted.
    besides = "audit_entries" if route.path.endswith(".xlsx") else ""
    before, right = books.seen(besides=besides), right_body(route, ids)
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
            before = books.seen(besides=besides)
        else:
            assert books.seen(besides=besides) == before, (why, answer.text, "refused, and yet something changed")
    assert books.seen(besides=besides) == before, "reading changed something"


@pytest.mark.parametrize("route", [route for route in billing_routes() if route.path_variables or route.body], ids=str)
def test_what_a_salesperson_may_not_see_is_answered_like_what_does_not_exist(
    accounts_room: RunningGateway, client: Client, ids: dict[str, str], route: DocumentedRoute
) -> None:
    own_run = client.post("/billing-runs", {"month": "2026-03", "customer_id": ids["customer_id"]})
    hidden = {**ids, "run_id": own_run.json()["id"]}
    stranger, answers = accounts_room.client("sales"), []
    for known in (hidden, {name: str(new_id()) for name in hidden}):
        answer = stranger.request(route.method, route.at(**known), json=right_body(route, known) or route.sample())
        problem = answer.json()
        answers.append((answer.status_code, problem["code"], problem["detail"], problem["params"], problem["errors"]))
    assert answers[0] == answers[1]
    status, code, *_, errors = answers[0]
    assert (status, code) in {(404, code), (403, "permission_missing"), (422, "invalid_input")}
    assert {error["code"] for error in errors} <= {"bill_not_found"}, "the body is right"


@pytest.mark.parametrize("route", [route for route in billing_routes() if "cursor" in route.query], ids=str)
def test_a_cursor_that_this_list_did_not_give_for_this_sort_is_refused(
    client: Client, ids: dict[str, str], route: DocumentedRoute
) -> None:
    path = route.at(**ids)
    first = client.get(path, params={"page_size": 1}).json()
    assert first["next_cursor"], "ids() makes two rows of every list: a new list wants its own"
    sort, value, key = json.loads(base64.urlsafe_b64decode(first["next_cursor"] + "=="))
    assert client.get(path, params={"cursor": first["next_cursor"]}).status_code == 200
    others = [[sort, wrong, key] for wrong in WRONG_VALUES] + [[sort, value, wrong] for wrong in WRONG_VALUES]
    contents: tuple[Any, ...] = (
        *others,
        [f"{sort}x", value, key],
        [sort, value],
        [sort],
        [],
        {},
        "x",
        1,
        None,
        [[sort], value, key],
    )
    for content in contents:
        cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        answer = client.get(path, params={"cursor": cursor})
        assert_told(content, answer)
        assert answer.status_code in (200, 422), (content, answer.text)
    for wrong in ("0", "201", "-1", "1.5", "x", "9" * 30):
        refused = client.get(path, params={"page_size": wrong})
        assert [error["field"] for error in refused.json()["errors"]] == ["page_size"], wrong


@pytest.mark.parametrize("route", billing_routes(uploads=True), ids=str)
def test_a_file_that_is_none_is_told_and_nothing_is_kept_of_it(
    client: Client, books: Books, ids: dict[str, str], route: DocumentedRoute
) -> None:
    before = books.seen()
    for name in route.query:
        for bad in BAD_TEXTS:
            answer = client.request(route.method, route.at(**ids), params={name: bad}, data=b"x")
            assert_told((name, bad), answer)
    book = workbook(("国家", "单价"), ("US", "0.05"))
    for content in (b"", b"\0", b"x" * 1000, b"PK\x03\x04", book[: len(book) // 2], b"\xff\xfe\xfd", b"%PDF-1.7"):
        answer = client.request(route.method, route.at(**ids), data=content, headers={"Content-Type": "application/json"})
        assert_told(content[:20], answer)
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == PROBLEM
            assert books.seen() == before, content[:20]
        before = books.seen()
