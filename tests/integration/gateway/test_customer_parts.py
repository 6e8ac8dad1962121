"""What hangs on a customer over real HTTP, with the customer service behind the gateway."""

from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.integration.gateway.company import Client, RunningGateway

NEXT_DAY = {"L2C-As-Of": "2026-03-11T10:00:00+08:00"}
TODAY = {"L2C-As-Of": "2026-03-10T10:00:00+08:00"}


@pytest.fixture
def sales(house: RunningGateway) -> Client:
    return house.client("sales")


def _made(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _refused(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def _fields(answer: requests.Response) -> list[str]:
    assert answer.status_code in (409, 422), answer.text
    return [error["field"] for error in answer.json()["errors"]]


def _customer(sales: Client, name: str) -> str:
    return f"/customers/{_made(sales.post('/customers', {'name': name}))['id']}"


def test_a_contact_is_changed_by_the_tag_that_was_seen_and_no_other(sales: Client) -> None:
    customer = _customer(sales, "云帆网络")
    added = sales.post(f"{customer}/contacts", {"name": "顾晓岚", "mobile": "１３８ １６００ ８８６６"})
    contact = _made(added)
    assert (added.headers["ETag"], contact["mobile"]) == ('"1"', "13816008866")
    path, seen = f"{customer}/contacts/{contact['id']}", {"If-Match": added.headers["ETag"]}
    changed = sales.request("PATCH", path, json={"title": "经理"}, headers=seen)
    assert (changed.status_code, changed.headers["ETag"], changed.json()["title"]) == (200, '"2"', "经理")
    late = sales.request("PATCH", path, json={"title": "总监"}, headers=seen)
    assert _refused(late) == (412, "contact_changed_meanwhile")
    assert late.json()["detail"] == "联系人已被他人修改（现为第 2 版），请刷新后重试。"
    assert sales.request("PATCH", path, json={"title": "总监", "version": 2}).json()["version"] == 3
    by_body = sales.request("PATCH", path, json={"title": "总裁", "version": 2})
    assert _refused(by_body) == (409, "contact_changed_meanwhile"), "the body named the version, and no tag"
    blind = sales.request("PATCH", path, json={"title": "总裁"})
    assert (blind.status_code, _fields(blind)) == (422, ["version"])
    assert sales.request("DELETE", path).status_code == 405, "who has left is marked, not deleted"


def test_what_was_made_before_the_gateway_died_is_not_made_again(house: RunningGateway, sales: Client) -> None:
    customer = _customer(sales, "风雨无阻")
    contact = _made(sales.post(f"{customer}/contacts", {"name": "顾晓岚"}))
    log = {"contact_id": contact["id"], "channel": "call", "content": "客户确认需求。"}
    logged = _made(sales.post(f"{customer}/contact-logs", log))
    added_to = f"{customer}/contact-logs/{logged['id']}/additions"
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/customers", {"name": "风雨同舟"}),
        (f"{customer}/departments", {"name": "采购部"}),
        (f"{customer}/contacts", {"name": "陈思远"}),
        (f"{customer}/contact-logs", log),
        (added_to, {"content": "次日回电。"}),
        (f"{customer}/products", {"type": "mms", "payment_mode": "prepaid"}),
        ("/customer-exports", {}),
    ]
    for path, body in bodies:
        key = {"Idempotency-Key": str(uuid4())}
        first = sales.post(path, body, headers=key)
        assert first.ok, first.text
        house.forget_answer(key["Idempotency-Key"])
        again = sales.post(path, body, headers=key)
        assert (again.status_code, again.json()) == (first.status_code, first.json()), path
        assert "Idempotent-Replayed" not in again.headers, "the service remembered"
        house.forget_answer(key["Idempotency-Key"])
        assert _refused(sales.post(path, {**body, "remarks": "另一请求"}, headers=key))[0] in (409, 422)
    assert len(sales.get(f"{customer}/contacts").json()["items"]) == 2
    assert len(sales.get(f"{customer}/contact-logs").json()["items"]) == 2
    assert len(sales.get(f"{customer}/contact-logs").json()["items"][0]["additions"]) <= 1


def test_accounts_are_opened_and_changed_by_customer_care_and_administration(house: RunningGateway, sales: Client) -> None:
    product = _made(sales.post(f"{_customer(sales, '海鸥物流')}/products", {"type": "mms", "payment_mode": "prepaid"}))
    path = f"/products/{product['id']}/accounts"
    account = {"identifier": "haiou01", "signature": "海鸥", "interface": "cmpp"}
    for login in ("sales", "lead", "director"):
        assert _refused(house.client(login).post(path, account)) == (403, "permission_missing")
    care = house.client("care")
    opened = _made(care.post(path, account))
    taken = house.client("admin").post(path, account)
    assert _refused(taken) == (409, "account_identifier_taken")
    assert _fields(taken) == ["identifier"]
    one = f"/accounts/{opened['id']}"
    assert _refused(sales.request("PATCH", one, json={"status": "closed", "version": 1})) == (403, "permission_missing")
    changed = care.request("PATCH", one, json={"status": "closed"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    illegal = care.request("PATCH", one, json={"status": "active", "version": 2}, headers={"Accept-Language": "en"})
    assert (_refused(illegal), illegal.json()["detail"]) == (
        (409, "account_status_illegal"),
        "Account haiou01 cannot go from closed to active.",
    )
    assert sales.get(one).headers["ETag"] == '"2"'
    assert [each["identifier"] for each in sales.get("/accounts?q=haiou&status=closed").json()["items"]] == ["haiou01"]
    assert _refused(house.client("newcomer").get(one)) == (403, "password_change_required")


def test_a_log_is_edited_for_a_day_and_added_to_from_then_on(sales: Client) -> None:
    customer = _customer(sales, "星河传媒")
    plan = {"channel": "call", "content": "谈了价格", "follow_up_on": "2026-03-12", "next_step": "送样品"}
    log = _made(sales.post(f"{customer}/contact-logs", plan, headers=TODAY))
    path = f"{customer}/contact-logs/{log['id']}"
    edited = sales.request("PATCH", path, json={"content": "谈了合同"}, headers={**TODAY, "If-Match": '"1"'})
    assert (edited.status_code, edited.json()["content"]) == (200, "谈了合同")
    closed = sales.request("PATCH", path, json={"content": "改", "version": 2}, headers=NEXT_DAY)
    assert _refused(closed) == (409, "contact_log_closed")
    added_to = _made(sales.post(f"{path}/additions", {"content": "样品已寄"}, headers=NEXT_DAY))
    assert [each["content"] for each in added_to["additions"]] == ["样品已寄"]
    planned = sales.get("/follow-ups?from=2026-03-12&to=2026-03-12").json()["items"]
    assert [(each["customer_name"], each["next_step"]) for each in planned] == [("星河传媒", "送样品")]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/products?type=fax", "type"),
        ("/products?without_account=perhaps", "without_account"),
        ("/accounts?status=lost", "status"),
        ("/contracts?state=signed", "state"),
        ("/follow-ups?from=tomorrow", "from"),
    ],
)
def test_a_list_refuses_what_it_cannot_be_narrowed_to(sales: Client, path: str, field: str) -> None:
    answer = sales.get(path)
    assert (answer.status_code, _fields(answer)) == (422, [field])
