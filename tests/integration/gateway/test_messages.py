"""Messages through the door: lists, counters, places, the policy; and what bad input to them gets (spec, gateway.md)."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from gateway.routes.jobs import JOB_OWNERS
from services.kit.database import Database
from services.kit.ids import new_id
from services.notify.domain.recipients import Recipient
from services.notify.tasks import tasks
from tests.integration.gateway.bad_input import assert_told, bad_requests
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.documented_routes import DocumentedRoute, message_routes
from tests.integration.notify.mailroom import NOON, Mailroom

WANTED = {"reminder_hours": 8, "escalation_hours": 16, "months_kept": 6, "reason": "试行一季度"}


@pytest.fixture(scope="module")
def post_room(start_gateway: StartGateway) -> RunningGateway:
    """A gateway with notify behind it."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="notify", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def mailroom(post_room: RunningGateway) -> Iterator[Mailroom]:
    """Notify's database behind that door."""
    with closing(Database(post_room.database_url.format(service="notify"), pool_size=2)) as database:
        yield Mailroom(database)


@pytest.fixture
def sales(post_room: RunningGateway) -> Client:
    return post_room.client("sales")


def _mine(door: RunningGateway) -> Recipient:
    return Recipient("user", user_id=str(door.users["sales"]))


def test_a_reader_lists_narrows_and_marks_his_own_messages(post_room: RunningGateway, mailroom: Mailroom, sales: Client) -> None:
    number = str(new_id())
    (first,) = mailroom.post(_mine(post_room), title_zh=f"新账单 {number}", category="billing", place="bills.open")
    (second,) = mailroom.post(_mine(post_room), title_zh=f"公海 {number}")

    def listed(**query: Any) -> list[str]:
        answer = sales.get("/messages", params={"q": number, **query})
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert listed() == [str(second), str(first)]
    assert listed(category="billing") == listed(place="bills") == [str(first)]
    assert sales.post("/messages/read", {"ids": [str(second)]}).json() == {"marked": 1, "is_all": True}
    assert sales.post("/messages/read", {"ids": [str(second)]}).json() == {"marked": 0, "is_all": True}
    assert listed() == [str(first), str(second)], "unread first"
    assert listed(read="false") == [str(first)]
    assert listed(archived="true") == []
    places = sales.get("/counters").json()["places"]
    assert (places["bills.open"], places["bills"]) == (1, 1)
    assert sales.post("/messages/read", {"ids": None}).json()["marked"] >= 1
    assert sales.get("/counters").json() == {"total": 0, "places": {}}
    lead = post_room.client("lead")
    assert lead.get("/messages", params={"q": number}).json()["items"] == []
    assert lead.post("/messages/read", {"ids": [str(first)]}).json() == {"marked": 0, "is_all": True}


def test_the_menus_places_are_told_with_their_names_pages_and_order(sales: Client) -> None:
    items = sales.get("/places").json()["items"]
    todo = next(item for item in items if item["code"] == "processes.todo")
    page = "/processes?box=todo"
    assert todo == {
        "code": "processes.todo",
        "name_zh": "待办",
        "name_en": "To do",
        "page": page,
        "category": "task",
        "has_nodes": True,
    }
    assert [item["code"] for item in items][:2] == ["customers", "customers.funnel"]


def test_an_administrator_sets_the_policy_by_the_tag_that_was_seen_and_sales_reads_it(
    post_room: RunningGateway, sales: Client
) -> None:
    admin = post_room.client("admin")
    seen = admin.get("/policies/notifications").headers["ETag"]
    changed = admin.request("PUT", "/policies/notifications", json=WANTED, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["reminder_hours"], changed.json()["set_by_name"]) == (8, "管理员")
    late = admin.request("PUT", "/policies/notifications", json=WANTED, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (409, "policy_changed_meanwhile")
    assert sales.get("/policies/notifications").json()["reason"] == "试行一季度"
    assert sales.get("/policies/notifications/versions").json()["items"][0]["months_kept"] == 6
    assert sales.request("PUT", "/policies/notifications", json={**WANTED, "version": 1}).status_code == 403


def test_hours_for_the_lead_that_come_before_the_handlers_are_refused_in_words(post_room: RunningGateway) -> None:
    wrong = {**WANTED, "version": 1, "escalation_hours": 8}
    answer = post_room.client("admin").request("PUT", "/policies/notifications", json=wrong)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "escalation_hours"
    assert "8" in error["message"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"place": "x" * 101}, "place"),
        ({"read": "perhaps"}, "read"),
        ({"archived": "perhaps"}, "archived"),
        ({"customer_id": "1"}, "customer_id"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-03-01T00:00:00"}, "since"),
        ({"until": "99999-01-01T00:00:00Z"}, "until"),
        ({"q": "x" * 101}, "q"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"sort": "title"}, "sort"),
        ({"cursor": "unread.x"}, "cursor"),
        ({"cursor": "x"}, "cursor"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(sales: Client, query: dict[str, str], field: str) -> None:
    answer = sales.get("/messages", params=query)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "🙂🙂", " ", "ﬁ", "x" * 100])
def test_any_text_may_be_looked_for(sales: Client, text: str) -> None:
    for query in ({"q": text}, {"place": text}, {"q": text, "archived": "true"}):
        assert sales.get("/messages", params=query).status_code == 200


@pytest.mark.parametrize("body", [{}, {"ids": "all"}, {"ids": ["x"]}, {"ids": [None]}, {"ids": [str(new_id())] * 1001}, []])
def test_a_wrong_mark_is_refused(sales: Client, body: Any) -> None:
    assert sales.post("/messages/read", body).status_code in (400, 422)


@pytest.mark.parametrize("found", message_routes(), ids=str)
def test_bad_input_to_any_route_is_told_and_never_a_fault(post_room: RunningGateway, found: DocumentedRoute) -> None:
    for why, answer in bad_requests(post_room.client("admin"), found, {}):
        assert_told(why, answer)


def test_the_archiving_can_be_asked_for(post_room: RunningGateway, mailroom: Mailroom) -> None:
    assert JOB_OWNERS["message_archiving"] == "notify"
    assert "message_archiving" in tasks.kinds
    mailroom.post(_mine(post_room), posted_at=NOON)
    answer = post_room.client("admin").post("/jobs/message_archiving", {"as_of": "2026-03-02"})
    assert (answer.status_code, answer.json()["name"]) == (202, "message_archiving")
