"""What can be started on a customer's page, with the real services behind it (spec, gateway.md, "Console": "every process that
can be started stands on it, with those that cannot and why")."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest

from deploy.api_client import wait_until
from services.contracts.workflow_definitions import CATALOGUE
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.table_locks import locked

NAME: Final = "上海云帆网络科技有限公司"
PASSWORD: Final = "correct horse battery"


@dataclass(frozen=True)
class Town:
    """All services, and two customers that 张伟 added: one is his, the other he gave to the pool."""

    gateway: RunningGateway
    customer_id: str
    product_id: str
    pooled_id: str

    def page(self, login: str = "sales", customer_id: str = "", **headers: str) -> Any:
        path = f"/customers/{customer_id or self.customer_id}/startable-processes"
        answer = self.gateway.client(login).get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, login: str = "sales", customer_id: str = "", **headers: str) -> dict[str, Any]:
        return {each["code"]: each for each in self.page(login, customer_id, **headers)["items"]}


def _made(client: Client, path: str, body: dict[str, Any], status: int = 201) -> Any:
    answer = client.post(path, body)
    assert answer.status_code == status, answer.text
    return answer.json()


def _hired(gateway: RunningGateway, login: str, name: str, *roles: str, department: str | None = None) -> Client:
    """Somebody new, who has chosen a password."""
    wanted = {"login": login, "name": name, "roles": list(roles), "password": PASSWORD}
    department_id = str(gateway.departments[department]) if department else None
    _made(gateway.client("admin"), "/users", {**wanted, "department_id": department_id})
    client = gateway.client(login)
    change = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert client.request("PUT", "/session/password", json=change).status_code == 204
    return client


@pytest.fixture(scope="module")
def town(start_gateway: StartGateway) -> Town:
    gateway = start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer workflow billing payments notify",
        RELAYED="all",
        L2C_RPC_TIMEOUT_SECONDS="40",
        L2C_PAGE_PART_SECONDS="8",
        L2C_HEALTH_PORT_BASE="0",
    )
    sales = gateway.client("sales")
    # Workflow has heard of the lead before it hears of who comes now.
    nobody = Town(gateway, _made(sales, "/customers", {"name": "杭州无人问津贸易有限公司"})["id"], "", "")
    wait_until("the lead to be known", lambda: nobody.items()["claim_customer"]["reasons"][0]["code"] == "customer_not_in_pool")
    assert nobody.items()["test_account"]["reasons"][0]["code"] == "nobody_holds_role"
    _hired(gateway, "everybody", "林工", "legal", "finance", "operations_vp", "risk_expert", "resource")
    customer_id = _made(sales, "/customers", {"name": NAME})["id"]
    pooled_id = _made(sales, "/customers", {"name": "北京远航物流集团有限公司"})["id"]
    product = _made(sales, f"/customers/{customer_id}/products", {"type": "industry_sms", "payment_mode": "prepaid"})
    town = Town(gateway, customer_id, product["id"], pooled_id)
    account = {"identifier": "yunfan-01", "signature": "云帆", "interface": "http", "status": "trial"}
    _made(gateway.client("care"), f"/products/{product['id']}/accounts", account)
    _made(sales, f"/customers/{pooled_id}/release", {"reason": "转行"}, 200)
    wait_until("billing to know the account", lambda: town.items()["recharge"]["can_start"] is True, seconds_max=60)
    wait_until("the others to know of the pool", lambda: _in_pool(town), seconds_max=60)
    return town


def _in_pool(town: Town) -> bool:
    """Whether billing and payments say that it is there."""
    items = town.items(customer_id=town.pooled_id)
    return all(items[code]["reasons"][0]["code"] == "customer_in_pool" for code in ("recharge", "write_off"))


def test_every_process_stands_there_with_what_it_can_be_about_or_why_it_cannot_start(town: Town) -> None:
    page = town.page()
    assert ([each["code"] for each in page["items"]], page["missing"]) == (list(CATALOGUE), [])
    items = town.items()
    startable = {code: [(each["type"], each["name"]) for each in item["subjects"]] for code, item in items.items()}
    assert startable == {
        "claim_customer": [],
        "test_account": [("customer", NAME), ("product", "行业短信")],
        "contract_review": [("customer", NAME)],
        "channel_registration": [("account", "yunfan-01")],
        "price_adjustment": [("product", "行业短信")],
        "recharge": [("account", "yunfan-01")],
        "special_request": [("customer", NAME)],
        "billing_cycle_change": [("customer", NAME)],
        "reconciliation": [],
        "bill_invoice": [],
        "no_bill_invoice": [("customer", NAME)],
        "write_off": [],
        "ecommerce_order": [("customer", NAME)],
        "deferred_payment": [("account", "yunfan-01")],
        "reversal": [],
    }
    assert all(item["can_start"] is bool(item["subjects"]) for item in items.values())
    reasons = {code: [each["code"] for each in item["reasons"]] for code, item in items.items() if item["reasons"]}
    assert reasons == {
        "claim_customer": ["customer_not_in_pool"],
        "reconciliation": ["no_bills_to_reconcile"],
        "bill_invoice": ["no_bills_to_invoice"],
        "write_off": ["no_receipts_to_write_off", "no_receivables_to_write_off"],
        "reversal": ["nothing_to_reverse"],
    }


def test_what_is_offered_starts_and_what_is_not_is_refused_for_the_reason_given(town: Town) -> None:
    sales, items = town.gateway.client("sales"), town.items()
    prices = [{"segment": None, "tiers": [{"up_to": None, "unit_price": "0.05"}]}]
    form = {"valid_from": "2026-04-01", "kind": "unified", "prices": prices}
    (subject,) = items["price_adjustment"]["subjects"]
    _made(sales, "/processes", {"code": "price_adjustment", "subject_id": subject["id"], "form": form})
    claim = {"code": "claim_customer", "subject_id": town.customer_id, "form": {"reason": "老客户"}}
    refused = _made(sales, "/processes", claim, 409)
    (reason,) = items["claim_customer"]["reasons"]
    assert (refused["code"], refused["params"], refused["detail"]) == (reason["code"], reason["params"], reason["message"])


def test_reasons_are_said_in_the_callers_language(town: Town) -> None:
    said = [town.items(**headers)["reconciliation"]["reasons"][0]["message"] for headers in ({}, {"Accept-Language": "en"})]
    assert said == ["没有待对账的账单。", "There is no bill to reconcile."]


def test_each_role_is_offered_what_its_roles_start(town: Town) -> None:
    starters = {login: list(town.items(login)) for login in ("sales", "lead", "director", "administration", "care", "admin")}
    nothing: list[str] = []
    assert starters == {
        "sales": list(CATALOGUE),
        "lead": list(CATALOGUE),
        "director": nothing,
        "administration": nothing,
        "care": nothing,
        "admin": nothing,
    }


def test_on_a_pool_customer_stand_the_claim_and_the_test_account(town: Town) -> None:
    items = town.items("lead", town.pooled_id)
    assert [code for code, item in items.items() if item["can_start"]] == ["claim_customer", "test_account"]
    (message,) = {item["reasons"][0]["message"] for item in items.values() if not item["can_start"]}
    assert message == "客户“北京远航物流集团有限公司”在公共池中，请先申请客户。"


def test_of_a_customer_that_one_may_not_see_it_says_what_the_customer_itself_says(town: Town) -> None:
    stranger = _hired(town.gateway, "stranger", "外人", "sales", department="销售二部")
    for customer_id in (town.customer_id, str(uuid4()), "no-id"):
        answers = [stranger.get(f"/customers/{customer_id}{path}") for path in ("", "/startable-processes")]
        assert [answer.status_code for answer in answers] == [404, 404]
        itself, starts = ({**answer.json(), "trace_id": ""} for answer in answers)
        assert itself == starts
    assert stranger.get(f"/customers/{town.pooled_id}/startable-processes").status_code == 200


def test_of_a_service_that_is_away_nothing_is_said_and_the_rest_is(town: Town) -> None:
    with locked(town.gateway, "payments", "receipts"):
        page = town.page()
    assert [(each["part"], each["code"]) for each in page["missing"]] == [("payments", "service_unavailable")]
    items = {each["code"]: each for each in page["items"]}
    assert list(items) == list(CATALOGUE)
    assert [code for code, item in items.items() if item["can_start"] is None] == ["write_off", "reversal"]
    assert items["write_off"]["reasons"][0]["code"] == "service_unavailable"
    assert "payments" in items["write_off"]["reasons"][0]["message"]
    assert items["recharge"]["can_start"] is True


@pytest.mark.parametrize(("service", "table"), [("customer", "products"), ("workflow", "definitions")])
def test_without_the_customer_or_the_catalogue_there_is_no_page(town: Town, service: str, table: str) -> None:
    with locked(town.gateway, service, table):
        answer = town.gateway.client("sales").get(f"/customers/{town.customer_id}/startable-processes")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
