"""What a 对账 agrees beside the bills' total (约定差额): the customer owes the total and the difference, to the fen."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from services.billing.store.ledger import lock_funds
from services.billing.usecases.list_bills import list_bills
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.void_bill import finish_void
from services.contracts import billing_calls as calls
from services.kit.clock import Month
from services.kit.errors import Conflict
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.office import SALES, YUNFAN, Office, fields_of, selected, unified
from tests.integration.billing.prepaid import Prepaid


def agreed(difference: str, *bills: UUID) -> dict[str, Any]:
    return {**selected(*bills), "agreed_difference": difference}


def reconcile(office: Office, customer: UUID, difference: str, *bills: UUID) -> dict[str, Any]:
    """What the process showed at its start; it is archived."""
    process = new_id()
    prepared = office.prepare("reconciliation", process, customer, agreed(difference, *bills))
    office.archive("reconciliation", process, prepared["form"])
    return prepared


def receivables(office: Office) -> list[dict[str, Any]]:
    (told,) = office.events("bills_reconciled")
    return sorted(told["bills"], key=lambda bill: bill["month"] + bill["number"])


def shown(office: Office, bill: UUID) -> dict[str, Any]:
    view: dict[str, Any] = calls.BillDetail().dump(show_bill(office.begin(SALES), bill))
    return view


def test_a_credit_is_shared_over_the_bills_by_their_amounts_to_the_fen(office: Office, customer: UUID, bills: list[UUID]) -> None:
    prepared = reconcile(office, customer, "-100.01", *bills)
    assert prepared["title"] == f"对账：{YUNFAN} 2026-03（3 张账单，合计 1200.00 元，约定差额 -100.01 元）"
    form = prepared["form"]
    assert (form["total"], form["agreed_total"]) == ("1200.00", "1099.99")
    parts = sorted((bill["amount"], bill["agreed_difference"], bill["agreed_amount"]) for bill in form["bills"])
    assert parts == [("300.00", "-25.00", "275.00"), ("400.00", "-33.34", "366.66"), ("500.00", "-41.67", "458.33")]
    amounts = sorted((bill["amount"], bill["agreed_difference"]) for bill in receivables(office))
    assert amounts == [("275.00", "-25.00"), ("366.66", "-33.34"), ("458.33", "-41.67")]
    for bill in receivables(office):
        assert sum(Decimal(share["amount"]) for share in bill["shares"]) == Decimal(bill["amount"])
    view = shown(office, bills[0])
    assert (view["amount"], view["agreed_difference"], view["agreed_amount"]) == ("300.00", "-25.00", "275.00")
    assert (view["outstanding"], view["accounts"][0]["agreed_difference"]) == ("275.00", "-25.00")
    asked: dict[str, Any] = {
        "customer_id": customer,
        "product_id": None,
        "month": None,
        "state": None,
        "number": None,
        "overdue": False,
    }
    page = calls.BillPage().dump(list_bills(office.begin(SALES), **asked, page_size=9, sort="amount", cursor=""))
    assert [bill["agreed_amount"] for bill in page["items"]] == ["275.00", "366.66", "458.33"]
    applied = office.applied("reconciliation")[-1]
    assert applied["summary_zh"] == "3 张账单已对账，约定差额 -100.01 元，合计 1099.99 元转为应收"
    assert applied["summary_en"] == "bills reconciled: 3, agreed difference -100.01 CNY; 1099.99 CNY receivable"


def test_an_extra_is_owed_and_may_be_invoiced_above_the_amount(office: Office, customer: UUID, bills: list[UUID]) -> None:
    reconcile(office, customer, "30.00", bills[0])
    assert [(bill["amount"], bill["quantity"]) for bill in receivables(office)] == [("330.00", 6_000)]
    assert [bill["covered_quantity"] for bill in receivables(office)] == [0]
    form = {"bills": [{"bill_id": str(bills[0]), "amount": "330.01"}], "invoice_type": "ordinary"}
    wrong = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, form))
    assert wrong["bills.0.amount"] == ["over_what_bill_lacks|330.00"]


def test_a_bill_is_closed_when_what_was_agreed_is_written_off_and_invoiced(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    reconcile(office, customer, "-50.00", bills[0])
    invoice, form = new_id(), {"bills": [{"bill_id": str(bills[0]), "amount": "250.00"}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", invoice, customer, form)
    office.archive("bill_invoice", invoice, {**form, "invoice_number": "25310001", "issued_on": "2026-04-01"})
    assert office.states()[0] == "reconciled"
    office.settle(bills[0], "0.00")
    assert office.states()[0] == "closed"
    (closed,) = office.events("bill_closed")
    assert closed["amount"] == "250.00"


def test_a_difference_is_no_more_than_the_selected_bills_come_to(office: Office, customer: UUID, bills: list[UUID]) -> None:
    for form in (agreed("-300.01", bills[0]), agreed("300.01", bills[0])):
        wrong = fields_of(partial(office.prepare, "reconciliation", new_id(), customer, form))
        assert wrong == {"agreed_difference": ["difference_over_total|300.00"]}
    assert office.states() == ["open"] * 3
    with pytest.raises(Conflict, match="difference_over_total"):
        office.archive("reconciliation", new_id(), agreed("-300.01", bills[0]))


def test_a_bill_that_is_credited_whole_is_owed_by_nobody_and_closed(office: Office, customer: UUID, bills: list[UUID]) -> None:
    reconcile(office, customer, "-300.00", bills[0])
    assert [(bill["amount"], bill["shares"][0]["amount"]) for bill in receivables(office)] == [("0.00", "0.00")]
    assert office.states() == ["closed", "open", "open"]


def test_a_resubmitted_difference_counts_alone(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, agreed("-10.00", *bills))
    prepared = office.prepare("reconciliation", process, customer, agreed("-12.00", *bills), phase="resubmit", version=4)
    office.archive("reconciliation", process, prepared["form"])
    assert office.value("SELECT sum(agreed_difference) FROM bills") == Decimal("-12.00")


def test_a_voided_bill_gives_its_part_up(office: Office, customer: UUID, bills: list[UUID]) -> None:
    reconcile(office, customer, "-120.00", *bills)
    process, form = new_id(), {"kind": "bill", "target_id": str(bills[0]), "reason": "单价录错"}
    office.prepare("reversal", process, customer, form)
    office.archive("reversal", process, form)
    office.hear(finish_void, "receivable_cancelled", office.events("bill_void_asked")[-1])
    view = shown(office, bills[0])
    assert (view["state"], view["agreed_difference"], view["amount"]) == ("void", "0.00", "300.00")
    assert office.value("SELECT sum(agreed_difference) FROM bills") == Decimal("-90.00")


def test_later_bills_are_set_against_advance_invoices_up_to_what_was_agreed(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    process = new_id()
    form = {
        "amount_received": "1000.00",
        "invoice_amount": "1000.00",
        "invoice_type": "ordinary",
        "remarks": "预收",
        "invoice_number": "25310001",
        "issued_on": "2026-03-01",
    }
    office.prepare("no_bill_invoice", process, customer, form)
    office.archive("no_bill_invoice", process, form)
    reconcile(office, customer, "-50.00", bills[0])
    assert office.value("SELECT allocated FROM invoices") == Decimal("250.00")
    assert shown(office, bills[0])["invoiced"] == "250.00"


# Bills that balances have paid


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer)


def test_what_a_balance_paid_above_what_was_agreed_goes_back_to_it(office: Office, customer: UUID, prepaid: Prepaid) -> None:
    prepaid.recharge("500.00")
    prepaid.use("100.00")
    bill = office.value("SELECT id FROM bills")
    reconcile(office, customer, "-10.00", bill)
    assert prepaid.balance == "410.00"
    assert [(told["amount"], told["covered"]) for told in receivables(office)] == [("0.00", "90.00")]
    assert [(told["quantity"], told["covered_quantity"]) for told in receivables(office)] == [(0, 10_000)]
    assert shown(office, bill)["accounts"][0]["covered"] == "90.00"


def test_an_extra_is_taken_of_the_balance_too(office: Office, customer: UUID, prepaid: Prepaid) -> None:
    prepaid.recharge("105.00")
    prepaid.use("100.00")
    reconcile(office, customer, "20.00", office.value("SELECT id FROM bills"))
    assert prepaid.balance == "0.00"
    assert [(told["amount"], told["covered"]) for told in receivables(office)] == [("15.00", "105.00")]


def test_of_a_bill_covered_in_part_the_rest_is_owed_with_the_difference(office: Office, customer: UUID, prepaid: Prepaid) -> None:
    prepaid.recharge("60.00")
    prepaid.use("100.00")
    reconcile(office, customer, "-20.00", office.value("SELECT id FROM bills"))
    (told,) = receivables(office)
    assert (told["amount"], told["covered"], told["quantity"]) == ("20.00", "60.00", 2_500), "a quarter of what was agreed"
    assert told["covered_quantity"] == 7_500


def test_messages_that_cost_the_customer_nothing_are_covered_with_a_bill_that_balances_cover_whole(
    office: Office, customer: UUID, prepaid: Prepaid
) -> None:
    """What they cost us is borne by what the balances earn: no receivable is left to bear it (payments.md, "Commission")."""
    free = Prepaid(office, customer, "free")
    office.rows("UPDATE accounts SET product_id = :product WHERE id = :id RETURNING id", product=prepaid.product, id=free.account)
    prices = [{"segment": code, "tiers": unified(price)[0]["tiers"]} for code, price in (("CMCC", "0.01"), ("CUCC", "0"))]
    office.price(prepaid.product, prices, kind="unified")
    prepaid.recharge("500.00")
    office.report([("free", Month(2026, 3).first_day, "CUCC", 300)])
    prepaid.use("100.00")
    reconcile(office, customer, "0.00", office.value("SELECT id FROM bills"))
    (told,) = receivables(office)
    assert {share["identifier"]: share["quantity"] for share in told["shares"]} == {"free": 300, "prepaid01": 0}
    assert (told["amount"], told["covered"], told["quantity"], told["covered_quantity"]) == ("0.00", "100.00", 0, 10_300)
    assert (told["state"], told["process_id"]) == ("reconciled", str(office.value("SELECT process_id FROM bills")))


def test_reconciliations_lock_the_balances_of_all_their_bills_in_one_order(
    office: Office, customer: UUID, prepaid: Prepaid
) -> None:
    """Held up at the second of three accounts, neither has the first or the last that the other needs."""
    accounts = [Prepaid(office, customer, name, "2025-01-01") for name in ("one", "two", "three")]
    months = iter(Month(2025, number) for number in range(1, 7))

    def billed(account: Prepaid) -> UUID:
        month = next(months)
        account.recharge("10.00")
        account.use("10.00", month)
        found: UUID = office.value("SELECT id FROM bills WHERE month = :month", month=month.first_day)
        return found

    bills = [[billed(account) for account in order] for order in (accounts, accounts[::-1])]
    with ThreadPoolExecutor(2) as pool:
        with office.begin()() as work:
            lock_funds(work.session, [accounts[1].account], work.today)
            running = [pool.submit(reconcile, office, customer, "-3.00", *wanted) for wanted in bills]
            office.wait_until_blocked(2)
        for each in running:
            each.result()
    assert office.value("SELECT sum(covered) FROM bills") == Decimal("54.00")


def test_reconciliations_of_bills_that_share_their_accounts_do_not_lock_each_other_out(
    office: Office, customer: UUID, prepaid: Prepaid
) -> None:
    accounts = [Prepaid(office, customer, name, "2025-01-01") for name in ("prepaid02", "prepaid03")]
    for account in accounts:
        account.recharge("1000.00")
    for month in (Month(2025, number) for number in range(1, 9)):
        for account in accounts:
            account.use("10.00", month)
    found = [row.id for row in office.rows("SELECT id FROM bills ORDER BY month, product_id")]
    assert len(found) == 16
    pairs = [(found[place], found[place + 1]) for place in range(0, 16, 2)]

    def agree(number: int) -> None:
        reconcile(office, customer, "-3.00", *pairs[number][:: -1 if number % 2 else 1])

    at_once(8, agree)
    held = office.value("SELECT sum(covered) FROM bills")
    assert held == 160 - 24
    assert office.value("SELECT sum(prepay) FROM balances") == 2000 - held


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("agreed_difference = -1", id="a difference that no reconciliation agreed on"),
        pytest.param("state = 'closed', due_on = now(), process_id = id, agreed_difference = -500.01", id="below zero"),
        pytest.param("invoiced = 1200.01", id="invoiced above what was agreed"),
    ],
)
def test_hand_written_sql_cannot_agree_on_a_difference(office: Office, bills: list[UUID], change: str) -> None:
    with pytest.raises(IntegrityError, match="ck_bills_"):
        office.rows(f"UPDATE bills SET {change} RETURNING 1")
