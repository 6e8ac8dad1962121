"""无账单开票: money invoiced before there is a bill, and the bills that are set against it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.list_invoices import list_invoices, show_invoice
from services.billing.usecases.show_bill import show_bill
from services.kit.errors import Conflict
from services.kit.ids import new_id
from tests.integration.billing.office import FINANCE, SALES, YUNFAN, Office, fields_of, selected

PAGE: dict[str, Any] = {
    "customer_id": None,
    "state": None,
    "number": "",
    "issued_from": None,
    "issued_to": None,
    "page_size": 50,
    "sort": "",
    "cursor": "",
}


def _asked(amount: str, received: str | None = None, **more: Any) -> dict[str, Any]:
    form = {"amount_received": received or amount, "invoice_amount": amount, "invoice_type": "ordinary"}
    return {**form, "remarks": "预付款，客户先要发票", **more}


def _advance(office: Office, customer: UUID, amount: str, number: str, day: str = "2026-04-01") -> UUID:
    process_id, form = new_id(), _asked(amount)
    office.prepare("no_bill_invoice", process_id, customer, form)
    entered = {**form, "invoice_number": number, "issued_on": day}
    prepared = office.prepare("no_bill_invoice", process_id, customer, entered, FINANCE, "node", "finance", version=2)
    office.archive("no_bill_invoice", process_id, prepared["form"])
    invoice_id: UUID = office.value("SELECT id FROM invoices WHERE number = :number", number=number)
    return invoice_id


def _reconcile(office: Office, customer: UUID, *bills: UUID) -> None:
    process_id = new_id()
    office.prepare("reconciliation", process_id, customer, selected(*bills))
    office.archive("reconciliation", process_id, selected(*bills))


def _invoiced(office: Office) -> list[Decimal]:
    return [row.invoiced for row in office.rows("SELECT invoiced FROM bills ORDER BY amount")]


def test_amount_received_and_amount_asked_are_shown_side_by_side_and_may_differ(office: Office, customer: UUID) -> None:
    prepared = office.prepare("no_bill_invoice", new_id(), customer, _asked("1000.00", "800.00"))
    assert prepared["title"] == f"无账单开票：{YUNFAN} 增值税普通发票 1000.00 元（已收 800.00 元）"
    assert prepared["form"]["difference"] == "-200.00"
    assert prepared["form"]["invoice_information"]["company_name"] == YUNFAN
    (row,) = list_invoices(office.begin(SALES), kind="advance", **PAGE).items
    assert (row.received, row.amount, row.state) == (800, 1000, "requested")


def test_what_an_advance_invoice_lacks_is_named_at_the_start_by_field(office: Office, customer: UUID) -> None:
    office.customer(id=customer, version=2, information={"company_name": YUNFAN})
    form = _asked("0.00", "-1.00", invoice_type="special", invoice_information={"bank": "工商银行"})
    missing = fields_of(lambda: office.prepare("no_bill_invoice", new_id(), customer, form))
    assert missing == {
        **{f"invoice_information.{field}": ["required"] for field in ("tax_number", "address", "telephone", "bank_account")},
        "amount_received": ["range|0|"],
        "invoice_amount": ["above|0"],
    }


def test_an_advance_invoice_is_issued_with_finances_number(office: Office, customer: UUID) -> None:
    invoice_id = _advance(office, customer, "1000.00", "A1")
    (issued,) = office.events("invoice_issued")
    assert (issued["invoice_id"], issued["amount"], issued["bill_ids"]) == (str(invoice_id), "1000.00", [])
    shown = show_invoice(office.begin(SALES), invoice_id)
    assert (shown["kind"], shown["received"], shown["allocated"], shown["reason"]) == (
        "advance",
        1000,
        0,
        "预付款，客户先要发票",
    )
    process_id, form = new_id(), _asked("1.00")
    office.prepare("no_bill_invoice", process_id, customer, form)
    entered = {**form, "invoice_number": "A1", "issued_on": "2026-04-01"}
    taken = fields_of(lambda: office.prepare("no_bill_invoice", process_id, customer, entered, FINANCE, "node", "finance"))
    assert taken == {"invoice_number": ["invoice_number_taken|A1"]}
    office.reject("no_bill_invoice", process_id)
    with pytest.raises(Conflict, match="invoice_not_found"):
        office.archive("no_bill_invoice", process_id, entered, version=10)


def test_later_bills_are_set_against_advance_invoices_the_oldest_of_both_first(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    younger = _advance(office, customer, "450.00", "A2", "2026-04-01")
    older = _advance(office, customer, "350.00", "A1", "2026-03-31")
    _reconcile(office, customer, *bills)
    # In the order of their numbers: 彩信 500.00, 营销短信 400.00, 行业短信 300.00.
    assert _invoiced(office) == [Decimal("0.00"), Decimal("300.00"), Decimal("500.00")]
    for invoice_id, expected in ((older, [350]), (younger, [300, 150])):
        items = show_invoice(office.begin(SALES), invoice_id)["bills"]
        assert sorted((item["amount"] for item in items), reverse=True) == expected
    assert [each["kind"] for each in show_bill(office.begin(SALES), bills[2])["invoices"]] == ["advance", "advance"]


def test_nothing_is_invoiced_twice(office: Office, customer: UUID, bills: list[UUID]) -> None:
    _advance(office, customer, "1150.00", "A1")
    _reconcile(office, customer, *bills)
    lacking = office.rows("SELECT id, amount - invoiced AS lacking FROM bills WHERE invoiced < amount")
    assert [row.lacking for row in lacking] == [Decimal("50.00")]

    def ask(amount: str) -> dict[str, Any]:
        asked = {"bills": [{"bill_id": str(lacking[0].id), "amount": amount}], "invoice_type": "ordinary"}
        return office.prepare("bill_invoice", new_id(), customer, asked)

    assert fields_of(lambda: ask("50.01"))["bills.0.amount"] == ["over_what_bill_lacks|50.00"]
    assert ask("50.00")["form"]["total"] == "50.00"


def test_an_advance_serves_reconciliation_after_reconciliation_until_it_is_used_up(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    invoice_id = _advance(office, customer, "650.00", "A1")
    for bill in bills:
        _reconcile(office, customer, bill)
    assert _invoiced(office) == [Decimal("300.00"), Decimal("350.00"), Decimal("0.00")]
    assert show_invoice(office.begin(SALES), invoice_id)["allocated"] == 650


def test_reconciliations_at_once_never_take_more_than_an_advance_has(office: Office, customer: UUID, bills: list[UUID]) -> None:
    invoice_id = _advance(office, customer, "650.00", "A1")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda bill: _reconcile(office, customer, bill), bills))
    assert sum(_invoiced(office)) == 650
    assert show_invoice(office.begin(SALES), invoice_id)["allocated"] == 650


def _reverse(office: Office, customer: UUID, invoice_id: UUID, number: str) -> None:
    process_id, form = new_id(), {"kind": "invoice", "target_id": str(invoice_id), "reason": "抬头有误"}
    office.prepare("reversal", process_id, customer, form)
    entered = {**form, "red_number": number, "red_issued_on": "2026-04-01"}
    prepared = office.prepare("reversal", process_id, customer, entered, FINANCE, "node", "finance", version=2)
    office.archive("reversal", process_id, prepared["form"])


@pytest.mark.parametrize("attempt", range(4))
def test_an_advance_reversed_while_bills_are_set_against_it_leaves_none_of_them_invoiced(
    office: Office, customer: UUID, bills: list[UUID], attempt: int
) -> None:
    """One locks the invoice, then its bills; the other its bills, then the invoice: they must not wait for each other."""
    invoice_id = _advance(office, customer, "1000.00", "A1")
    _reconcile(office, customer, bills[0])
    with ThreadPoolExecutor(3) as pool:
        reversal = pool.submit(_reverse, office, customer, invoice_id, "R1")
        for reconciled in [pool.submit(_reconcile, office, customer, bill) for bill in bills[1:]]:
            reconciled.result()
        reversal.result()
    assert _invoiced(office) == [0, 0, 0]
    assert show_invoice(office.begin(SALES), invoice_id)["state"] == "reversed"
    assert office.states() == ["reconciled"] * 3


def test_a_bill_that_an_advance_covers_and_that_is_paid_is_closed(office: Office, customer: UUID, bills: list[UUID]) -> None:
    _advance(office, customer, "300.00", "A1")
    _reconcile(office, customer, bills[0])
    office.settle(bills[0], "0.00")
    assert office.states()[0] == "closed"


def test_bills_are_set_against_their_own_customers_advances_alone(office: Office, customer: UUID, bills: list[UUID]) -> None:
    _advance(office, office.customer("别的公司"), "5000.00", "A1")
    _reconcile(office, customer, *bills)
    assert _invoiced(office) == [0, 0, 0]


STATEMENTS: list[Any] = [
    pytest.param("UPDATE invoice_items SET amount = amount + 0.01", id="an item grows"),
    pytest.param("UPDATE invoices SET allocated = 0", id="an allocation by hand"),
    pytest.param("UPDATE invoices SET amount = amount - 0.01", id="an invoice shrinks"),
    pytest.param("UPDATE invoices SET kind = 'normal', received = NULL", id="an advance becomes one for bills"),
    pytest.param("DELETE FROM invoice_items", id="an item disappears"),
    pytest.param("UPDATE bills SET invoiced = invoiced - 0.01", id="a bill says that less is invoiced"),
    pytest.param("UPDATE invoices SET state = 'reversed'", id="an invoice is reversed and its bills do not know"),
    pytest.param(
        "INSERT INTO invoice_items (invoice_id, bill_id, amount)"
        " SELECT invoices.id, bills.id, 0.01 FROM invoices, bills WHERE bills.invoiced = 0 LIMIT 1",
        id="more than the invoice has",
    ),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_hand_written_sql_cannot_break_what_is_invoiced(
    office: Office, customer: UUID, bills: list[UUID], statement: str
) -> None:
    _advance(office, customer, "300.00", "A1", date(2026, 4, 1).isoformat())
    _reconcile(office, customer, bills[0])
    if "kind" in statement:
        _advance(office, customer, "10.00", "A2")
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(text(statement))
