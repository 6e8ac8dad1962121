"""The audit trail of all services as one list (spec, README.md: "Every change … leaves an audit entry: who, when, what, why")."""

from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from services.kit.tables import audit_entries
from tests.integration.gateway.company import Client, RunningGateway

BEHIND = ("customer", "payments", "gateway")
AWAY = ["billing", "workflow"]


@pytest.fixture(scope="module")
def admin(house: RunningGateway) -> Client:
    """With some changes in three services behind him."""
    sales, admin = house.client("sales"), house.client("admin")
    customer = sales.post("/customers", {"name": "上海云帆网络科技有限公司", "source": "referral"})
    assert customer.status_code == 201, customer.text
    path = f"/customers/{customer.json()['id']}"
    assert sales.request("PATCH", path, json={"version": customer.json()["version"], "remarks": "老客户介绍"}).status_code == 200
    assert admin.request("PATCH", f"/users/{house.users['care']}", json={"name": "沈月"}).status_code == 200
    matching = admin.get("/policies/matching").json()
    body = {"version": matching["version"], "match_bank_account": True, "reason": "试行"}
    assert admin.request("PUT", "/policies/matching", json=body).status_code == 200
    return admin


def _everything(client: Client, **query: Any) -> list[dict[str, Any]]:
    """Page by page, until nobody is left but who is away: that there is no more, those alone could say."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = client.get("/audit", params={**query, "cursor": cursor})
        if answer.status_code == 503:
            assert answer.json()["params"]["service"] in AWAY
            return found
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]


def _kept(house: RunningGateway, service: str) -> set[str]:
    with create_engine(house.database_url.format(service=service), poolclass=NullPool).connect() as connection:
        return {str(each) for each in connection.scalars(select(audit_entries.c.id))}


@pytest.mark.parametrize("page_size", [2, 200])
def test_all_services_changes_are_one_list_newest_first(house: RunningGateway, admin: Client, page_size: int) -> None:
    found = _everything(admin, page_size=page_size)
    assert {each["id"] for each in found} == set.union(*(_kept(house, service) for service in BEHIND))
    assert len({each["id"] for each in found}) == len(found)
    assert {each["service"] for each in found} == set(BEHIND)
    assert [each["at"][:23] for each in found] == sorted((each["at"][:23] for each in found), reverse=True)


def test_a_service_that_is_away_is_named_and_the_rest_is_shown(admin: Client) -> None:
    answer = admin.get("/audit").json()
    assert answer["missing"] == AWAY
    assert answer["items"]
    alone = admin.get("/audit", params={"service": "billing"})
    assert (alone.status_code, alone.json()["code"]) == (503, "service_unavailable")


def test_one_service_is_asked_alone(admin: Client) -> None:
    for service in BEHIND:
        answer = admin.get("/audit", params={"service": service}).json()
        assert answer["missing"] == []
        assert {each["service"] for each in answer["items"]} == {service}


def test_entries_say_who_changed_what_from_what_to_what_and_why(house: RunningGateway, admin: Client) -> None:
    (renamed,) = _everything(admin, subject_type="user", subject_id=str(house.users["care"]), action="user_changed")
    assert (renamed["user_id"], renamed["user_name"]) == (str(house.users["admin"]), "管理员")
    assert (renamed["before"], renamed["after"]) == ({"name": "沈悦"}, {"name": "沈月"})
    (policy,) = _everything(admin, why="试行")
    assert (policy["service"], policy["user_name"], policy["why"]) == ("payments", "管理员", "试行")
    assert {each["user_name"] for each in _everything(admin, user_id=str(house.users["sales"]))} == {"张伟"}


def test_a_subjects_history_is_asked_for_by_type_and_id(house: RunningGateway, admin: Client) -> None:
    customer = house.client("sales").get("/customers").json()["items"][0]
    history = _everything(admin, subject_type="customer", subject_id=customer["id"])
    assert {each["action"] for each in history} >= {"customer_changed"}
    assert {each["subject_id"] for each in history} == {customer["id"]}
    half = admin.get("/audit", params={"subject_type": "customer"})
    assert (half.status_code, [each["field"] for each in half.json()["errors"]]) == (422, ["subject_id"])


@pytest.mark.parametrize(
    "query", [{"cursor": "made up"}, {"service": "nobody"}, {"page_size": "0"}, {"from": "now"}, {"sort": "at"}]
)
def test_a_question_that_makes_no_sense_is_refused(admin: Client, query: dict[str, str]) -> None:
    answer = admin.get("/audit", params=query)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, list(query))


def test_administrators_alone_read_it(house: RunningGateway) -> None:
    for login in ("sales", "lead", "director", "administration", "care"):
        answer = house.client(login).get("/audit")
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing"), login
