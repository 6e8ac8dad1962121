"""Reconciliation through the door: what there is to select, the selection, and statements that are made in the background."""

import hashlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from pypdf import PdfReader

from deploy.api_client import wait_until
from services.kit.caller import Caller
from services.kit.database import Database
from services.kit.ids import new_id
from tests.integration.billing.office import YUNFAN, Office, unified
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.workbooks import rows_of

APRIL = {"L2C-As-Of": "2026-04-01T02:00:00Z"}


@pytest.fixture(scope="module")
def door(start_gateway: StartGateway) -> RunningGateway:
    """With billing and its worker behind it, and customer, which has nobody."""
    return start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer billing",
        WORKED="billing",
        L2C_RPC_TIMEOUT_SECONDS="10",
        L2C_HEALTH_PORT_BASE="0",
        L2C_SELLER_NAME="上海示范通信有限公司",
    )


@pytest.fixture(scope="module")
def office(door: RunningGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Billing's database behind that door."""
    database = Database(door.database_url.format(service="billing"), pool_size=4)
    yield Office(database, tmp_path_factory.mktemp("billing"))
    database.close()


@pytest.fixture
def sales(door: RunningGateway) -> Client:
    client = door.client("sales")
    client.session.headers.update(APRIL)
    return client


@pytest.fixture
def customer(door: RunningGateway, office: Office) -> UUID:
    """With a bill of March, 50.00."""
    owner = Caller(str(door.users["sales"]), "张伟", str(door.departments["销售一部"]))
    customer = office.customer(owner=owner)
    product = office.product(customer)
    account = f"yunfan{customer.hex[-8:]}"
    office.account(product, customer, account)
    office.price(product, unified("0.05"), kind="unified")
    office.report([(account, date(2026, 3, 1), "CMCC", 1000)], report_id=str(customer))
    office.run_billing(customer_id=customer)
    return customer


def _bill(sales: Client, customer: UUID) -> str:
    (bill,) = sales.get(f"/customers/{customer}/reconcilable-bills").json()["items"]
    return str(bill["id"])


def _until_done(sales: Client, statement_id: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        shown: dict[str, Any] = sales.get(f"/statements/{statement_id}").json()
        return shown if shown["state"] in ("done", "failed") else None

    return wait_until("the statement's files", ended)


def test_what_can_be_reconciled_is_listed_with_its_totals(sales: Client, customer: UUID) -> None:
    listed = sales.get(f"/customers/{customer}/reconcilable-bills").json()
    assert listed["month"] == "2026-03"
    assert [(bill["amount"], bill["selectable"], bill["why_not"]) for bill in listed["items"]] == [("50.00", True, None)]
    assert listed["open"]["owed"] == "50.00"
    assert (listed["refusals"], listed["next_cursor"]) == ([], None)


def test_the_selection_is_kept_and_its_version_guards_it(sales: Client, customer: UUID) -> None:
    path, bill = f"/customers/{customer}/bill-selection", _bill(sales, customer)
    none = sales.get(path)
    assert (none.headers["ETag"], none.json()["bills"]) == ('"0"', [])
    saved = sales.request("PUT", path, json={"bill_ids": [bill]}, headers={"If-Match": none.headers["ETag"]})
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"1"')
    assert sales.get(path).json()["totals"]["amount"] == "50.00"
    stale = sales.request("PUT", path, json={"bill_ids": []}, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "bill_selection_changed_meanwhile")
    wrong = sales.request("PUT", path, json={"bill_ids": ["x"] * 201}, headers={"If-Match": '"1"'})
    assert wrong.status_code == 422
    unknown = sales.request("PUT", path, json={"bill_ids": [str(new_id())]}, headers={"If-Match": '"1"'})
    assert [(error["field"], error["code"]) for error in unknown.json()["errors"]] == [("bill_ids.0", "bill_not_found")]
    assert sales.request("DELETE", path).status_code == 204
    assert sales.request("DELETE", path).status_code == 204
    assert (sales.get(path).headers["ETag"], sales.get(path).json()["bills"]) == ('"2"', [])


def test_a_statement_is_made_in_the_background_and_its_files_are_streamed(sales: Client, customer: UUID) -> None:
    asked = sales.post("/statements", {"bill_ids": [_bill(sales, customer)]})
    assert asked.status_code == 202
    done = _until_done(sales, asked.json()["id"])
    assert (done["state"], done["done"], done["total"], done["errors"]) == ("done", 4, 4, [])
    pdf = sales.get(f"/statements/{done['id']}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert int(pdf.headers["Content-Length"]) == len(pdf.content)
    assert pdf.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(f'对账单-{YUNFAN}-2026-03.pdf')}"
    assert hashlib.sha256(pdf.content).hexdigest() == done["pdf_sha256"]
    text = PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
    assert "伍拾元整" in text
    assert "上海示范通信有限公司" in text
    detail = sales.get(f"/statements/{done['id']}.xlsx")
    assert int(detail.headers["Content-Length"]) == len(detail.content)
    assert quote("用量明细") in detail.headers["Content-Disposition"]
    assert rows_of(detail.content)[1][2:] == [date(2026, 3, 1), "中国移动", 1000.0]

    part = sales.get(f"/statements/{done['id']}.pdf", headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")
    unchanged = sales.get(f"/statements/{done['id']}.pdf", headers={"If-None-Match": pdf.headers["ETag"]})
    assert unchanged.status_code == 304
    in_place = sales.get(f"/statements/{done['id']}.pdf?preview=true")
    assert in_place.headers["Content-Disposition"].startswith("inline; ")


def test_asked_for_twice_with_one_key_it_is_one_statement(sales: Client, office: Office, customer: UUID) -> None:
    body, key = {"bill_ids": [_bill(sales, customer)]}, {"Idempotency-Key": str(new_id())}
    first, again = (sales.post("/statements", body, headers=key) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    (listed,) = sales.get(f"/statements?customer_id={customer}").json()["items"]
    assert (listed["id"], listed["customer_name"], listed["created_by_name"]) == (first.json()["id"], YUNFAN, "张伟")
    assert office.value("SELECT count(*) FROM jobs WHERE key = :id", id=listed["id"]) == 1
    _until_done(sales, listed["id"])


def test_a_file_that_was_kept_without_its_size_is_streamed_all_the_same(sales: Client, office: Office, customer: UUID) -> None:
    made = _until_done(sales, sales.post("/statements", {"bill_ids": [_bill(sales, customer)]}).json()["id"])
    office.rows("UPDATE statements SET pdf_bytes = NULL WHERE id = :id RETURNING id", id=made["id"])
    pdf = sales.get(f"/statements/{made['id']}.pdf")
    assert "Content-Length" not in pdf.headers
    assert hashlib.sha256(pdf.content).hexdigest() == made["pdf_sha256"]


def test_what_one_may_not_see_is_not_there(door: RunningGateway, sales: Client, office: Office) -> None:
    hidden = office.customer("深圳市海蓝科技有限公司")
    item = {"name": "网线", "quantity": 1, "purchase_price": "1", "sale_price": "2"}
    office.archive("ecommerce_order", new_id(), {"supplier": "供应商", "items": [item]}, hidden)
    bill = str(office.value("SELECT id FROM bills WHERE customer_id = :id", id=hidden))
    made = _until_done(door.client("admin"), door.client("admin").post("/statements", {"bill_ids": [bill]}).json()["id"])
    for path in (
        f"/customers/{hidden}/reconcilable-bills",
        f"/customers/{hidden}/bill-selection",
        f"/statements/{made['id']}",
        f"/statements/{made['id']}.pdf",
        f"/statements/{made['id']}.xlsx",
    ):
        assert sales.get(path).status_code == 404, path
    assert sales.request("PUT", f"/customers/{hidden}/bill-selection", json={"bill_ids": [bill]}).status_code == 404
    assert sales.request("DELETE", f"/customers/{hidden}/bill-selection").status_code == 404
    assert sales.post("/statements", {"bill_ids": [bill]}).status_code == 422
    assert made["id"] not in [each["id"] for each in sales.get("/statements").json()["items"]]
