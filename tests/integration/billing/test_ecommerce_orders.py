"""电商购销单: archived, it makes a one-off bill with its cost (spec, workflow.md, "The catalogue")."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.show_statement import find_statement_file
from services.contracts import billing_calls as calls
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.jobs import open_job
from tests.integration.billing.office import OTHER_SALES, SALES, YUNFAN, Office, fields_of, selected

ITEMS = [
    {"name": "服务器", "quantity": 2, "purchase_price": "8000", "sale_price": "10000.50"},
    {"name": "网线", "quantity": 3, "purchase_price": "0.333333", "sale_price": "0.335"},
]


def order(items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"supplier": "某某电子", "items": ITEMS if items is None else items, "delivery": "送货上门"}


def one(**changes: Any) -> list[dict[str, Any]]:
    return [{"name": "笔", "quantity": 1, "purchase_price": "1", "sale_price": "2", **changes}]


def sold(office: Office, customer: UUID, **archived: Any) -> UUID:
    """An archived order's bill."""
    process = new_id()
    office.prepare("ecommerce_order", process, customer, order())
    office.archive("ecommerce_order", process, order(), customer, **archived)
    bill_id: UUID = office.value("SELECT id FROM bills WHERE order_process_id = :process", process=process)
    return bill_id


def shown(office: Office, bill_id: UUID) -> Any:
    return calls.BillDetail().dump(show_bill(office.begin(SALES), bill_id))


def test_the_form_says_what_it_sells_for_and_what_it_cost(office: Office, customer: UUID) -> None:
    prepared = office.prepare("ecommerce_order", new_id(), customer, order())
    assert (prepared["form"]["total"], prepared["form"]["cost"]) == ("20002.01", "16001.00")
    assert prepared["title"] == f"电商购销单：{YUNFAN} 20002.01 元（供应商 某某电子）"
    assert office.rows("SELECT 1 FROM bills") == []


def test_an_archived_order_is_a_bill_of_its_month_with_lines_rounded_once_and_its_cost(office: Office, customer: UUID) -> None:
    bill = shown(office, sold(office, customer, time=datetime(2026, 4, 30, 15, 59, tzinfo=UTC)))
    assert (bill["number"], bill["month"], bill["state"]) == (f"账单-2026-04-{YUNFAN}-电商购销-001", "2026-04", "open")
    assert (bill["amount"], bill["cost"], bill["quantity"]) == ("20002.01", "16001.00", 5)
    assert (bill["product_id"], bill["product_type"], bill["needs_invoice"]) == (None, "ecommerce", True)
    assert [(item["name"], item["quantity"], item["sale_price"], item["amount"]) for item in bill["items"]] == [
        ("服务器", 2, "10000.5", "20001.00"),
        ("网线", 3, "0.335", "1.01"),
    ]
    (made,) = office.events("bill_made")
    assert (made["product_id"], made["amount"]) == (None, "20002.01")
    (applied,) = office.events("process_applied")
    assert bill["number"] in applied["summary_zh"]


def test_the_month_is_the_one_in_shanghai_in_which_it_was_archived(office: Office, customer: UUID) -> None:
    assert shown(office, sold(office, customer, time=datetime(2026, 4, 30, 16, tzinfo=UTC)))["month"] == "2026-05"


def test_an_order_told_of_twice_makes_one_bill(office: Office, customer: UUID) -> None:
    process = new_id()
    for version in (9, 12):
        office.archive("ecommerce_order", process, order(), customer, version=version)
    assert len(office.events("bill_made")) == 1


def test_orders_archived_at_once_have_numbers_of_their_own(office: Office, customer: UUID) -> None:
    def archive(_number: int) -> None:
        office.archive("ecommerce_order", new_id(), order(), customer)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(archive, range(6)))
    assert [row.serial for row in office.rows("SELECT serial FROM bills ORDER BY serial")] == [1, 2, 3, 4, 5, 6]


