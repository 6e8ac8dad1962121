"""Matching through the door: suggestions, assignment, aliases and the policy (spec, payments.md, "Matching")."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from deploy.api_client import wait_until
from services.kit.caller import Caller
from services.kit.database import Database
from services.kit.ids import new_id
from tests.integration.gateway.bad_input import assert_told, bad_requests
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.documented_routes import DocumentedRoute, payment_routes
from tests.integration.payments.story import YUNFAN, Story

ACCOUNT, SAME_ACCOUNT = "6222 0210 0100 1234", "6222021001001234"


@pytest.fixture(scope="module")
def door(start_gateway: StartGateway) -> RunningGateway:
    """With customer, payments and notify, which have the policies, behind it, and payments' worker."""
    return start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer payments notify",
        WORKED="payments",
        L2C_RPC_TIMEOUT_SECONDS="10",
        L2C_HEALTH_PORT_BASE="0",
    )


@pytest.fixture(scope="module")
def story(door: RunningGateway) -> Iterator[Story]:
    """Payments' database behind that door."""
    database = Database(door.database_url.format(service="payments"), pool_size=4)
    yield Story(database)
    database.close()


@pytest.fixture
def administration(door: RunningGateway) -> Client:
    return door.client("administration")


@pytest.fixture
def owner(door: RunningGateway) -> Caller:
    return Caller(str(door.users["sales"]), "张伟", str(door.departments["销售一部"]), roles=frozenset({"sales"}))


def posted(client: Client, payer: str, *, account: str = "") -> dict[str, Any]:
    """A receipt typed in."""
    receipt = {
        "bank_account": "6222",
        "reference": str(new_id()),
        "received_at": "2026-04-03T10:00:00+08:00",
        "payer_name": payer,
        "payer_account": account,
        "amount": "5.00",
    }
    answer = client.post("/receipts", receipt)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_receipts_page_suggests_whose_it_may_be_in_words(
    door: RunningGateway, story: Story, administration: Client, owner: Caller
) -> None:
    customer_id = story.customer(YUNFAN, owner=owner)
    story.customer("上海云帆信息技术有限公司")  # somebody else's
    receipt = posted(administration, "上海云帆网络科技有限责任公司")
    shown = door.client("sales").get(f"/receipts/{receipt['id']}").json()
    (suggestion,) = shown["suggestions"]
    assert (suggestion["rank"], suggestion["customer_id"], suggestion["owner_name"]) == (1, str(customer_id), "张伟")
    (reason,) = suggestion["reasons"]
    assert reason["zh"] == f"与“{YUNFAN}”只差公司形式（付款人为“有限责任公司”，客户为“有限公司”）。"
    assert reason["en"].startswith(f"Differs from “{YUNFAN}” in the legal form alone")
    (item,) = administration.post("/receipt-suggestions", {"receipt_ids": [receipt["id"], str(new_id())]}).json()["items"]
    assert item["suggestions"][0] == suggestion
    assert item["suggestions"][1]["customer_name"] == "上海云帆信息技术有限公司", "sales administration sees all"
    none = administration.post("/receipt-suggestions", {"receipt_ids": []})
    assert (none.status_code, none.json()["errors"][0]["field"]) == (422, "receipt_ids")


def test_sales_administration_assigns_and_withdraws_what_was_remembered(
    door: RunningGateway, story: Story, administration: Client, owner: Caller
) -> None:
    customer_id = str(story.customer("百川数据有限公司", owner=owner))
    receipt = posted(administration, "张三")
    sales = door.client("sales")
    assert sales.post(f"/receipts/{receipt['id']}/assign", {"customer_id": customer_id}).status_code == 403
    assigned = administration.post(f"/receipts/{receipt['id']}/assign", {"customer_id": customer_id, "why": "法人代付"})
    assert (assigned.status_code, assigned.json()["matched_by"]) == (200, "assignment")
    (alias,) = sales.get(f"/payer-aliases?customer_id={customer_id}&in_force=true").json()["items"]
    assert (alias["payer_name"], alias["why"]) == ("张三", "法人代付")
    withdraw = f"/payer-aliases/{alias['id']}/withdraw"
    assert sales.post(withdraw, {"why": "弄错了"}).status_code == 403
    assert administration.post(withdraw, {"why": " "}).status_code == 422
    assert administration.post(withdraw, {"why": "弄错了"}).json()["withdrawn_why"] == "弄错了"
    again = administration.post(withdraw, {"why": "弄错了"})
    assert (again.status_code, again.json()["code"]) == (409, "payer_alias_withdrawn")
    assert administration.post(f"/payer-aliases/{new_id()}/withdraw", {"why": "x"}).status_code == 404
    assert sales.get("/payer-aliases?in_force=true").json()["items"] == []


