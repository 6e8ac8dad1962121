"""Rates, exempt accounts and what was accrued over real HTTP (spec, gateway.md: ``GET PUT /interest-rates``, ``GET PUT
/interest-exemptions``, ``GET /interest``)."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from deploy.api_client import wait_until
from tests.integration.gateway.company import RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM

RATE = {"from_month": "2026-03", "rate": "0.005", "reason": "总经理办公会", "version": 0}
IN_MARCH = {"L2C-As-Of": "2026-03-10T10:00:00+08:00"}


@pytest.fixture(scope="module")
def cashier(start_gateway: StartGateway) -> RunningGateway:
    """One with the real payments service behind it, and its worker."""
    behind = {"BEHIND": "payments", "WORKED": "payments", "L2C_RPC_TIMEOUT_SECONDS": "10", "L2C_HEALTH_PORT_BASE": "0"}
    return start_gateway(SERVICES_PROGRAM, **behind)


def rows(house: RunningGateway, statement: str, **params: Any) -> None:
    engine = create_engine(house.database_url.format(service="payments"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement), params)


def test_management_sets_the_rate_and_sales_reads_it(cashier: RunningGateway) -> None:
    director, sales = cashier.client("director"), cashier.client("sales")
    assert sales.request("PUT", "/interest-rates", json=RATE, headers=IN_MARCH).status_code == 403
    set_ = director.request("PUT", "/interest-rates", json=RATE, headers=IN_MARCH)
    assert (set_.status_code, set_.headers["ETag"]) == (200, '"1"'), set_.text
    shown = sales.get("/interest-rates", headers=IN_MARCH)
    assert (shown.json()["rate"], shown.json()["items"][0]["set_by_name"], shown.headers["ETag"]) == ("0.005", "邓总", '"1"')
    seen = {name: value for name, value in RATE.items() if name != "version"} | {"rate": "0.006"}
    late = director.request("PUT", "/interest-rates", json=seen, headers={**IN_MARCH, "If-Match": '"0"'})
    assert (late.status_code, late.json()["code"]) == (412, "interest_rates_changed_meanwhile")
    assert late.json()["detail"] == "利率已被 邓总 更改（第 1 版），请刷新后重试。"
    again = director.request("PUT", "/interest-rates", json=seen, headers={**IN_MARCH, "If-Match": '"1"'})
    assert again.json()["rate"] == "0.006", again.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": "0.100001"}, "rate"),
        ({"rate": "-0.005"}, "rate"),
        ({"rate": 0.005}, "rate"),
        ({"rate": "0.0000001"}, "rate"),
        ({"from_month": "2026-13"}, "from_month"),
        ({"from_month": "2024-01"}, "from_month"),
        ({"reason": " "}, "reason"),
        ({"version": -1}, "version"),
    ],
)
def test_a_wrong_rate_is_refused_by_its_field(cashier: RunningGateway, changes: dict[str, Any], field: str) -> None:
    answer = cashier.client("director").request("PUT", "/interest-rates", json={**RATE, **changes}, headers=IN_MARCH)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_only_sales_administration_keeps_who_is_exempt(cashier: RunningGateway) -> None:
    wanted = {"account_id": str(uuid4()), "version": 0, "periods": [], "reason": "协议"}
    for login in ("sales", "director", "admin"):
        assert cashier.client(login).request("PUT", "/interest-exemptions", json=wanted).status_code == 403, login
    assert cashier.client("director").get("/interest-exemptions").json() == {"items": [], "next_cursor": None}
    assert cashier.client("sales").get("/interest-exemptions").status_code == 403


def test_what_the_job_accrued_is_shown_to_whoever_bears_it_with_its_origin_in_words(cashier: RunningGateway) -> None:
    owner, customer_id, bill_id = cashier.users["sales"], uuid4(), uuid4()
    rows(
        cashier,
        "INSERT INTO customers (id, name, owner_id, owner_name, bank_account, version)"
        " VALUES (:id, '云帆', :owner, '张伟', '', 1)",
        id=customer_id,
        owner=owner,
    )
    rows(
        cashier,
        """
        INSERT INTO receivables (bill_id, number, customer_id, product_name, product_type, payment_mode, period_start, period_end,
            due_on, quantity, shares, amount, process_id, created_at, version)
        VALUES (:id, 'B-1', :customer, '行业短信', 'industry_sms', 'postpaid', '2026-01-01', '2026-01-31', '2026-02-28', 1, '[]',
            1000, :id, now(), 1)
        """,
        id=bill_id,
        customer=customer_id,
    )
    director, admin = cashier.client("director"), cashier.client("admin")
    version = director.get("/interest-rates").json()["version"]
    rate = director.request("PUT", "/interest-rates", json={**RATE, "version": version}, headers=IN_MARCH)
    assert rate.status_code == 200, rate.text

    def is_done() -> bool:
        answer = admin.post("/jobs/interest_accrual", {"as_of": "2026-04-01"})
        assert answer.status_code == 202, answer.text
        assert answer.json()["state"] != "failed", answer.text
        return bool(answer.json()["state"] == "done")

    wait_until("the run to end", is_done)
    kinds = {kind["name"]: kind for kind in admin.get("/jobs").json()["items"]}
    assert kinds["interest_accrual"]["service"] == "payments"
    assert [(run["as_of"], run["state"]) for run in kinds["interest_accrual"]["runs"]] == [("2026-04-01", "done")]
    assert kinds["auto_write_off"]["runs"] == []
    shown = cashier.client("sales").get(f"/interest?bill_id={bill_id}").json()["items"]
    (entry,) = shown
    assert (entry["kind"], entry["month"], entry["amount"], entry["booked_on"]) == ("penalty", "2026-03", "5.00", "2026-03-31")
    assert entry["origin"]["zh"] == "2026-02-28 到期，2026-03 月初未到款 1000.00 元。"
    for query in ("month=2026-03", "booked_month=2026-03", "kind=penalty", f"customer_id={customer_id}", f"owner_id={owner}"):
        assert cashier.client("sales").get(f"/interest?{query}").json()["items"] == shown, query
    for query in ("month=2026-04", "booked_month=2026-02", "kind=credit", f"customer_id={bill_id}", f"owner_id={bill_id}"):
        assert cashier.client("sales").get(f"/interest?{query}").json()["items"] == [], query
    refused = director.request("PUT", "/interest-rates", json={**RATE, "version": version + 1}, headers=IN_MARCH)
    assert (refused.status_code, refused.json()["code"]) == (409, "interest_month_accrued")
    assert refused.json()["detail"] == "2026-03 至 2026-03 已计提，利率不再变更；请从 2026-04 或之后开始。"
