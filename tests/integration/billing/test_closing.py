"""A billing cycle is closed when the bill is written off and, for a product that needs invoices, invoiced in full; and when it is
due, known from the day the bill is made."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.reopen_bills import reopen_bills
from services.billing.usecases.show_bill import show_bill
from services.contracts import billing_calls as calls
from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.billing.office import MARCH, SALES, YUNFAN, Office, selected, unified


def bill(office: Office, customer: UUID, price: str = "0.05", month: Month = MARCH, **product: Any) -> UUID:
    """Of 6,000 messages."""
    product_id = office.product(customer, **product)
    office.account(product_id, customer, "yunfan01")
    office.price(product_id, unified(price), kind="unified", valid_from="2025-01-01")
    office.report([("yunfan01", month.first_day, "CMCC", 6_000)])
    office.run_billing(month, customer, shards=1)
    found: UUID = office.value("SELECT id FROM bills")
    return found


def reconcile(office: Office, customer: UUID, bill_id: UUID) -> None:
    process_id = new_id()
    office.prepare("reconciliation", process_id, customer, selected(bill_id))
    office.archive("reconciliation", process_id, selected(bill_id))


def invoice(office: Office, customer: UUID, bill_id: UUID, amount: str, number: str) -> UUID:
    process_id = new_id()
    form = {"bills": [{"bill_id": str(bill_id), "amount": amount}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", process_id, customer, form)
    office.archive("bill_invoice", process_id, {**form, "invoice_number": number, "issued_on": "2026-04-01"})
    found: UUID = office.value("SELECT id FROM invoices WHERE number = :number", number=number)
    return found


def reverse_invoice(office: Office, customer: UUID, invoice_id: UUID, number: str) -> None:
    process_id, form = new_id(), {"kind": "invoice", "target_id": str(invoice_id), "reason": "抬头有误"}
    office.prepare("reversal", process_id, customer, form)
    office.archive("reversal", process_id, {**form, "red_number": number, "red_issued_on": "2026-04-01"})


def reverse_write_off(office: Office, customer: UUID, bill_id: UUID, outstanding: str, version: int) -> None:
    owed = {"bill_id": str(bill_id), "number": "账单", "amount": "300.00", "outstanding": outstanding}
    told = {
        "write_off_id": str(new_id()),
        "reversal_id": str(new_id()),
        "customer_id": str(customer),
        "customer_name": YUNFAN,
        "owner_id": None,
        "amount": "300.00",
        "commission": "0.00",
        "reason": "认错了客户",
        "numbers": "账单",
        "bills": [{**owed, "receivable_version": version}],
    }
    office.hear(reopen_bills, "write_off_reversed", told)


def shown(office: Office, bill_id: UUID) -> dict[str, Any]:
    view: dict[str, Any] = calls.BillDetail().dump(show_bill(office.begin(SALES), bill_id))
    return view


@pytest.mark.parametrize("needs_invoice", [True, False])
def test_a_bill_of_nothing_is_closed_by_its_reconciliation(office: Office, customer: UUID, needs_invoice: bool) -> None:
    bill_id = bill(office, customer, price="0", needs_invoice=needs_invoice)
    reconcile(office, customer, bill_id)
    assert office.states() == ["closed"]
    (closed,) = office.events("bill_closed")
    assert closed["amount"] == "0.00"


def test_written_off_in_part_or_invoiced_in_part_nothing_is_closed(office: Office, customer: UUID) -> None:
    bill_id = bill(office, customer)
    reconcile(office, customer, bill_id)
    invoice(office, customer, bill_id, "300.00", "N1")
    office.settle(bill_id, "0.01", version=1)
    assert office.states() == ["reconciled"]
    office.settle(bill_id, "0.00", version=2)
    assert office.states() == ["closed"]


def test_what_is_asked_for_is_not_yet_invoiced(office: Office, customer: UUID) -> None:
    bill_id = bill(office, customer)
    reconcile(office, customer, bill_id)
    form = {"bills": [{"bill_id": str(bill_id), "amount": "300.00"}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", new_id(), customer, form)
    office.settle(bill_id, "0.00")
    assert office.states() == ["reconciled"]


def test_a_product_that_needs_no_invoice_may_have_one_and_stays_closed_when_that_is_reversed(
    office: Office, customer: UUID
) -> None:
    bill_id = bill(office, customer, needs_invoice=False)
    reconcile(office, customer, bill_id)
    office.settle(bill_id, "0.00")
    wrong = invoice(office, customer, bill_id, "300.00", "N1")
    reverse_invoice(office, customer, wrong, "R1")
    assert (office.states(), shown(office, bill_id)["invoiced"]) == (["closed"], "0.00")


def test_each_reversal_opens_the_cycle_again_and_it_closes_once_both_are_made_good(office: Office, customer: UUID) -> None:
    bill_id = bill(office, customer)
    reconcile(office, customer, bill_id)
    wrong = invoice(office, customer, bill_id, "300.00", "N1")
    office.settle(bill_id, "0.00", version=1)
    assert office.states() == ["closed"]
    reverse_invoice(office, customer, wrong, "R1")
    assert office.states() == ["reconciled"]
    reverse_write_off(office, customer, bill_id, "300.00", version=2)
    invoice(office, customer, bill_id, "300.00", "N2")
    assert office.states() == ["reconciled"]
    office.settle(bill_id, "0.00", version=3)
    assert office.states() == ["closed"]
    assert [closed["bill_id"] for closed in office.events("bill_closed")] == [str(bill_id)] * 2


# Due dates


@pytest.mark.parametrize(
    ("month", "cycle", "due"),
    [
        (MARCH, 1, "2026-04-30"),
        (Month(2026, 1), 1, "2026-02-28"),
        (Month(2025, 12), 2, "2026-02-28"),
        (MARCH, 12, "2027-03-31"),
    ],
)
def test_a_bill_says_when_it_would_be_due_before_it_is_reconciled(
    office: Office, customer: UUID, month: Month, cycle: int, due: str
) -> None:
    """At the end of the month that lies billing cycle months after its period, whenever it is reconciled."""
    bill_id = bill(office, customer, month=month, cycle=cycle)
    before = shown(office, bill_id)
    assert (before["due_on"], before["expected_due_on"]) == (None, due)
    office.now = office.now.replace(month=8)
    reconcile(office, customer, bill_id)
    after = shown(office, bill_id)
    assert (after["due_on"], after["expected_due_on"]) == (due, due)
    (told,) = office.events("bills_reconciled")
    assert told["bills"][0]["due_on"] == due


def test_another_cycle_moves_no_bill_that_is_made(office: Office, customer: UUID) -> None:
    bill_id = bill(office, customer)
    product = office.value("SELECT id FROM products")
    process_id, form = new_id(), {"product_ids": [str(product)], "billing_cycle_months": 6}
    office.prepare("billing_cycle_change", process_id, customer, form)
    office.archive("billing_cycle_change", process_id, form)
    assert shown(office, bill_id)["expected_due_on"] == "2026-04-30"
    office.now = office.now.replace(month=5)
    office.report([("yunfan01", date(2026, 4, 1), "CMCC", 6_000)])
    office.run_billing(Month(2026, 4), customer, shards=1)
    due = [shown(office, row.id)["expected_due_on"] for row in office.rows("SELECT id FROM bills ORDER BY month")]
    assert due == ["2026-04-30", "2026-10-31"]
    assert office.value("SELECT sum(amount) FROM bills") == Decimal("600.00")