def test_an_orders_bill_is_reconciled_with_its_cost_and_due_a_month_later(office: Office, customer: UUID) -> None:
    bill_id = sold(office, customer)
    process = new_id()
    prepared = office.prepare("reconciliation", process, customer, selected(bill_id))
    assert prepared["product_ids"] == []
    office.archive("reconciliation", process, selected(bill_id))
    (reconciled,) = office.events("bills_reconciled")
    (bill,) = reconciled["bills"]
    assert (bill["cost"], bill["due_on"], bill["shares"]) == ("16001.00", "2026-05-31", [])
    office.settle(bill_id, "0.00")
    assert shown(office, bill_id)["state"] == "reconciled", "an order is invoiced, too, before its cycle is closed"


def test_a_products_bill_of_the_same_month_stands_beside_it(office: Office, customer: UUID, bills: list[UUID]) -> None:
    sold(office, customer, time=datetime(2026, 3, 20, tzinfo=UTC))
    sold(office, customer, time=datetime(2026, 3, 21, tzinfo=UTC))
    assert office.value("SELECT count(*) FROM bills WHERE month = '2026-03-01'") == len(bills) + 2


def test_a_statement_lists_the_goods(office: Office, customer: UUID) -> None:
    bill_id, jobs = sold(office, customer), list[UUID]()

    def start_job(name: str, as_of: Any, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            jobs.append(open_job(work, name, params["statement_id"], as_of=as_of, params=params)[0])
        return jobs[0]

    statement = make_statement(office.begin(SALES), start_job, Seller("示范公司"), bill_ids=[bill_id])
    office.do_shard(jobs[0])
    file = find_statement_file(office.begin(SALES), statement, "pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(b"".join(office.files.read(file["file_key"])))).pages)
    for expected in ("服务器", "10,000.50", "20,001.00", "网线", "0.335", "20,002.01"):
        assert expected in text, expected


@pytest.mark.parametrize(
    ("items", "field", "code"),
    [
        pytest.param([], "items", "length|1|200", id="nothing"),
        pytest.param(one(quantity=0), "items.0.quantity", "range|1|1000000", id="no quantity"),
        pytest.param(one(purchase_price="-1"), "items.0.purchase_price", "range|0|", id="bought below nothing"),
        pytest.param(one(sale_price="1.0000001"), "items.0.sale_price", "too_many_places|6", id="seven decimals"),
        pytest.param(one(sale_price="0"), "items", "above|0", id="given away"),
        pytest.param(one(quantity=1_000_000, sale_price="999999"), "items", "order_too_large|999999999.99", id="too large"),
    ],
)
def test_what_no_bill_could_be_made_of_is_refused_by_field(
    office: Office, customer: UUID, items: list[dict[str, Any]], field: str, code: str
) -> None:
    wrong = fields_of(lambda: office.prepare("ecommerce_order", new_id(), customer, order(items)))
    assert wrong == {field: [code]}


def test_anothers_customer_is_like_one_that_does_not_exist(office: Office, customer: UUID) -> None:
    wrong = fields_of(lambda: office.prepare("ecommerce_order", new_id(), customer, order(), OTHER_SALES))
    assert wrong == {"subject_id": ["customer_not_found"]}


def test_an_order_that_comes_before_its_customer_is_tried_again(office: Office) -> None:
    with pytest.raises(Exception, match="customer_not_known_yet"):
        office.archive("ecommerce_order", new_id(), order(), new_id())
    assert office.rows("SELECT 1 FROM bills") == []


def test_an_orders_bill_bears_cost_and_no_product_even_by_hand(office: Office, customer: UUID) -> None:
    sold(office, customer)
    for change in ("cost = NULL", f"product_id = '{new_id()}'", "order_process_id = NULL"):
        with pytest.raises(Exception, match="ck_bills_order"):
            office.rows(f"UPDATE bills SET {change} RETURNING 1")
    assert office.value("SELECT cost FROM bills") == Decimal("16001.00")


def test_a_form_without_items_is_refused_whoever_sends_it(office: Office, customer: UUID) -> None:
    with pytest.raises(InvalidInput):
        office.prepare("ecommerce_order", new_id(), customer, {"supplier": "某某电子"})
