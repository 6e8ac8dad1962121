"""Why nothing started is kept on the receipt and on the receivable, in words, and is true at any moment (spec, "Write-off")."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.cancel_receivable import cancel_receivable
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.payments.story import LEAD, OTHER_SALES, SALES, SALES_ADMIN, Story

DECLINED = "应收 B-1 的销账曾被驳回、撤回或冲销，不再自动发起，可手动销账。"
NO_RECEIPT = "没有可用的到款。"


def words(story: Story, *, receipt: UUID | None = None, bill: UUID | None = None) -> Any:
    """What sales reads; ``None`` where nothing is to be explained."""
    shown = story.shown_receipt(receipt, SALES) if receipt else story.shown_receivable(bill, SALES)  # type: ignore[arg-type]  # one
    return shown["reason"] and shown["reason"]["zh"]


def too_small(story: Story) -> tuple[UUID, UUID]:
    return story.bill(story.customer(), "100.00", number="B-1"), story.receipt("99.99")


def prepaid(story: Story) -> tuple[UUID, UUID]:
    return story.bill(story.customer(), "100.00", number="B-1", mode="prepaid"), story.receipt("100.00", on=date(2026, 4, 1))


def nobodys(story: Story) -> tuple[UUID, UUID]:
    return story.bill(story.customer(), "100.00", number="B-1"), story.receipt("100.00", payer="没人认识")


def declined(story: Story) -> tuple[UUID, UUID]:
    bill_id, receipt_id = story.bill(story.customer(), "100.00", number="B-1"), story.receipt("100.00")
    story.turn("rejected", story.started()[0])
    return bill_id, receipt_id


@pytest.mark.parametrize(
    ("tell", "of_receipt", "of_bill"),
    [
        pytest.param(
            too_small,
            "到款余额 99.99 不足以销最早的应收 B-1（待销 100.00），可手动部分销账。",
            "到款余额 99.99 不足以销最早的应收 B-1（待销 100.00），可手动部分销账。",
            id="the balance is smaller than that",
        ),
        pytest.param(
            prepaid,
            "应收 B-1 是预付产品，款项在账单月份结束日 2026-03-31 之后才到，不自动销账。",
            "应收 B-1 是预付产品，款项在账单月份结束日 2026-03-31 之后才到，不自动销账。",
            id="the receivable is of a prepaid product and the receipt came after the bill's period ended",
        ),
        pytest.param(nobodys, "付款人与任何客户的名称或开票名称都不一致。", NO_RECEIPT, id="the receipt is matched to nobody"),
        pytest.param(declined, DECLINED, DECLINED, id="people rejected it"),
    ],
)
def test_why_nothing_starts_is_said_to_sales_on_both(
    story: Story, tell: Callable[[Story], tuple[UUID, UUID]], of_receipt: str, of_bill: str
) -> None:
    bill_id, receipt_id = tell(story)
    assert (words(story, receipt=receipt_id), words(story, bill=bill_id)) == (of_receipt, of_bill)


def test_prepaid_money_that_came_in_time_starts_whatever_day_it_is_imported(story: Story) -> None:
    bill_id = story.bill(story.customer(), "100.00", mode="prepaid")
    story.receipt("100.00", on=date(2026, 3, 31))
    assert story.shown_receivable(bill_id)["state"] == "held"


# What changes money, moves the line and the reasons at once


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
def test_what_is_released_is_met_by_another_receipt_at_once(story: Story, outcome: str) -> None:
    bill_id = story.bill(story.customer(), "100.00")
    first, second = story.receipt("100.00"), story.receipt("120.00")
    story.turn(outcome, story.started()[0])
    assert len(story.started()) == 2
    assert (story.shown_receipt(first)["held"], story.shown_receipt(second)["held"]) == ("0.00", "100.00")
    assert story.shown_receivable(bill_id)["state"] == "held"
    assert words(story, receipt=first) == "该客户没有待销的应收。"


def test_a_released_one_keeps_its_place_before_the_next_in_line(story: Story) -> None:
    customer_id = story.customer()
    first = story.bill(customer_id, "100.00", month="2026-01", number="B-1")
    receipt_id = story.receipt("100.00")
    second = story.bill(customer_id, "80.00", month="2026-02", number="B-2")
    story.turn("rejected", story.started()[0])
    assert len(story.started()) == 1, "the oldest comes first, and those two never meet by themselves again"
    assert (words(story, bill=first), words(story, bill=second)) == (DECLINED, "须先销更早的应收 B-1。")
    assert words(story, receipt=receipt_id) == DECLINED


def test_a_partial_write_off_by_hand_changes_what_is_said_of_the_rest(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "150.00", number="B-1"), story.receipt("100.00")
    story.prepare(customer_id, [(receipt_id, bill_id, "40.00")])
    said = "到款余额 60.00 不足以销最早的应收 B-1（待销 110.00），可手动部分销账。"
    assert (words(story, receipt=receipt_id), words(story, bill=bill_id)) == (said, said)


def test_what_a_partial_write_off_by_hand_leaves_is_met_by_a_receipt_that_covers_it_now(story: Story) -> None:
    customer_id = story.customer()
    bill_id, first, second = story.bill(customer_id, "150.00"), story.receipt("100.00"), story.receipt("50.00")
    assert story.started() == []
    story.prepare(customer_id, [(first, bill_id, "100.00")])
    assert (len(story.started()), story.shown_receipt(second)["held"]) == (1, "50.00")


def test_what_is_held_counts_for_neither_side(story: Story) -> None:
    """Everywhere, what counts of a receipt or a receivable is what is neither held nor used."""
    customer_id = story.customer()
    first = story.bill(customer_id, "60.00", month="2026-01")
    receipt_id = story.receipt("100.00")
    story.bill(customer_id, "50.00", month="2026-02", number="B-2")
    assert story.shown_receivable(first)["state"] == "held"
    held = words(story, receipt=receipt_id)
    story.turn("archived", story.started()[0])
    assert words(story, receipt=receipt_id) == held == "到款余额 40.00 不足以销最早的应收 B-2（待销 50.00），可手动部分销账。"


def test_a_reversal_frees_what_others_may_meet_at_once(story: Story) -> None:
    customer_id = story.customer()
    bill_id, first = story.bill(customer_id, "100.00", number="B-1"), story.receipt("100.00")
    write_off_id = story.started()[0]
    story.turn("archived", write_off_id)
    second = story.receipt("100.00")
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn("archived", reversal_id, code="reversal")
    assert (story.shown_receipt(second)["held"], story.shown_receivable(bill_id)["state"]) == ("100.00", "held")
    assert words(story, receipt=first) == "该客户没有待销的应收。"


def test_after_a_reversal_with_nothing_else_there_both_say_that_it_was_reversed(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00", number="B-1"), story.receipt("100.00")
    write_off_id = story.started()[0]
    story.turn("archived", write_off_id)
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn("archived", reversal_id, code="reversal")
    assert (words(story, receipt=receipt_id), words(story, bill=bill_id)) == (DECLINED, DECLINED)


def test_a_match_undone_says_so_and_leaves_the_bill_without_money(story: Story) -> None:
    bill_id, receipt_id = story.bill(story.customer(), "100.00"), story.receipt("40.00")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="认错了", withdraw_alias=False)
    assert words(story, receipt=receipt_id) == "此前的匹配已被人工撤销。"
    assert words(story, bill=bill_id) == NO_RECEIPT


def test_assigned_to_another_it_says_what_is_true_there(story: Story) -> None:
    bill_id, receipt_id = story.bill(story.customer(), "100.00"), story.receipt("40.00")
    other = story.customer("别的公司")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="认错了", withdraw_alias=False)
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=other, why="电话确认")
    assert (words(story, receipt=receipt_id), words(story, bill=bill_id)) == ("该客户没有待销的应收。", NO_RECEIPT)


def test_a_cancelled_receivable_gives_its_place_to_the_next(story: Story) -> None:
    customer_id = story.customer()
    first, second = story.bill(customer_id, "500.00", month="2026-01"), story.bill(customer_id, "300.00", number="B-2")
    receipt_id = story.receipt("100.00")
    asked = {"bill_id": str(first), "number": "B-1", "customer_id": str(customer_id), "process_id": str(first), "attempt": 1}
    story.hear(cancel_receivable, "billing", "bill_void_asked", first, asked)
    said = "到款余额 100.00 不足以销最早的应收 B-2（待销 300.00），可手动部分销账。"
    assert (words(story, receipt=receipt_id), words(story, bill=second), words(story, bill=first)) == (said, said, None)


def test_without_an_owner_any_more_nobody_could_confirm_and_that_is_said(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("40.00")
    story.customer(owner=None, known=customer_id, version=2)
    for reason in (story.shown_receipt(receipt_id)["reason"], story.shown_receivable(bill_id)["reason"]):
        assert reason["zh"] == "客户没有跟进销售，无人确认销账。"
    story.customer(owner=OTHER_SALES, known=customer_id, version=3)
    assert story.shown_receipt(receipt_id)["reason"]["code"] == "balance_too_small"


# By hand


def test_two_hundred_pairs_join_many_receipts_and_many_receivables(story: Story) -> None:
    customer_id = story.customer()
    bills = [story.bill(customer_id, "500.00") for _ in range(10)]
    receipts = [story.receipt("100.00") for _ in range(20)]
    pairs = [(receipt_id, bill_id, "10.00") for receipt_id in receipts for bill_id in bills]
    _, prepared = story.prepare(customer_id, pairs)
    assert len(prepared["form"]["pairs"]) == 200
    assert {story.shown_receipt(receipt_id)["balance"] for receipt_id in receipts} == {"0.00"}
    assert {story.shown_receivable(bill_id)["outstanding"] for bill_id in bills} == {"300.00"}


def test_a_lead_starts_one_for_a_customer_of_the_department_and_nobody_elses_lead_does(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("40.00")
    story.prepare(customer_id, [(receipt_id, bill_id, "40.00")], caller=LEAD)
    assert story.shown_receipt(receipt_id)["held"] == "40.00"
