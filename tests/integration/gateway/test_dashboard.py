"""The first page with the real services behind it (spec, gateway.md, "Console": 首页).

"profit and commission by day, to-dos by kind, customers about to fall, bills about to be due, what still blocks my commission"
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

import pytest

from deploy.api_client import wait_until
from gateway.permissions import EVERYONE, PERMISSIONS
from services.kit.caller import Caller
from services.kit.database import Database
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.table_locks import is_waiting, locked
from tests.integration.payments.commission import settled, told_bill
from tests.integration.payments.story import Story

APRIL: Final = {"L2C-As-Of": "2026-04-10T02:00:00Z"}
PARTS: Final = {
    "profit_and_commission": "commission.read",
    "to_dos": "processes.read",
    "funnel": "customers.read",
    "falls": "customers.read",
    "due_bills": "receivables.read",
    "blocked_commission": "commission.read",
    "counters": "messages.read",
}
"""Part → who may see it."""
ROLES: Final = {
    "admin": "admin",
    "director": "sales_director",
    "lead": "sales_lead",
    "sales": "sales",
    "administration": "sales_admin",
    "care": "customer_care",
}
"""Login → role."""
LOCKED: Final = {"customer": "customers", "workflow": "tasks", "payments": "receivables", "notify": "messages"}
"""Service → a table that its part reads."""
PATIENT: Final = {"L2C_RPC_TIMEOUT_SECONDS": "40", "L2C_PAGE_PART_SECONDS": "20", "L2C_HEALTH_PORT_BASE": "0"}
"""For tests of what is in the page: the machine may be busy."""
ALL: Final = "customer workflow billing payments notify"


@pytest.fixture(scope="module")
def whole(start_gateway: StartGateway) -> RunningGateway:
    """All services behind the gateway."""
    return start_gateway(SERVICES_PROGRAM, BEHIND=ALL, **PATIENT)


@pytest.fixture(scope="module")
def cash(whole: RunningGateway) -> Iterator[None]:
    """张伟 has a customer who paid a bill of March, one whose bill of January is overdue, one whose bill is not reconciled."""
    database = Database(whole.database_url.format(service="payments"), pool_size=4)
    story = Story(database)
    owner = Caller(str(whole.users["sales"]), "张伟", str(whole.departments["销售一部"]))
    story.customer("甲", owner=owner)
    settled(story)
    story.bill(story.customer("丙", owner=owner), "30.00", month="2026-01", number="B-1")
    told_bill(story, story.customer("乙", owner=owner), "120.00")
    yield
    database.close()


@pytest.fixture(scope="module")
def customer_id(whole: RunningGateway) -> str:
    """An intent customer of 张伟's, added on 10 April."""
    added = whole.client("sales").post("/customers", {"name": "上海云帆网络科技有限公司"}, headers=APRIL)
    assert added.status_code == 201, added.text
    return str(added.json()["id"])


def _dashboard(client: Client, query: str = "", **headers: str) -> Any:
    answer = client.get(f"/dashboard{query}", headers={**APRIL, **headers})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("cash")
def test_the_first_page_has_everything_that_a_salesperson_is_to_know_today(whole: RunningGateway, customer_id: str) -> None:
    page = _dashboard(whole.client("sales"), "?within_days=20")
    assert page["missing"] == []
    drawn = page["profit_and_commission"]["month"]
    assert (drawn["month"], drawn["commission"], drawn["days"][-1]["day"]) == ("2026-04", "70.00", "2026-04-10")
    assert page["to_dos"]["total"] == 0
    assert {each["tier"]: each["count"] for each in page["funnel"]["items"]}["intent"] == 1
    (falling,) = page["falls"]["items"]
    assert (falling["customer_id"], falling["fall"]["on"], falling["days_left"]) == (customer_id, "2026-04-25", 15)
    assert page["due_bills"]["overdue"] == {"count": 1, "amount": "30.00"}
    blocked = page["blocked_commission"]
    assert {each["code"]: each["amount"] for each in blocked["reasons"]} == {"not_reconciled": "120.00", "no_receipt": "30.00"}
    assert [each["next_step"]["code"] for each in blocked["items"]] == ["find_receipt", "start_reconciliation"]
    assert page["counters"] == {"total": 0, "places": {}}


@pytest.mark.usefixtures("cash")
def test_every_link_leads_to_the_whole_list_of_what_its_part_shows(whole: RunningGateway, customer_id: str) -> None:
    client = whole.client("sales")
    page = _dashboard(client, "?within_days=20")
    assert page["links"].keys() == {"to_dos", "falls", "due_bills", "blocked_commission"}
    lists = {part: client.get(link.removeprefix("/api/v1"), headers=APRIL) for part, link in page["links"].items()}
    assert {part: answer.status_code for part, answer in lists.items()} == dict.fromkeys(lists, 200)
    rows = {part: answer.json()["items"] for part, answer in lists.items()}
    assert [each["id"] for each in rows["falls"]] == [customer_id]
    for part in ("due_bills", "blocked_commission"):
        assert rows[part] == page[part]["items"], part
    assert len(rows["to_dos"]) == page["to_dos"]["total"]


