"""What customer has and the others have not heard of yet: told as what it is, to whom it belongs alone.

Nobody relays customer's events here, so that nothing of it is ever heard.
"""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from services.kit.ids import new_id
from tests.integration.gateway.company import PASSWORD, USERS, Client, RunningGateway, StartGateway, wait_until_workflow_knows
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.servers.databases import NeededDatabases

FORM = {
    "kind": "unified",
    "valid_from": "2026-01-01",
    "valid_to": None,
    "prices": [{"segment": None, "tiers": [{"up_to": None, "unit_price": "0.030000"}]}],
}


@dataclass(frozen=True)
class Unheard:
    """A customer of the salesperson's, and a product of it."""

    gateway: RunningGateway
    customer_id: str
    product_id: str

    def by(self, login: str) -> Client:
        return self.gateway.client(login)


@pytest.fixture(scope="module")
def unheard(start_gateway: StartGateway, module_databases: NeededDatabases) -> Unheard:
    behind = {"BEHIND": "customer workflow billing payments", "RELAYED": "gateway"}
    gateway = start_gateway(SERVICES_PROGRAM, **behind, L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")
    wait_until_workflow_knows(module_databases, len(USERS))
    sales = gateway.client("sales")
    customer_id = _made(sales, "/customers", {"name": "杭州新进科技有限公司"})
    product = {"type": "industry_sms", "payment_mode": "postpaid"}
    return Unheard(gateway, customer_id, _made(sales, f"/customers/{customer_id}/products", product))


def _made(client: Client, path: str, body: dict[str, Any]) -> str:
    answer = client.post(path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _told(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_process_about_a_product_just_added_is_to_be_started_a_little_later(unheard: Unheard) -> None:
    start = {"code": "price_adjustment", "subject_id": unheard.product_id, "form": FORM}
    answer = unheard.by("sales").post("/processes", start)
    assert _told(answer) == (503, "product_not_known_yet")
    assert (answer.headers["Retry-After"], answer.json()["detail"]) == ("1", "产品资料尚未同步，请稍后重试。")


@pytest.mark.parametrize("login", ["sales", "lead", "director"])
def test_whoever_sees_it_at_customer_is_told_that_it_is_late(unheard: Unheard, login: str) -> None:
    client = unheard.by(login)
    assert _told(client.get(f"/products/{unheard.product_id}/prices")) == (503, "product_not_known_yet")
    assert _told(client.get(f"/customers/{unheard.customer_id}/reconcilable-bills")) == (503, "customer_not_known_yet")


def test_what_is_another_s_is_not_there_as_what_nobody_has(unheard: Unheard) -> None:
    stranger = unheard.by("newcomer")
    chosen = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert stranger.request("PUT", "/session/password", json=chosen).status_code == 204
    for product_id in (unheard.product_id, str(new_id())):
        answer = stranger.get(f"/products/{product_id}/prices")
        assert _told(answer) == (404, "product_not_found")
        start = stranger.post("/processes", {"code": "price_adjustment", "subject_id": product_id, "form": FORM})
        assert _told(start) == (422, "invalid_input")
        assert [each["code"] for each in start.json()["errors"]] == ["product_not_found"]


def test_what_is_in_the_pool_for_everybody_is_nobodys_elsewhere(unheard: Unheard) -> None:
    sales = unheard.by("sales")
    customer_id = _made(sales, "/customers", {"name": "宁波放手贸易有限公司"})
    assert sales.post(f"/customers/{customer_id}/release", {"reason": "转行"}).status_code == 200
    assert sales.get(f"/customers/{customer_id}").status_code == 200
    assert _told(sales.get(f"/customers/{customer_id}/reconcilable-bills")) == (404, "customer_not_found")


def test_while_customer_is_away_nobody_can_say(start_gateway: StartGateway) -> None:
    gateway = start_gateway(SERVICES_PROGRAM, BEHIND="billing", L2C_HEALTH_PORT_BASE="0")
    answer = gateway.client("sales").get(f"/products/{new_id()}/prices")
    assert (*_told(answer), answer.json()["params"]) == (503, "service_unavailable", {"service": "customer"})
