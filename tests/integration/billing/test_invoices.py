"""What a 账单开票 reserves and issues, and when the billing cycle is closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.list_invoices import list_invoices, show_invoice
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import (
    FINANCE,
    INFORMATION,
    OTHER_SALES,
    SALES,
    YUNFAN,
    Office,
    fields_of,
    selected,
    unified,
)


def _asked(*amounts: tuple[UUID, str], kind: str = "special", **more: Any) -> dict[str, Any]:
    return {"bills": [{"bill_id": str(bill), "amount": amount} for bill, amount in amounts], "invoice_type": kind, **more}


def _number(office: Office, customer: UUID, process: UUID, form: dict[str, Any], number: str, day: str = "2026-04-01") -> Any:
    entered = {**form, "invoice_number": number, "issued_on": day}
    return office.prepare("bill_invoice", process, customer, entered, FINANCE, "node", "finance")


def test_an_invoice_takes_exactly_what_its_bills_lack(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    first, second, _ = receivables
    over = _asked((first, "300.01"), (second, "399.99"))
    assert fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, over)) == {
        "bills.0.amount": ["over_what_bill_lacks|300.00"]
    }
    short = _asked((first, "300.00"), (second, "399.99"))
    assert fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, short)) == {
        "bills": ["total_differs|699.99|700.00"]
    }
    prepared = office.prepare("bill_invoice", new_id(), customer, _asked((first, "300.00"), (second, "400.00")))
    assert prepared["form"]["invoice_information"] == INFORMATION
    assert prepared["form"]["total"] == "700.00"
    again = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, _asked((first, "300.00"))))
    assert again["bills.0.amount"] == ["over_what_bill_lacks|0.00"]


def test_what_an_invoice_type_needs_is_named_at_the_start(office: Office, receivables: list[UUID], customer: UUID) -> None:
    office.customer(id=customer, version=2, information={"company_name": YUNFAN, "tax_number": "", "bank": "工商银行"})
    ordinary = _asked((receivables[0], "300.00"), kind="ordinary")
    missing = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, ordinary))
    assert missing == {"invoice_information.tax_number": ["required"]}
    special = _asked((receivables[0], "300.00"), invoice_information={"tax_number": "91310115MA1K3XQ771"})
    missing = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, special))
    assert sorted(missing) == [f"invoice_information.{field}" for field in ("address", "bank_account", "telephone")]


def test_a_tax_number_that_is_entered_is_checked_as_a_customers_is(
    office: Office, receivables: list[UUID], customer: UUID
) -> None:
    wrong = _asked((receivables[0], "300.00"), invoice_information={"tax_number": "91310115MA1K3XQ772"})
    fields = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, wrong))
    assert fields == {"invoice_information.tax_number": ["tax_number_check_digit"]}
    pasted = _asked((receivables[0], "300.00"), invoice_information={"tax_number": "91310115ｍa1k3xq771 "})
    prepared = office.prepare("bill_invoice", new_id(), customer, pasted)
    assert prepared["form"]["invoice_information"]["tax_number"] == "91310115MA1K3XQ771"


def test_an_open_bill_is_not_invoiced(office: Office, customer: UUID, bills: list[UUID]) -> None:
    fields = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, _asked((bills[0], "300.00"))))
    assert fields == {"bills.0.bill_id": [f"bill_not_reconciled|账单-2026-03-{YUNFAN}-行业短信-001|待对账|open"]}


def test_of_many_invoices_for_one_bill_at_once_one_has_its_amount(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    def ask(_number: int) -> bool:
        try:
            office.prepare("bill_invoice", new_id(), customer, _asked((receivables[0], "300.00")))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 1
    assert office.value("SELECT invoice_reserved FROM bills WHERE id = :id", id=receivables[0]) == Decimal("300.00")


def test_the_database_itself_keeps_more_than_the_bill_from_being_invoiced(office: Office, receivables: list[UUID]) -> None:
    with pytest.raises(IntegrityError, match="ck_bills_invoiced"):
        office.rows("UPDATE bills SET invoiced = 200, invoice_reserved = 100.01 WHERE id = :id RETURNING id", id=receivables[0])


def test_an_invoices_number_is_unique_even_between_two_at_once(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    processes, forms = (
        [new_id() for _ in receivables],
        [_asked((bill, f"{300 + 100 * number}.00")) for number, bill in enumerate(receivables)],
    )
    for process, form in zip(processes, forms, strict=True):
        office.prepare("bill_invoice", process, customer, form)

    def enter(number: int) -> bool:
        try:
            _number(office, customer, processes[number], forms[number], "25317000000000000001")
        except InvalidInput as refusal:
            return refusal.fields != {"invoice_number": ["invoice_number_taken|25317000000000000001"]}
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(enter, range(3))) == 1


def test_an_invoice_is_not_issued_tomorrow(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    assert fields_of(lambda: _number(office, customer, process, form, "1", "2026-04-02")) == {"issued_on": ["after|2026-04-01"]}


def test_a_rejected_invoice_gives_back_its_amounts_and_its_number(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, "25317000")
    office.reject("bill_invoice", process, version=5)
    assert office.value("SELECT sum(invoice_reserved) FROM bills") == 0
    office.prepare("bill_invoice", process, customer, form, phase="resubmit", version=6)
    other, other_form = new_id(), _asked((receivables[1], "400.00"))
    office.prepare("bill_invoice", other, customer, other_form)
    _number(office, customer, other, other_form, "25317000")
    assert office.value("SELECT sum(invoice_reserved) FROM bills") == Decimal("700.00")


def test_an_archived_invoice_is_issued_once_and_shown(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, "25317000")
    for version in (8, 9):
        office.archive(
            "bill_invoice", process, {**form, "invoice_number": "25317000", "issued_on": "2026-04-01"}, version=version
        )
    (issued,) = office.events("invoice_issued")
    assert (issued["number"], issued["amount"], issued["company_name"]) == ("25317000", "300.00", YUNFAN)
    page: dict[str, Any] = {
        "customer_id": customer,
        "kind": None,
        "state": None,
        "number": "",
        "issued_from": None,
        "issued_to": None,
        "page_size": 50,
        "sort": "",
        "cursor": "",
    }
    (row,) = list_invoices(office.begin(SALES), **page).items
    assert (row.state, row.number) == ("issued", "25317000")
    assert show_invoice(office.begin(SALES), row.id)["bills"][0]["amount"] == Decimal("300.00")
    assert list_invoices(office.begin(OTHER_SALES), **page).items == []
    with pytest.raises(NotFound):
        show_invoice(office.begin(OTHER_SALES), row.id)


def _invoice(office: Office, customer: UUID, bill: UUID, amount: str, number: str) -> None:
    process, form = new_id(), _asked((bill, amount))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, number)
    office.archive("bill_invoice", process, form)


@pytest.mark.parametrize("invoiced_first", [True, False])
def test_a_bill_is_closed_once_it_is_written_off_and_invoiced_in_full(
    office: Office, customer: UUID, receivables: list[UUID], invoiced_first: bool
) -> None:
    bill = receivables[0]
    steps: list[Callable[[], object]] = [
        lambda: _invoice(office, customer, bill, "300.00", "25317000"),
        lambda: office.settle(bill, "0.00", version=2),
    ]
    office.settle(bill, "100.00", version=1)
    for step in steps if invoiced_first else steps[::-1]:
        assert office.events("bill_closed") == []
        step()
    assert [closed["bill_id"] for closed in office.events("bill_closed")] == [str(bill)]
    assert office.states()[0] == "closed"


def test_a_settlement_that_comes_late_changes_nothing(office: Office, receivables: list[UUID]) -> None:
    office.settle(receivables[0], "0.00", version=2)
    office.settle(receivables[0], "100.00", version=1)
    assert office.value("SELECT outstanding FROM bills WHERE id = :id", id=receivables[0]) == Decimal("0.00")


def test_a_product_that_needs_no_invoice_closes_by_the_write_off_alone(office: Office, customer: UUID) -> None:
    product = office.product(customer, needs_invoice=False)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 6000)])
    office.run_billing()
    bill, process = office.value("SELECT id FROM bills"), new_id()
    with pytest.raises(Conflict, match="bill_not_reconciled"):
        office.settle(bill, "0.00")
    office.prepare("reconciliation", process, customer, selected(bill))
    office.archive("reconciliation", process, selected(bill))
    office.settle(bill, "0.00")
    assert office.states() == ["closed"]
