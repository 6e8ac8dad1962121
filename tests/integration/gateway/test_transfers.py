"""Transfers and protection over HTTP: who may, and what people read."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import delete, insert

from services.customer.store.tables import Customer, CustomerSearch, TierMove, User
from services.kit.database import Database
from tests.integration.gateway.company import Client, RunningGateway


@pytest.fixture(autouse=True)
def _known_people(house: RunningGateway) -> Iterator[None]:
    """Customer knows who sells; nothing carries events here."""
    database = Database(house.database_url.format(service="customer"), pool_size=1)
    department_id = house.departments["销售一部"]
    known = [
        {
            "id": house.users[login],
            "login": login,
            "name": login,
            "department_id": department_id,
            "roles": ["sales"],
            "active": True,
            "version": 1,
        }
        for login in ("sales", "lead")
    ]
    with database.session() as session, session.begin():
        session.execute(insert(User), known)
    yield
    with database.session() as session, session.begin():
        for table in (TierMove, CustomerSearch, Customer, User):
            session.execute(delete(table))
    database.close()


def _added(client: Client, name: str) -> str:
    answer = client.post("/customers", {"name": name})
    assert answer.status_code == 201, answer.text
    customer_id: str = answer.json()["id"]
    return customer_id


def _transfer(client: Client, to: UUID, customer_ids: list[str], *, language: str = "zh", **headers: str) -> requests.Response:
    body = {"customer_ids": customer_ids, "to_user_id": str(to), "reason": "区域调整"}
    return client.post("/customer-transfers", body, headers={"Accept-Language": language, **headers})


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("zh", [None, "没有找到该客户，或您无权查看。", "客户“海鸥”已由 lead 跟进。"]),
        ("en", [None, "No such customer, or not visible to you.", "Customer “海鸥” is lead's already."]),
    ],
)
def test_every_customers_outcome_is_told_in_the_callers_language(
    house: RunningGateway, language: str, messages: list[str | None]
) -> None:
    sales, lead = house.client("sales"), house.client("lead")
    mine, leads, nobodys = _added(sales, "云帆"), _added(lead, "海鸥"), str(uuid4())
    answer = _transfer(lead, house.users["lead"], [mine, nobodys, leads], language=language)
    assert answer.status_code == 200, answer.text
    outcome = answer.json()
    assert (outcome["transferred"], outcome["refused"]) == (1, 2)
    assert [item["message"] for item in outcome["items"]] == messages
    assert outcome["items"][2] == {
        "customer_id": leads,
        "customer_name": "海鸥",
        "outcome": "refused",
        "code": "customer_theirs_already",
        "message": messages[2],
    }
    assert sales.get(f"/customers/{mine}").status_code == 404
    assert lead.get(f"/customers/{mine}/history").json()["items"][0]["rule"] == "transferred"


def test_a_transfer_asked_again_with_its_key_happens_once(house: RunningGateway) -> None:
    lead, customer_id = house.client("lead"), _added(house.client("sales"), "云帆")
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (_transfer(lead, house.users["lead"], [customer_id], **key) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["transferred"] == 1
    assert lead.get(f"/customers/{customer_id}").json()["version"] == 2


def test_a_salesperson_neither_transfers_nor_protects(house: RunningGateway) -> None:
    sales = house.client("sales")
    customer_id = _added(sales, "云帆")
    refused = _transfer(sales, house.users["lead"], [customer_id])
    assert (refused.status_code, refused.json()["params"]) == (403, {"permission": "customers.transfer"})
    for login in ("sales", "lead"):
        refused = house.client(login).post(f"/customers/{customer_id}/protection", {"is_protected": True, "reason": "战略客户"})
        assert (refused.status_code, refused.json()["params"]) == (403, {"permission": "customers.protect"})


def test_a_director_protects_a_customer_and_its_owner_reads_why(house: RunningGateway) -> None:
    sales = house.client("sales")
    customer_id = _added(sales, "云帆")
    protected = house.client("director").post(
        f"/customers/{customer_id}/protection", {"is_protected": True, "reason": "战略客户"}
    )
    assert protected.status_code == 200, protected.text
    shown = sales.get(f"/customers/{customer_id}").json()
    assert (shown["is_protected"], shown["protection_reason"]) == (True, "战略客户")
    assert sales.get(f"/customers/{customer_id}/outlook").json()["fall"] is None
