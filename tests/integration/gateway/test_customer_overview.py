"""The page of one customer with the real services behind it (spec, gateway.md, "Console": 客户工作台).

"one customer: info, contacts, logs, products and accounts, contracts, processes, bills, receipts, history, what comes next"
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.api_client import wait_until
from gateway.permissions import PERMISSIONS
from services.kit.database import Database
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.table_locks import locked
from tests.integration.payments.story import Story

NAME: Final = "上海云帆网络科技有限公司"
OWN: Final = ("departments", "contacts", "contact_logs", "products", "accounts", "contracts", "history")
OF_OTHERS: Final = {
    "processes": "processes.read",
    "bills": "bills.read",
    "invoices": "invoices.read",
    "receivables": "receivables.read",
    "receipts": "receipts.read",
}
"""Section → who may see it."""
ROLES: Final = {
    "sales": "sales",
    "lead": "sales_lead",
    "administration": "sales_admin",
    "care": "customer_care",
    "admin": "admin",
}
"""Login → role."""


@dataclass(frozen=True)
class Town:
    """All services, and one customer of 张伟's."""

    gateway: RunningGateway
    customer_id: str

    def page(self, login: str = "sales", query: str = "") -> Any:
        answer = self.gateway.client(login).get(f"/customers/{self.customer_id}/overview{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def town(start_gateway: StartGateway) -> Iterator[Town]:
    gateway = start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer workflow billing payments notify",
        RELAYED="all",
        L2C_RPC_TIMEOUT_SECONDS="16",
        L2C_PAGE_PART_SECONDS="8",
        L2C_HEALTH_PORT_BASE="0",
    )
    sales = gateway.client("sales")
    town = Town(gateway, _made(sales, "/customers", {"name": NAME, "invoice_information": {"company_name": NAME}})["id"])
    below = f"/customers/{town.customer_id}"
    _made(sales, f"{below}/departments", {"name": "采购部"})
    for number in range(7):
        _made(sales, f"{below}/contacts", {"name": f"联系人{number}"})
    _made(sales, f"{below}/contact-logs", {"channel": "call", "content": "谈了价格"})
    product = _made(sales, f"{below}/products", {"type": "industry_sms", "payment_mode": "postpaid"})
    account = {"identifier": "yunfan-01", "signature": "云帆", "interface": "http", "status": "trial"}
    _made(gateway.client("care"), f"/products/{product['id']}/accounts", account)
    prices = [{"segment": None, "tiers": [{"up_to": None, "unit_price": "0.05"}]}]
    form = {"valid_from": "2026-04-01", "kind": "unified", "prices": prices}
    start = {"code": "price_adjustment", "subject_id": product["id"], "form": form}
    # Workflow is to hear of the people first, and billing of the product.
    wait_until("a process to start", lambda: sales.post("/processes", start).status_code == 201, seconds_max=60)
    money = {"bank_account": "6222", "reference": "R-1", "received_at": "2026-04-03T10:00:00+08:00", "payer_name": NAME}
    _made(gateway.client("administration"), "/receipts", {**money, "amount": "5.00"})
    database = Database(gateway.database_url.format(service="payments"), pool_size=2)
    wait_until("the receipt to be the customer's", lambda: (town.page()["receipts"] or {}).get("total") == 1, seconds_max=60)
    Story(database).bill(UUID(town.customer_id), "100.00", name=NAME, number="B-1")
    yield town
    database.close()


def _made(client: Client, path: str, body: dict[str, Any]) -> Any:
    answer = client.post(path, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_one_page_has_the_customer_what_comes_next_and_how_many_there_are_of_everything(town: Town) -> None:
    page = town.page()
    assert (page["customer"]["name"], page["customer"]["tier"], page["missing"]) == (NAME, "trial", [])
    assert (page["outlook"]["tier"], page["outlook"]["fall"]["to_tier"]) == ("trial", "intent")
    counts = {name: page[name]["total"] for name in (*OWN, *OF_OTHERS)}
    assert counts == {
        "departments": 1,
        "contacts": 7,
        "contact_logs": 1,
        "products": 1,
        "accounts": 1,
        "contracts": 0,
        "history": 2,
        "processes": 1,
        "bills": 0,
        "invoices": 0,
        "receivables": 1,
        "receipts": 1,
    }
    assert not any(page[name]["is_more"] for name in counts)
    assert (page["processes"]["open"], page["processes"]["items"][0]["code"]) == (1, "price_adjustment")
    assert (page["receivables"]["items"][0]["number"], page["receipts"]["items"][0]["amount"]) == ("B-1", "5.00")


@pytest.mark.parametrize("first", [1, 5])
def test_every_section_is_the_beginning_of_the_list_that_its_link_leads_to(town: Town, first: int) -> None:
    client, page = town.gateway.client("sales"), town.page(query=f"?first={first}")
    assert page["links"].keys() == {*OWN, *OF_OTHERS}
    for name, link in page["links"].items():
        whole = client.get(link.removeprefix("/api/v1"))
        assert whole.status_code == 200, (name, whole.text)
        assert page[name]["items"] == whole.json()["items"][:first], name
        assert page[name]["total"] == len(whole.json()["items"]), name
    below = f"/customers/{town.customer_id}"
    assert page["customer"] == client.get(below).json()
    assert page["outlook"] == client.get(f"{below}/outlook").json()


def test_each_role_sees_the_sections_of_its_permissions(town: Town) -> None:
    for login, role in ROLES.items():
        page = town.page(login)
        shown = {name for name in OF_OTHERS if page[name] is not None}
        assert shown == {name for name, permission in OF_OTHERS.items() if role in PERMISSIONS[permission]}, login
        assert page["missing"] == [], login
        assert page["links"].keys() == {*OWN, *shown}, login


def test_of_a_customer_that_one_may_not_see_it_says_what_the_customer_itself_says(town: Town) -> None:
    department = str(town.gateway.departments["销售二部"])
    hired = {"login": "stranger", "name": "外人", "roles": ["sales"], "password": "correct horse battery"}
    _made(town.gateway.client("admin"), "/users", {**hired, "department_id": department})
    stranger = town.gateway.client("stranger")
    change = {"current_password": "correct horse battery", "new_password": "another horse"}
    assert stranger.request("PUT", "/session/password", json=change).status_code == 204
    for customer_id in (town.customer_id, str(uuid4())):
        answers = [stranger.get(f"/customers/{customer_id}{path}") for path in ("", "/overview")]
        assert [answer.status_code for answer in answers] == [404, 404]
        itself, overview = ({**answer.json(), "trace_id": ""} for answer in answers)
        assert itself == overview
    assert stranger.get("/customers/no-id/overview").status_code == 404


def test_a_wrong_question_is_said(town: Town) -> None:
    for query, name in (("first=0", "first"), ("first=x", "first"), ("page_size=5", "page_size")):
        answer = town.gateway.client("sales").get(f"/customers/{town.customer_id}/overview?{query}")
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [name])


def test_without_another_service_there_is_a_page_without_the_customers_there_is_none(town: Town) -> None:
    with locked(town.gateway, "payments", "receipts"):
        page = town.page()
    assert [(each["part"], each["code"]) for each in page["missing"]] == [("receipts", "service_unavailable")]
    assert (page["receipts"], page["receivables"]["total"], page["contacts"]["total"]) == (None, 1, 7)
    assert "receipts" not in page["links"]
    with locked(town.gateway, "customer", "contacts"):
        answer = town.gateway.client("sales").get(f"/customers/{town.customer_id}/overview")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