@pytest.mark.usefixtures("cash")
def test_each_role_sees_the_parts_of_its_permissions_and_no_other_role_s_customers(whole: RunningGateway) -> None:
    for login, role in ROLES.items():
        page = _dashboard(whole.client(login))
        shown = {part for part in PARTS if page[part] is not None}
        assert shown == {part for part, permission in PARTS.items() if role in PERMISSIONS[permission]}, login
        assert page["missing"] == [], login
        if "due_bills" in shown:
            assert page["due_bills"]["overdue"]["count"] == 1, f"{login} sees all, leads 张伟, or is 张伟"
        assert page["links"].keys() <= shown
    assert PERMISSIONS["dashboard"] == EVERYONE


def test_a_colleague_of_another_department_sees_nothing_of_it(whole: RunningGateway, customer_id: str) -> None:
    admin = whole.client("admin")
    added = {"login": "stranger", "name": "外人", "roles": ["sales"], "password": "correct horse battery"}
    assert admin.post("/users", {**added, "department_id": str(whole.departments["销售二部"])}).status_code == 201
    stranger = whole.client("stranger")
    change = {"current_password": "correct horse battery", "new_password": "another horse"}
    assert stranger.request("PUT", "/session/password", json=change).status_code == 204
    page = _dashboard(stranger, "?within_days=20")
    assert (page["falls"]["items"], page["due_bills"]["items"], page["blocked_commission"]["items"]) == ([], [], [])
    assert customer_id not in str(page)


def test_a_token_sees_the_parts_of_its_scopes(whole: RunningGateway) -> None:
    issued = {"name": "screen", "user_id": str(whole.users["platform"]), "scopes": ["dashboard", "processes.read"]}
    token = whole.client("admin").post("/tokens", issued).json()["token"]
    page = _dashboard(whole.client(), Authorization=f"Bearer {token}")
    assert [part for part in PARTS if page[part] is not None] == ["to_dos"]


def test_nobody_sees_it_unknown_and_a_wrong_question_is_said(whole: RunningGateway) -> None:
    assert whole.client().get("/dashboard").status_code == 401
    for query, name in (("month=2026-13", "month"), ("within_days=-1", "within_days"), ("first=51", "first"), ("x=1", "x")):
        answer = whole.client("sales").get(f"/dashboard?{query}")
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [name]), query


def test_what_a_service_that_is_away_would_bring_is_named_and_the_rest_is_there(start_gateway: StartGateway) -> None:
    without = start_gateway(SERVICES_PROGRAM, BEHIND="customer workflow notify", **PATIENT)
    page = _dashboard(without.client("sales"), **{"Accept-Language": "en"})
    lost = {"profit_and_commission", "due_bills", "blocked_commission"}
    assert {each["part"] for each in page["missing"]} == {part for part in PARTS if page[part] is None} == lost
    assert {each["code"] for each in page["missing"]} == {"service_unavailable"}
    assert page["missing"][0]["message"] == "The payments service is away; please try again."
    assert page["links"].keys() == {"to_dos", "falls"}
    care = _dashboard(without.client("care"))
    assert care["missing"] == [], "nobody misses what he or she may not see"


def test_only_without_any_service_is_the_page_away(start_gateway: StartGateway) -> None:
    alone = start_gateway(SERVICES_PROGRAM, BEHIND="", **PATIENT)
    answer = alone.client("sales").get("/dashboard")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.headers["Retry-After"]


def test_all_services_are_asked_at_once(whole: RunningGateway) -> None:
    """Each waits for a lock of its own database, all at the same time, and then all answer: none is asked after another has
    answered."""
    client = whole.client("sales")
    with ThreadPoolExecutor(1) as pool, ExitStack() as locks:
        for service, table in LOCKED.items():
            locks.enter_context(locked(whole, service, table))
        page = pool.submit(_dashboard, client)
        for service in LOCKED:
            wait_until(f"{service} to wait", partial(is_waiting, whole, service), seconds_max=15)
        locks.close()
        assert page.result(timeout=20)["missing"] == []


def test_a_service_that_hangs_costs_its_part_and_no_other(start_gateway: StartGateway) -> None:
    """A part's time is over before the request's is; and a page's time is that of its parts, not their sum."""
    impatient = {**PATIENT, "L2C_PAGE_PART_SECONDS": "1"}
    hanging = start_gateway(SERVICES_PROGRAM, BEHIND=ALL, **impatient)
    client = hanging.client("sales")
    with locked(hanging, "workflow", LOCKED["workflow"]), locked(hanging, "payments", "commission_entries"):
        page = _dashboard(client)
    lost = {each["part"]: each["code"] for each in page["missing"]}
    assert {"to_dos": "service_unavailable", "profit_and_commission": "service_unavailable"}.items() <= lost.items()
