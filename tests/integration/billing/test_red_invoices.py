"""红冲: a wrong invoice is reversed by a red one with a reason, and what it was for can be invoiced anew."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_invoices import list_invoices, show_invoice
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from tests.integration.billing.office import FINANCE, OTHER_SALES, SALES, Office, fields_of, selected

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


def _issue(office: Office, customer: UUID, bill: UUID, amount: str, number: str) -> UUID:
    process_id = new_id()
    form = {"bills": [{"bill_id": str(bill), "amount": amount}], "invoice_type": "special"}
    office.prepare("bill_invoice", process_id, customer, form)
    office.archive("bill_invoice", process_id, {**form, "invoice_number": number, "issued_on": "2026-04-01"})
    invoice_id: UUID = office.value("SELECT id FROM invoices WHERE number = :number", number=number)
    return invoice_id


def _form(invoice_id: UUID, **more: Any) -> dict[str, Any]:
    return {"kind": "invoice", "target_id": str(invoice_id), "reason": "抬头有误", **more}


def _enter(office: Office, customer: UUID, process_id: UUID, form: dict[str, Any], number: str, day: str = "2026-04-01") -> Any:
    entered = {**form, "red_number": number, "red_issued_on": day}
    return office.prepare("reversal", process_id, customer, entered, FINANCE, "node", "finance", version=2)["form"]


def _reverse(office: Office, customer: UUID, invoice_id: UUID, number: str) -> UUID:
    process_id, form = new_id(), _form(invoice_id)
    office.prepare("reversal", process_id, customer, form)
    office.archive("reversal", process_id, _enter(office, customer, process_id, form, number))
    return process_id


@pytest.fixture
def invoice(office: Office, customer: UUID, receivables: list[UUID]) -> UUID:
    """Of the bill of 300.00."""
    return _issue(office, customer, receivables[0], "300.00", "N1")


def test_a_wrong_invoice_is_reversed_by_a_red_one_with_a_reason(
    office: Office, customer: UUID, receivables: list[UUID], invoice: UUID
) -> None:
    process_id = _reverse(office, customer, invoice, "R1")
    shown = show_invoice(office.begin(SALES), invoice)
    assert (shown["state"], shown["reversed_by_number"], shown["amount"]) == ("reversed", "R1", 300)
    (red,) = list_invoices(office.begin(SALES), kind="red", **PAGE).items
    assert (red.amount, red.number, red.reverses_id, red.state, red.reason) == (-300, "R1", invoice, "issued", "抬头有误")
    (said,) = office.events("invoice_reversed")
    assert (said["number"], said["red_number"], said["reason"]) == ("N1", "R1", "抬头有误")
    assert (said["bill_ids"], said["process_id"]) == ([str(receivables[0])], str(process_id))
    applied = office.events("process_applied")[-1]
    assert applied["summary_zh"] == "发票 N1 已由红字发票 R1 冲销，金额 300.00 元"


def test_what_a_reversed_invoice_was_for_can_be_invoiced_anew(
    office: Office, customer: UUID, receivables: list[UUID], invoice: UUID
) -> None:
    _reverse(office, customer, invoice, "R1")
    assert office.value("SELECT invoiced FROM bills WHERE id = :id", id=receivables[0]) == 0
    anew = _issue(office, customer, receivables[0], "300.00", "N2")
    _reverse(office, customer, anew, "R2")
    assert office.value("SELECT sum(invoiced) FROM bills") == 0


def test_a_bill_closed_with_the_invoice_opens_again_and_closes_once_invoiced_anew(
    office: Office, customer: UUID, receivables: list[UUID], invoice: UUID
) -> None:
    office.settle(receivables[0], "0.00")
    assert office.states()[0] == "closed"
    _reverse(office, customer, invoice, "R1")
    assert office.states()[0] == "reconciled"
    _issue(office, customer, receivables[0], "300.00", "N2")
    assert office.states()[0] == "closed"
    assert len(office.events("bill_closed")) == 2


def test_an_invoice_is_in_one_reversal_at_a_time(office: Office, customer: UUID, invoice: UUID) -> None:
    def ask(_number: int) -> bool:
        try:
            office.prepare("reversal", new_id(), customer, _form(invoice))
        except InvalidInput as refusal:
            return refusal.fields != {"target_id": ["invoice_in_reversal|N1"]}
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 1


@pytest.mark.parametrize("turn", ["reject", "withdraw"])
def test_a_reversal_that_comes_back_leaves_the_invoice_as_it_is(office: Office, customer: UUID, invoice: UUID, turn: str) -> None:
    process_id, form = new_id(), _form(invoice)
    office.prepare("reversal", process_id, customer, form)
    _enter(office, customer, process_id, form, "R1")
    getattr(office, turn)("reversal", process_id)
    assert show_invoice(office.begin(SALES), invoice)["state"] == "issued"
    _reverse(office, customer, invoice, "R1")


def test_only_an_issued_invoice_of_the_customer_is_reversed(
    office: Office, customer: UUID, receivables: list[UUID], invoice: UUID
) -> None:
    def refused(target: UUID, subject: UUID = customer) -> list[str]:
        return fields_of(lambda: office.prepare("reversal", new_id(), subject, _form(target)))["target_id"]

    assert refused(new_id()) == ["invoice_not_found"]
    assert refused(invoice, office.customer("别的公司")) == ["invoice_not_found"]
    form = {"bills": [{"bill_id": str(receivables[1]), "amount": "400.00"}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", new_id(), customer, form)
    requested = office.value("SELECT id FROM invoices WHERE state = 'requested'")
    assert refused(requested) == ["invoice_not_issued|申请中|requested"]
    _reverse(office, customer, invoice, "R1")
    assert refused(invoice) == ["invoice_not_issued|已红冲|reversed"]
    assert refused(office.value("SELECT id FROM invoices WHERE kind = 'red'")) == ["invoice_is_red"]
    hidden = fields_of(lambda: office.prepare("reversal", new_id(), customer, _form(invoice), OTHER_SALES))
    assert hidden == {"subject_id": ["customer_not_found"]}


def test_a_red_invoices_number_is_unique_and_its_day_neither_to_come_nor_before_the_invoices(
    office: Office, customer: UUID, invoice: UUID
) -> None:
    process_id, form = new_id(), _form(invoice)
    office.prepare("reversal", process_id, customer, form)

    def wrong(number: str, day: str) -> dict[str, list[str]]:
        return fields_of(lambda: _enter(office, customer, process_id, form, number, day))

    assert wrong("N1", "2026-04-01") == {"red_number": ["invoice_number_taken|N1"]}
    assert wrong("R1", "2026-04-02") == {"red_issued_on": ["after|2026-04-01"]}
    assert wrong("R1", "2026-03-31") == {"red_issued_on": ["before|2026-04-01"]}
    with pytest.raises(InvalidInput):
        office.archive("reversal", process_id, form)


def test_a_reversed_advance_gives_its_bills_back(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process_id = new_id()
    form = {"amount_received": "1000.00", "invoice_amount": "1000.00", "invoice_type": "ordinary", "remarks": "预付"}
    office.prepare("no_bill_invoice", process_id, customer, form)
    office.archive("no_bill_invoice", process_id, {**form, "invoice_number": "A1", "issued_on": "2026-04-01"})
    advance = office.value("SELECT id FROM invoices")
    for number, bill in enumerate(bills[:2]):
        reconciliation = new_id()
        office.prepare("reconciliation", reconciliation, customer, selected(bill))
        office.archive("reconciliation", reconciliation, selected(bill))
        assert office.value("SELECT sum(invoiced) FROM bills") == (300, 700)[number]
    reversal = new_id()
    office.prepare("reversal", reversal, customer, _form(advance))
    reconciliation = new_id()
    office.prepare("reconciliation", reconciliation, customer, selected(bills[2]))
    office.archive("reconciliation", reconciliation, selected(bills[2]))
    assert office.value("SELECT sum(invoiced) FROM bills") == 700, "no bill is set against one that is being reversed"
    office.archive("reversal", reversal, _enter(office, customer, reversal, _form(advance), "R1"))
    assert office.value("SELECT sum(invoiced) FROM bills") == 0
    assert show_invoice(office.begin(SALES), advance)["allocated"] == Decimal(700), "what it was for stays to be seen"


def test_a_process_that_comes_back_as_a_reversal_of_another_kind_frees_what_it_held(
    office: Office, customer: UUID, invoice: UUID
) -> None:
    account = office.account(office.product(customer, "预付短信", payment_mode="prepaid"), customer, "prepaid01")
    office.archive(
        "recharge",
        new_id(),
        {
            "account_id": str(account),
            "type": "prepay",
            "unit_price": "0.01",
            "messages": 10_000,
            "amount": "100.00",
            "invoice_deadline": "2026-12-31",
            "payment_deadline": "2026-12-31",
        },
    )
    process_id = new_id()
    office.prepare("reversal", process_id, customer, _form(invoice))
    refund = {"kind": "prepay_refund", "target_id": str(account), "amount": "60.00", "reason": "退款"}
    office.prepare("reversal", process_id, customer, refund, phase="resubmit", version=2)
    assert office.value("SELECT held FROM balances") == 60
    office.prepare("reversal", process_id, customer, _form(invoice), phase="resubmit", version=3)
    assert office.value("SELECT held FROM balances") == 0
    with pytest.raises(Conflict, match="refund_not_reserved"):
        office.archive("reversal", process_id, refund)
