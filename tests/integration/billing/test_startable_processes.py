"""What of billing can be started on a customer's page is what its start takes (spec, gateway.md: "every process that can be
started stands on it, with those that cannot and why")."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event as listening

from services.billing.usecases.list_startable_processes import list_startable_processes
from services.contracts.startable import OwnedStarts
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.schema import dump
from tests.integration.billing.office import FINANCE, OTHER_SALES, SALES, Office, selected, unified
from tests.integration.billing.prepaid import Prepaid, recharge_form

ORDER = {
    "supplier": "云杉贸易",
    "items": [{"name": "礼品", "quantity": 2, "purchase_price": "5", "sale_price": "8"}],
    "delivery": "快递",
}


def _starts(office: Office, customer_id: UUID, caller: Caller = SALES) -> dict[str, Any]:
    shown = dump(OwnedStarts, list_startable_processes(office.begin(caller), customer_id))
    return {each["code"]: each for each in shown["items"]}


def _promises(office: Office, customer_id: UUID, *codes: str, caller: Caller = SALES) -> list[str]:
    """What the page says comes of these starts: ``ok``, or the code of the first reason."""
    starts = _starts(office, customer_id, caller)
    return ["ok" if starts[code]["subjects"] else starts[code]["reasons"][0]["code"] for code in codes]


def _is_refused(office: Office, code: str, subject_id: UUID, form: dict[str, Any]) -> bool:
    try:
        office.prepare(code, new_id(), subject_id, form)
    except InvalidInput:
        return True
    return False


def test_what_needs_a_product_or_an_account_says_so(office: Office, customer: UUID) -> None:
    assert _promises(office, customer, "price_adjustment", "billing_cycle_change") == ["customer_without_products"] * 2
    assert _promises(office, customer, "recharge", "deferred_payment") == ["customer_without_accounts"] * 2
    assert _promises(office, customer, "no_bill_invoice", "ecommerce_order") == ["ok", "ok"]
    office.prepare("ecommerce_order", new_id(), customer, ORDER)
    product = office.product(customer)
    office.account(product, customer, "postpaid01")
    assert _promises(office, customer, "price_adjustment", "billing_cycle_change", "recharge") == [
        "ok",
        "ok",
        "account_not_prepaid",
    ]
    assert _starts(office, customer)["price_adjustment"]["subjects"] == [
        {"type": "product", "id": str(product), "name": "行业短信"}
    ]
    form = {"valid_from": "2026-04-01", "valid_to": None, "kind": "unified", "prices": unified("0.05")}
    office.prepare("price_adjustment", new_id(), product, form)


def test_only_an_open_account_of_a_prepaid_product_is_recharged_or_deferred(office: Office, customer: UUID) -> None:
    prepaid = Prepaid(office, customer)
    postpaid = office.account(office.product(customer, "彩信", "mms"), customer, "postpaid01")
    closed = office.account(prepaid.product, customer, "a-closed")
    office.rows("UPDATE accounts SET status = 'closed' WHERE id = :id RETURNING id", id=closed)
    for code, form in (
        ("recharge", recharge_form("5.00")),
        ("deferred_payment", {"limit": "5.00", "until": "2026-12-31", "reason": "客户要求"}),
    ):
        start = _starts(office, customer)[code]
        assert [each["id"] for each in start["subjects"]] == [str(prepaid.account)]
        refused = {each["id"]: each["reasons"][0]["code"] for each in start["refused"]}
        assert refused == {str(postpaid): "account_not_prepaid", str(closed): "account_closed"}
        outcomes = {each: _is_refused(office, code, each, form) for each in (prepaid.account, postpaid, closed)}
        assert outcomes == {prepaid.account: False, postpaid: True, closed: True}


def test_bills_are_reconciled_once_and_invoiced_up_to_their_amounts(office: Office, customer: UUID, bills: list[UUID]) -> None:
    codes = ("reconciliation", "bill_invoice")
    assert _promises(office, customer, *codes) == ["ok", "no_bills_to_invoice"]
    first = new_id()
    office.prepare("reconciliation", first, customer, selected(*bills))
    starts = _starts(office, customer)
    assert starts["reconciliation"]["reasons"] == [{"code": "bills_in_reconciliation", "params": {"count": 3}}]
    assert _is_refused(office, "reconciliation", customer, selected(*bills))
    office.archive("reconciliation", first, selected(*bills))
    assert _promises(office, customer, *codes) == ["no_bills_to_reconcile", "ok"]
    amounts = dict(zip(bills, ("300.00", "400.00", "500.00"), strict=True))
    asked = [{"bill_id": str(bill), "amount": amount} for bill, amount in amounts.items()]
    invoice, form = new_id(), {"bills": asked, "invoice_type": "ordinary"}
    office.prepare("bill_invoice", invoice, customer, form)
    assert _promises(office, customer, "bill_invoice") == ["bills_in_invoicing"]
    assert _is_refused(office, "bill_invoice", customer, {**form, "bills": asked[:1]})
    office.archive("bill_invoice", invoice, {**form, "invoice_number": "0001", "issued_on": "2026-04-01"})
    assert _promises(office, customer, "bill_invoice") == ["no_bills_to_invoice"]


def test_a_bill_that_is_being_voided_is_neither_reconciled_nor_invoiced(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    for bill in bills:
        office.prepare("reversal", new_id(), customer, {"kind": "bill", "target_id": str(bill), "reason": "单价录错"})
    assert _promises(office, customer, "reconciliation", "bill_invoice", "reversal") == [
        "no_bills_to_reconcile",
        "no_bills_to_invoice",
        "nothing_to_reverse",
    ]


def test_a_bill_is_reversed_while_nothing_is_invoiced_or_written_off_of_it(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    def voids() -> list[bool]:
        return [
            not _is_refused(office, "reversal", customer, {"kind": "bill", "target_id": str(bill), "reason": "单价录错"})
            for bill in receivables
        ]

    for bill, outstanding in zip(receivables, ("299.00", "400.00", "500.00"), strict=True):
        office.settle(bill, outstanding)
    invoice = {"bills": [{"bill_id": str(receivables[1]), "amount": "400.00"}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", new_id(), customer, invoice)
    assert _promises(office, customer, "reversal") == ["ok"]
    assert voids() == [False, False, True]
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]
    assert voids() == [False, False, False]


def test_an_invoice_is_reversed_once(office: Office, customer: UUID) -> None:
    invoice = new_id()
    form = {"amount_received": "8.00", "invoice_amount": "8.00", "invoice_type": "ordinary", "remarks": "预收"}
    office.prepare("no_bill_invoice", invoice, customer, form)
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]
    office.archive("no_bill_invoice", invoice, {**form, "invoice_number": "0001", "issued_on": "2026-04-01"})
    assert _promises(office, customer, "reversal") == ["ok"]
    target = office.value("SELECT id FROM invoices WHERE number = '0001'")
    office.prepare("reversal", new_id(), customer, {"kind": "invoice", "target_id": str(target), "reason": "抬头有误"})
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]


@pytest.mark.parametrize("kind", ["prepay", "prepurchase"])
def test_a_recharge_is_reversed_while_its_money_can_be_had_again(office: Office, customer: UUID, kind: str) -> None:
    prepaid = Prepaid(office, customer)
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]
    recharge = prepaid.recharge("30.00", kind)
    assert _promises(office, customer, "reversal") == ["ok"]
    prepaid.use("30.00")
    (bill,) = office.rows("SELECT id FROM bills")
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(bill.id))
    assert _promises(office, customer, "reversal") == ["ok"], "a bill that is no receivable gives back what it took"
    office.archive("reconciliation", process, selected(bill.id))
    office.settle(bill.id, "0.00")
    invoice = {"bills": [{"bill_id": str(bill.id), "amount": "30.00"}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", new_id(), customer, invoice)
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"], "its money is gone"
    assert _is_refused(office, "reversal", customer, prepaid.reversal_form(recharge))


def test_a_prepay_balance_is_refunded_and_a_prepurchase_is_not(office: Office, customer: UUID) -> None:
    prepaid = Prepaid(office, customer)
    prepaid.ask_reversal(prepaid.recharge("30.00", "prepurchase"))
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]
    assert _is_refused(office, "reversal", customer, prepaid.refund_form("1.00"))
    prepaid.ask_reversal(prepaid.recharge("20.00"))
    assert _promises(office, customer, "reversal") == ["ok"]
    prepaid.ask_refund("20.00")
    assert _promises(office, customer, "reversal") == ["nothing_to_reverse"]


def test_of_a_customer_in_the_pool_nothing_is_started(office: Office, customer: UUID) -> None:
    office.product(customer)
    office.rows("UPDATE customers SET owner_id = NULL, owner_department_id = NULL WHERE id = :id RETURNING id", id=customer)
    starts = _starts(office, customer)
    assert {each["reasons"][0]["code"] for each in starts.values()} == {"customer_in_pool"}
    assert not any(each["subjects"] for each in starts.values())
    assert len(starts) == 9


def test_of_a_customer_that_is_not_known_here_nothing_is_started(office: Office, customer: UUID) -> None:
    for hidden, caller in ((customer, OTHER_SALES), (new_id(), FINANCE)):
        starts = _starts(office, hidden, caller)
        assert {each["reasons"][0]["code"] for each in starts.values()} == {"customer_not_known_yet"}


def test_it_is_read_in_as_many_statements_whatever_the_customer_has(office: Office, customer: UUID) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    counts = []
    for number in range(3):
        prepaid = Prepaid(office, customer, name=f"prepaid{number}")
        prepaid.recharge("5.00", "prepurchase")
        listening.listen(office.database.engine, "before_cursor_execute", note)
        try:
            _starts(office, customer)
        finally:
            listening.remove(office.database.engine, "before_cursor_execute", note)
        counts.append(len(asked))
        asked.clear()
    assert len(set(counts)) == 1
    assert counts[0] <= 10
