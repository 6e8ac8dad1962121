"""A bill is voided only by process, never edited (spec, billing.md, "Bills"); and opens again when a write-off is reversed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.reopen_bills import reopen_bills
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.void_bill import finish_void, give_up_void
from services.contracts import billing_calls as calls
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from tests.integration.billing.office import OTHER_SALES, SALES, YUNFAN, Office, fields_of, selected

NUMBER = f"账单-2026-03-{YUNFAN}-行业短信-001"


def reversal(bill: UUID) -> dict[str, Any]:
    return {"kind": "bill", "target_id": str(bill), "reason": "单价录错"}


def start(office: Office, customer: UUID, bill: UUID, process: UUID | None = None, **asked: Any) -> UUID:
    process = process or new_id()
    office.prepare("reversal", process, customer, reversal(bill), **asked)
    return process


def fault(office: Office, customer: UUID, bill: UUID, **asked: Any) -> list[str]:
    wrong = fields_of(lambda: start(office, customer, bill, **asked))
    assert list(wrong) == ["target_id"]
    return wrong["target_id"]


def archive(office: Office, process: UUID, bill: UUID, version: int = 9) -> None:
    office.archive("reversal", process, reversal(bill), version=version)


def shown(office: Office, bill: UUID) -> Any:
    return calls.BillDetail().dump(show_bill(office.begin(SALES), bill))


def invoice(bill: UUID, amount: str = "300.00") -> dict[str, Any]:
    return {"bills": [{"bill_id": str(bill), "amount": amount}], "invoice_type": "ordinary"}


def answered(office: Office, how: Any, kind: str, **amounts: str) -> None:
    """What payments answers to the last question."""
    office.hear(how, kind, {**office.events("bill_void_asked")[-1], **amounts})


def reopened(office: Office, bill: UUID, outstanding: str, version: int) -> None:
    told = {
        "write_off_id": str(new_id()),
        "reversal_id": str(new_id()),
        "customer_id": str(new_id()),
        "customer_name": YUNFAN,
        "owner_id": None,
        "amount": "300.00",
        "commission": "0.00",
        "reason": "认错了客户",
        "numbers": NUMBER,
        "bills": [
            {
                "bill_id": str(bill),
                "number": NUMBER,
                "amount": "300.00",
                "outstanding": outstanding,
                "receivable_version": version,
            }
        ],
    }
    office.hear(reopen_bills, "write_off_reversed", told)


# An open bill


def test_an_open_bill_is_void_with_its_reason_and_can_be_made_anew(office: Office, customer: UUID, bills: list[UUID]) -> None:
    archive(office, start(office, customer, bills[0]), bills[0])
    void = shown(office, bills[0])
    assert (void["state"], void["void_reason"], void["amount"], void["number"]) == ("void", "单价录错", "300.00", NUMBER)
    assert office.events("process_applied")[-1]["summary_zh"] == f"账单 {NUMBER} 已作废"
    office.run_billing(customer_id=customer, attempt=2)
    anew = office.rows("SELECT number, state, amount FROM bills WHERE state <> 'void' ORDER BY amount")[0]
    assert (anew.number, anew.state, f"{anew.amount}") == (f"账单-2026-03-{YUNFAN}-行业短信-002", "open", "300.00")


def test_a_void_bill_is_on_no_statement(office: Office, customer: UUID, bills: list[UUID]) -> None:
    archive(office, start(office, customer, bills[0]), bills[0])
    wrong = fields_of(lambda: make_statement(office.begin(SALES), never, Seller("示范公司"), bill_ids=[bills[1], bills[0]]))
    assert wrong == {"bill_ids.1": [f"bill_is_void|{NUMBER}"]}


def never(*_job: Any) -> UUID:
    raise AssertionError("no job is asked for")


def test_from_its_start_the_bill_is_in_no_other_process(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = start(office, customer, bills[0])
    wrong = fields_of(lambda: office.prepare("reconciliation", new_id(), customer, selected(*bills)))
    assert wrong == {"bill_ids.0": [f"bill_being_voided|{NUMBER}"]}
    assert fault(office, customer, bills[0]) == [f"bill_being_voided|{NUMBER}"]
    office.reject("reversal", process)
    office.prepare("reconciliation", new_id(), customer, selected(*bills))
    assert fault(office, customer, bills[0]) == [f"bill_not_voidable|{NUMBER}|对账中|reconciling"]


def test_a_reversal_sent_again_for_another_bill_frees_the_first(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = start(office, customer, bills[0])
    start(office, customer, bills[1], process, phase="resubmit", version=3)
    reserved = office.rows("SELECT id FROM bills WHERE void_process_id = :process", process=process)
    assert [row.id for row in reserved] == [bills[1]]


def test_a_question_that_repeats_is_answered_alike(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    first = office.prepare("reversal", process, customer, reversal(bills[0]))
    assert office.prepare("reversal", process, customer, reversal(bills[0])) == first
    assert first["product_ids"] == [shown(office, bills[0])["product_id"]]


def test_a_bill_is_voided_once(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = start(office, customer, bills[0])
    archive(office, process, bills[0])
    archive(office, process, bills[0], version=12)
    assert len(office.applied("reversal")) == 1
    assert fault(office, customer, bills[0]) == [f"bill_not_voidable|{NUMBER}|已作废|void"]


def test_anothers_bill_is_like_one_that_does_not_exist(office: Office, customer: UUID, bills: list[UUID]) -> None:
    mine = office.customer("别的公司", OTHER_SALES)
    assert fault(office, mine, bills[0], caller=OTHER_SALES) == ["bill_not_found"]
    assert fault(office, customer, new_id()) == ["bill_not_found"]


# A receivable


def test_a_receivable_is_void_once_payments_has_let_it_go(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process = start(office, customer, receivables[0])
    archive(office, process, receivables[0])
    assert (shown(office, receivables[0])["state"], office.applied("reversal")) == ("reconciled", [])
    (asked,) = office.events("bill_void_asked")
    assert (asked["bill_id"], asked["process_id"], asked["attempt"]) == (str(receivables[0]), str(process), 9)
    for _ in range(2):
        answered(office, finish_void, "receivable_cancelled")
    void = shown(office, receivables[0])
    assert (void["state"], void["outstanding"], void["void_reason"]) == ("void", "0.00", "单价录错")
    assert [one["process_id"] for one in office.applied("reversal")] == [str(process)]


def test_what_payments_holds_money_for_is_not_voided_and_the_process_says_so_and_can_be_retried(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    process = start(office, customer, receivables[0])
    archive(office, process, receivables[0])
    answered(office, give_up_void, "receivable_kept", held="120.00", written_off="0.00")
    (failed,) = office.events("process_apply_failed")
    assert (failed["process_id"], failed["attempt"]) == (str(process), 9)
    assert failed["reason_zh"] == f"账单 {NUMBER} 有销账占用 120.00 元、已销 0.00 元，请先撤回或冲销该销账再重试。"
    kept = shown(office, receivables[0])
    assert (kept["state"], kept["void_process_id"]) == ("reconciled", None)
    archive(office, process, receivables[0], version=11)
    assert office.events("bill_void_asked")[-1]["attempt"] == 11
    answered(office, finish_void, "receivable_cancelled")
    assert shown(office, receivables[0])["state"] == "void"


def test_what_payments_keeps_answers_the_retry_that_came_while_it_was_asked(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    """Of nothing heard for long one may ask again; workflow listens to what failed of the last attempt, and to nothing older."""
    process = start(office, customer, receivables[0])
    archive(office, process, receivables[0])
    archive(office, process, receivables[0], version=11)
    assert len(office.events("bill_void_asked")) == 1
    answered(office, give_up_void, "receivable_kept", held="120.00", written_off="0.00")
    assert [failed["attempt"] for failed in office.events("process_apply_failed")] == [11]
    archive(office, process, receivables[0], version=13)
    assert [asked["attempt"] for asked in office.events("bill_void_asked")] == [9, 13]


def test_a_bill_that_was_paid_in_the_meantime_is_not_voided(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process = start(office, customer, receivables[0])
    office.settle(receivables[0], "100.00")
    with pytest.raises(Conflict, match="bill_not_voidable_any_more") as refusal:
        archive(office, process, receivables[0])
    assert refusal.value.fields == {"target_id": [f"bill_written_off|{NUMBER}"]}
    assert shown(office, receivables[0])["state"] == "reconciled"


def test_what_is_invoiced_or_written_off_is_reversed_first(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    office.prepare("bill_invoice", new_id(), customer, invoice(receivables[0]))
    assert fault(office, customer, receivables[0]) == [f"bill_invoiced|{NUMBER}"]
    office.settle(receivables[1], "399.99")
    assert fault(office, customer, receivables[1]) == [f"bill_written_off|{NUMBER.replace('行业', '营销')}"]


def test_a_receivable_that_is_to_be_voided_is_not_invoiced(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process = start(office, customer, receivables[0])
    wrong = fields_of(lambda: office.prepare("bill_invoice", new_id(), customer, invoice(receivables[0])))
    assert wrong["bills.0.bill_id"] == [f"bill_being_voided|{NUMBER}"]
    office.withdraw("reversal", process)
    office.prepare("bill_invoice", new_id(), customer, invoice(receivables[0]))


def test_a_bill_whose_last_money_came_while_a_reversal_ran_closes_when_that_ends(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    office.rows("UPDATE bills SET needs_invoice = false RETURNING 1")
    process = start(office, customer, receivables[0])
    office.settle(receivables[0], "0.00")
    assert shown(office, receivables[0])["state"] == "reconciled"
    office.reject("reversal", process)
    assert shown(office, receivables[0])["state"] == "closed"
    assert [one["bill_id"] for one in office.events("bill_closed")] == [str(receivables[0])]


# At once, and by hand


def test_of_many_who_would_void_or_reconcile_one_bill_at_once_one_has_it(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    def attempt(number: int) -> bool:
        try:
            if number % 2:
                start(office, customer, bills[0])
            else:
                office.prepare("reconciliation", new_id(), customer, selected(bills[0]))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 1


def test_of_many_who_would_void_or_invoice_one_receivable_at_once_one_has_it(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    def attempt(number: int) -> bool:
        try:
            if number % 2:
                start(office, customer, receivables[0])
            else:
                office.prepare("bill_invoice", new_id(), customer, invoice(receivables[0]))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("state = 'void', void_process_id = NULL", id="void without a process"),
        pytest.param("invoice_reserved = 1", id="invoiced while it is to be voided"),
        pytest.param("state = 'closed', due_on = now(), process_id = gen_random_uuid()", id="closed while it is to be voided"),
    ],
)
def test_hand_written_sql_cannot_void_without_a_process_nor_use_what_is_to_be_voided(
    office: Office, customer: UUID, bills: list[UUID], change: str
) -> None:
    start(office, customer, bills[0])
    with pytest.raises(IntegrityError, match="ck_bills_void"):
        office.rows(f"UPDATE bills SET {change} WHERE void_process_id IS NOT NULL RETURNING 1")


# A write-off that was reversed


def test_a_closed_bill_is_reconciled_again_when_its_write_off_is_reversed(office: Office, receivables: list[UUID]) -> None:
    office.rows("UPDATE bills SET needs_invoice = false RETURNING 1")
    office.settle(receivables[0], "0.00", version=2)
    assert shown(office, receivables[0])["state"] == "closed"
    reopened(office, receivables[0], "300.00", 3)
    assert (shown(office, receivables[0])["state"], shown(office, receivables[0])["outstanding"]) == ("reconciled", "300.00")
    office.settle(receivables[0], "0.00", version=2)
    assert shown(office, receivables[0])["outstanding"] == "300.00", "older news of the settlement changes nothing"
    office.settle(receivables[0], "0.00", version=4)
    assert shown(office, receivables[0])["state"] == "closed"


def test_a_reversal_told_before_the_settlement_it_undoes_counts(office: Office, receivables: list[UUID]) -> None:
    office.rows("UPDATE bills SET needs_invoice = false RETURNING 1")
    reopened(office, receivables[0], "300.00", 3)
    office.settle(receivables[0], "0.00", version=2)
    assert (shown(office, receivables[0])["state"], shown(office, receivables[0])["outstanding"]) == ("reconciled", "300.00")


def test_a_reversal_of_a_bill_not_yet_known_as_a_receivable_is_tried_again(office: Office, bills: list[UUID]) -> None:
    with pytest.raises(Conflict, match="bill_not_reconciled"):
        reopened(office, bills[0], "300.00", 3)


def test_late_news_of_a_voided_bill_changes_nothing(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    reopened(office, receivables[0], "300.00", 3)
    archive(office, start(office, customer, receivables[0]), receivables[0])
    answered(office, finish_void, "receivable_cancelled")
    office.settle(receivables[0], "0.00", version=2)
    reopened(office, receivables[0], "300.00", 3)
    assert (shown(office, receivables[0])["state"], shown(office, receivables[0])["outstanding"]) == ("void", "0.00")
