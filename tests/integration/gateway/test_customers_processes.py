"""The processes that customer owns, walked through over real HTTP, with the real services and the bus between them."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
import requests

from gateway.identity.usecases.seed_people import UserSeed, seed_people
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import (
    DEPARTMENTS,
    PASSWORD,
    USERS,
    Client,
    RunningGateway,
    StartGateway,
    wait_until_workflow_knows,
)
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.kit.bus import eventually
from tests.servers.databases import NeededDatabases

HANDLERS = {
    "risk": "risk_expert",
    "resource": "resource",
    "support": "tech_support",
    "legal": "legal",
    "finance": "finance",
    "vp": "operations_vp",
    "salesadmin": "sales_admin",
}
_MORE = [UserSeed(login, f"{login} 员", "", [role], PASSWORD, must_change_password=False) for login, role in HANDLERS.items()]
_numbers = count(1)


@dataclass
class House:
    """Who is signed in, and what one of them does in a line."""

    gateway: RunningGateway
    clients: dict[str, Client] = field(default_factory=dict)

    def by(self, login: str) -> Client:
        if login not in self.clients:
            self.clients[login] = self.gateway.client(login)
        return self.clients[login]

    def customer(self) -> str:
        return str(made(self.by("sales").post("/customers", {"name": f"流程客户{next(_numbers):03}号有限公司"}))["id"])

    def product(self, customer_id: str) -> str:
        product = {"type": "industry_sms", "payment_mode": "postpaid"}
        return str(made(self.by("sales").post(f"/customers/{customer_id}/products", product))["id"])

    def account(self, product_id: str, **fields: Any) -> dict[str, Any]:
        account = {"identifier": f"acc{next(_numbers):04}", "signature": "云帆", "interface": "http", "status": "active"}
        return made(self.by("care").post(f"/products/{product_id}/accounts", {**account, **fields}))

    def change_account(self, account: dict[str, Any], **changes: Any) -> None:
        path = f"/accounts/{account['id']}"
        version = self.by("care").get(path).json()["version"]
        changed = self.by("care").request("PATCH", path, json={"version": version, **changes})
        assert changed.status_code == 200, changed.text

    def upload(self, login: str, name: str) -> dict[str, str]:
        answer = self.by(login).request("POST", "/attachments", data=b"%PDF-1.7\n%%EOF\n", headers={"X-Filename": quote(name)})
        return {"id": made(answer)["id"], "name": name}

    def start(self, code: str, subject_id: str, form: dict[str, Any]) -> str:
        return str(made(self.by("sales").post("/processes", {"code": code, "subject_id": subject_id, "form": form}))["id"])

    def page(self, process_id: str, login: str = "sales") -> dict[str, Any]:
        answer = self.by(login).get(f"/processes/{process_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def approve(self, process_id: str, login: str, form: dict[str, Any] | None = None) -> requests.Response:
        task = self.page(process_id, login)["task"]
        assert task is not None, f"{login} is not asked at {self.page(process_id)['node']}"
        return self.by(login).post(f"/tasks/{task['id']}/approve", {"opinion": "同意", "form": form or {}})

    def approve_all(self, process_id: str, *logins: str, **form: Any) -> None:
        """:param form: what the last of them enters."""
        for login in logins:
            answer = self.approve(process_id, login, form if login == logins[-1] else None)
            assert answer.status_code == 200, answer.text

    def effect(self, process_id: str) -> dict[str, Any]:
        """What is said of the effect, once something is."""
        eventually(lambda: self.page(process_id)["effect"]["state"] in ("in_force", "failed"))
        return dict(self.page(process_id)["effect"])


@pytest.fixture(scope="module")
def house(start_gateway: StartGateway, module_databases: NeededDatabases) -> House:
    people = Database(module_databases.of("gateway"), pool_size=2)
    seed_people(Begin("gateway", people, EVENTS, CallContext(Caller.system("gateway"))), DEPARTMENTS, (*USERS, *_MORE))
    people.close()
    gateway = start_gateway(
        SERVICES_PROGRAM, BEHIND="customer workflow", RELAYED="all", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0"
    )
    wait_until_workflow_knows(module_databases, len(USERS) + len(_MORE))
    return House(gateway)


def made(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def fields_of(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code in (409, 422), answer.text
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


REGISTRATION = {"signature": "【云帆科技】", "type": "both", "sub_number": "088", "industry": "i", "explanation": "客户验证码"}


def test_a_registered_signature_is_on_the_accounts_page_with_the_channel_that_the_resource_department_entered(
    house: House,
) -> None:
    account = house.account(house.product(house.customer()))
    process_id = house.start("channel_registration", account["id"], REGISTRATION)
    assert house.page(process_id)["form"]["signature"] == "云帆科技"
    house.approve_all(process_id, "lead", "risk")
    lacking = fields_of(house.approve(process_id, "resource", {"channel": "移动1069", "result": "refused"}))
    assert {place.rpartition(".")[2] for place in lacking} == {"result_note"}
    house.approve_all(process_id, "resource", channel="移动1069", result="registered")
    effect = house.effect(process_id)
    assert (effect["state"], effect["summary_zh"]) == (
        "in_force",
        f"签名【云帆科技】已在账号 {account['identifier']} 登记（短信和彩信，通道 移动1069）",
    )
    shown = house.by("sales").get(f"/accounts/{account['id']}/signatures").json()["items"]
    assert [(each["signature"], each["channel"], each["sub_number"], each["process_id"]) for each in shown] == [
        ("云帆科技", "移动1069", "088", process_id)
    ]
    assert (
        house.by("sales").get("/signatures", params={"q": "云帆", "product_id": account["product_id"]}).json()["items"] == shown
    )
    assert house.by("newcomer").get(f"/accounts/{account['id']}/signatures").status_code in (403, 404)


def test_a_signature_that_is_being_registered_is_refused_at_its_field(house: House) -> None:
    account = house.account(house.product(house.customer()))
    house.start("channel_registration", account["id"], REGISTRATION)
    again = {"code": "channel_registration", "subject_id": account["id"], "form": REGISTRATION}
    refused = house.by("sales").post("/processes", again)
    assert (refused.status_code, refused.json()["code"]) == (409, "signature_in_process")
    assert fields_of(refused) == {"form.signature": "taken"}


def test_a_sensitive_request_asks_the_risk_expert_and_unblocks_the_account(house: House) -> None:
    customer_id = house.customer()
    account = house.account(house.product(customer_id))
    house.change_account(account, status="blocked")
    form = {"kind": "unblock_account", "account_id": account["id"], "explanation": "误封"}
    process_id = house.start("special_request", customer_id, form)
    assert house.page(process_id)["form"]["account_identifier"] == account["identifier"]
    house.approve_all(process_id, "risk", "care")
    assert house.effect(process_id)["summary_zh"] == f"账号 {account['identifier']} 已解禁"
    assert house.by("sales").get(f"/accounts/{account['id']}").json()["status"] == "active"


def test_a_green_customer_is_found_by_the_mark(house: House) -> None:
    customer_id = house.customer()
    process_id = house.start("special_request", customer_id, {"kind": "green_customer", "explanation": "重点客户"})
    house.approve_all(process_id, "risk", "support")
    assert house.effect(process_id)["state"] == "in_force"
    found = house.by("sales").get("/customers", params={"green": "true"}).json()["items"]
    assert [(each["id"], each["green_by_name"]) for each in found] == [(customer_id, "张伟")]
    assert found[0]["green_process_id"] == process_id


def test_exempt_words_are_on_the_accounts_page(house: House) -> None:
    customer_id = house.customer()
    account = house.account(house.product(customer_id))
    form = {"kind": "exempt_word", "account_id": account["id"], "words": ["贷款"], "explanation": "银行客户"}
    process_id = house.start("special_request", customer_id, form)
    house.approve_all(process_id, "risk", "care")
    assert house.effect(process_id)["state"] == "in_force"
    words = house.by("sales").get(f"/accounts/{account['id']}/exempt-words").json()["items"]
    assert [(each["word"], each["process_id"]) for each in words] == [("贷款", process_id)]


@pytest.mark.parametrize(
    ("kind", "form", "entered", "summary"),
    [
        ("sub_number", {"sub_number": "0088"}, {}, "子号码为 0088"),
        ("export_details", {"export_from": "2026-02-01", "export_to": "2026-02-28"}, {"export": "详单.pdf"}, "详单.pdf"),
        ("other", {}, {"answer": "已联系客户"}, "已联系客户"),
    ],
)
def test_what_is_not_sensitive_passes_the_risk_expert_by_itself(
    house: House, kind: str, form: dict[str, Any], entered: dict[str, str], summary: str
) -> None:
    customer_id = house.customer()
    account = house.account(house.product(customer_id))
    about = {"account_id": account["id"]} if kind == "sub_number" else {}
    process_id = house.start("special_request", customer_id, {"kind": kind, "explanation": "客户要求", **about, **form})
    nodes = {node["code"]: node for node in house.page(process_id)["nodes"]}
    assert (nodes["risk_expert"]["state"], nodes["support"]["state"]) == ("passed", "current")
    assert nodes["risk_expert"]["words_zh"].endswith("系统自动通过")
    assert {person["name"] for person in nodes["support"]["people"]} == {"沈悦", "support 员"}
    if entered:
        lacking = fields_of(house.approve(process_id, "support"))
        assert {place.rpartition(".")[2] for place in lacking} == set(entered)
    uploaded = {name: [house.upload("support", value)] if name == "export" else value for name, value in entered.items()}
    house.approve_all(process_id, "support", **uploaded)
    effect = house.effect(process_id)
    assert (effect["state"], summary in effect["summary_zh"]) == ("in_force", True), effect


def test_a_process_whose_effect_failed_says_so_on_its_page_and_is_retried_once_that_is_mended(house: House) -> None:
    customer_id = house.customer()
    product_id = house.product(customer_id)
    account = house.account(product_id)
    form = {"kind": "sub_number", "account_id": account["id"], "sub_number": "77", "explanation": "客户要求"}
    process_id = house.start("special_request", customer_id, form)
    other = house.account(product_id, sub_number="77")
    house.approve_all(process_id, "care")
    assert house.effect(process_id) == {
        "state": "failed",
        "summary_zh": "子号码 77 已被该产品的其他账号使用。",
        "summary_en": "Another account of the product has the sub-number 77.",
    }
    page = house.page(process_id)
    assert (page["state"], page["history"][-1]["action"]) == ("archived", "effect_failed")
    assert page["history"][-1]["opinion_en"].startswith("Another account")
    assert house.by("sales").get(f"/accounts/{account['id']}").json()["sub_number"] == ""
    house.change_account(other, sub_number="78")
    assert "retry_effect" in page["can"]
    path = f"/processes/{process_id}/retry-effect"
    assert house.by("sales").post(path, {"opinion": "子号码已让出"}).json()["effect"]["state"] == "awaited"
    eventually(lambda: house.page(process_id)["effect"]["state"] == "in_force")
    assert house.by("sales").get(f"/accounts/{account['id']}").json()["sub_number"] == "77"
    assert house.by("sales").post(path, {}).json()["code"] == "effect_not_failed"


def test_an_unchanged_renewal_of_an_auto_renewing_contract_passes_legal_finance_and_operations(house: House) -> None:
    customer_id = house.customer()
    product_id = house.product(customer_id)
    terms = {
        "product_ids": [product_id],
        "monthly_volume": 1_000_000,
        "unit_price": "0.033",
        "is_standard": True,
        "is_auto_renewing": True,
        "remarks": "标准合同",
    }

    def review(**changes: Any) -> str:
        form = {**terms, "draft": [house.upload("sales", "draft.pdf")], **changes}
        process_id = house.start("contract_review", customer_id, form)
        house.approve_all(process_id, "lead")
        return process_id

    def finish(process_id: str) -> None:
        house.approve_all(process_id, "director", "sales", stamped_scan=[house.upload("sales", "scan.pdf")])
        assert house.effect(process_id)["state"] == "in_force"

    first = review(valid_from="2031-03-01", valid_to="2032-02-29")
    house.approve_all(first, "legal", "finance", "vp")
    finish(first)
    (contract,) = house.by("sales").get("/contracts", params={"customer_id": customer_id}).json()["items"]

    dearer = review(valid_from="2032-03-01", valid_to="2033-02-28", renews_contract_id=contract["id"], unit_price="0.034")
    assert house.page(dearer)["node"]["code"] == "legal"
    renewal = review(valid_from="2032-03-01", valid_to="2033-02-28", renews_contract_id=contract["id"])
    states = {node["code"]: node["state"] for node in house.page(renewal)["nodes"]}
    assert [states[node] for node in ("legal", "finance", "operations_vp")] == ["passed"] * 3
    assert states["sales_director"] == "current"
    finish(renewal)
    contracts = house.by("sales").get("/contracts", params={"customer_id": customer_id}).json()["items"]
    assert [each["renews_contract_id"] for each in contracts] == [None, contract["id"]]