def test_to_assign_a_payer_who_is_called_as_another_customer_needs_a_reason(
    story: Story, administration: Client, owner: Caller
) -> None:
    story.customer("青禾传媒有限公司", owner=owner)
    other = str(story.customer("青禾集团", owner=owner))
    receipt = posted(administration, "青禾传媒有限公司")
    undone = administration.post(f"/receipts/{receipt['id']}/unmatch", {"why": "代集团付款"})
    assert undone.json()["suggestions"][-1]["reasons"][0]["is_warning"] is True
    refused = administration.post(f"/receipts/{receipt['id']}/assign", {"customer_id": other})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"] == "付款人正是客户“青禾传媒有限公司”的名称，请说明指派给他人的原因。"
    assert administration.post(f"/receipts/{receipt['id']}/assign", {"customer_id": other, "why": "代付"}).status_code == 200


_PAYER_ROUTES = [route for route in payment_routes() if route.path.startswith(("/payer-", "/receipt-suggestions"))]


@pytest.mark.parametrize("route", _PAYER_ROUTES, ids=str)
def test_bad_input_is_told_in_words_and_is_no_fault(
    story: Story, administration: Client, owner: Caller, route: DocumentedRoute
) -> None:
    receipt = posted(administration, "王五")
    assigned = {"customer_id": str(story.customer("九州医疗有限公司", owner=owner))}
    assert administration.post(f"/receipts/{receipt['id']}/assign", assigned).status_code == 200
    (alias,) = administration.get("/payer-aliases?payer=王五&in_force=true").json()["items"]
    right = {"/receipt-suggestions": {"receipt_ids": [receipt["id"]]}, "/payer-aliases/{alias_id}/withdraw": {"why": "弄错了"}}
    for why, answer in bad_requests(administration, route, {"alias_id": alias["id"]}, right.get(route.path)):
        assert_told(why, answer)
    if route.path.endswith("/withdraw"):
        assert administration.get("/payer-aliases?payer=王五&in_force=true").json()["items"] == [], "what was right was done"
    else:
        withdrawn = administration.post(f"/payer-aliases/{alias['id']}/withdraw", {"why": "下一个"})
        assert withdrawn.status_code == 200, "and nothing else was"


def test_an_administrator_sets_whether_accounts_match_and_what_waits_is_looked_at_again(
    door: RunningGateway, story: Story, administration: Client, owner: Caller
) -> None:
    customer_id = story.customer("星河文化有限公司", account=ACCOUNT, owner=owner)
    receipt = posted(administration, "无名", account=SAME_ACCOUNT)
    assert receipt["state"] == "unmatched"
    admin, sales = door.client("admin"), door.client("sales")
    seen = admin.get("/policies/matching").headers["ETag"]
    wanted = {"match_bank_account": True, "reason": "试行一季度"}
    assert sales.request("PUT", "/policies/matching", json={**wanted, "version": 0}).status_code == 403
    changed = admin.request("PUT", "/policies/matching", json=wanted, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text
    late = admin.request("PUT", "/policies/matching", json=wanted, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "policy_changed_meanwhile")
    policies = sales.get("/policies").json()
    assert (policies["matching"]["set_by_name"], policies["funnel"]["version"]) == ("管理员", 0)
    assert sales.get("/policies/matching/versions").json()["items"][0]["reason"] == "试行一季度"
    wait_until(
        "the receipt is matched by its account",
        lambda: administration.get(f"/receipts/{receipt['id']}").json()["matched_by"] == "bank_account",
    )
    shown = administration.get(f"/receipts/{receipt['id']}").json()
    assert UUID(shown["customer_id"]) == customer_id
    blank = admin.request("PUT", "/policies/matching", json={"match_bank_account": False, "version": 1, "reason": " "})
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (422, "reason")
