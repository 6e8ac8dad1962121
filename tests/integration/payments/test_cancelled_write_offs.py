"""A match may be undone while nothing of the receipt is used: what waits for confirmation ends with it (spec, "Matching")."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts import payments_calls as calls
from services.kit.errors import Conflict
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.show_write_off import show_write_off
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.at_once import at_once
from tests.integration.payments.story import OTHER_SALES, SALES, SALES_ADMIN, YUNFAN, Story

WHY = "是云帆广州的款"


def unmatch(story: Story, receipt_id: UUID, *, withdraw_alias: bool = False) -> Any:
    return unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why=WHY, withdraw_alias=withdraw_alias)


def shown(story: Story, write_off_id: UUID) -> Any:
    return calls.WriteOffDetail().dump(show_write_off(story.begin(), write_off_id))


def test_undoing_a_wrong_match_ends_the_write_off_that_it_has_started(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("150.00")
    (write_off_id,) = story.started()
    unmatched = unmatch(story, receipt_id)
    assert (unmatched["state"], unmatched["held"], unmatched["reason"]["code"]) == ("unmatched", 0, "match_undone")
    receivable = story.shown_receivable(bill_id)
    assert (receivable["state"], receivable["outstanding"], receivable["reason"]["code"]) == ("open", "100.00", "no_receipt")
    ended = shown(story, write_off_id)
    assert (ended["state"], ended["ended_by"], ended["ended_why"]) == ("cancelled", "赵敏", WHY)
    assert [pair["state"] for pair in ended["pairs"]] == ["released"]
    assert ended["finished_at"] is not None


def test_whoever_was_to_confirm_is_told_by_whom_and_why(story: Story) -> None:
    story.bill(story.customer(), "100.00")
    receipt_id = story.receipt("100.00")
    unmatch(story, receipt_id)
    (told,) = story.told("write_off_cancelled")
    assert told == {
        "write_off_id": str(story.started()[0]),
        "customer_id": told["customer_id"],
        "customer_name": YUNFAN,
        "owner_id": SALES.user_id,
        "amount": "100.00",
        "receipt_id": str(receipt_id),
        "payer_name": YUNFAN,
        "by_id": SALES_ADMIN.user_id,
        "by_name": "赵敏",
        "reason": WHY,
        "cause": "match_undone",
    }


def test_the_owner_is_told_also_where_nothing_waited_for_confirmation(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("100.00")  # nothing is due: no write-off starts
    unmatch(story, receipt_id)
    (told,) = story.told("receipt_unmatched")
    assert {name: value for name, value in told.items() if name.startswith("undone_")} == {
        "undone_customer_id": str(customer_id),
        "undone_customer_name": YUNFAN,
        "undone_owner_id": SALES.user_id,
        "undone_by_name": "赵敏",
        "undone_why": WHY,
    }


def test_all_that_one_receipt_had_started_ends_and_what_others_had_started_goes_on(story: Story) -> None:
    customer_id = story.customer()
    bills = [story.bill(customer_id, amount, month=month) for amount, month in (("30.00", "2026-01"), ("40.00", "2026-02"))]
    receipt_id = story.receipt("70.00")
    other_bill, other_receipt = story.bill(customer_id, "500.00"), story.receipt("500.00")
    assert len(story.started()) == 3
    unmatch(story, receipt_id)
    assert [told["amount"] for told in story.told("write_off_cancelled")] == ["30.00", "40.00"]
    assert {story.shown_receivable(bill_id)["state"] for bill_id in bills} == {"open"}
    assert story.shown_receivable(other_bill)["state"] == "held"
    assert story.shown_receipt(other_receipt)["held"] == "500.00"


def test_what_is_free_again_is_met_by_the_next_receipt_at_once(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    wrong, right = story.receipt("100.00"), story.receipt("100.00")
    unmatch(story, wrong)
    assert len(story.started()) == 2
    assert story.shown_receivable(bill_id)["state"] == "held"
    assert story.shown_receipt(right)["held"] == "100.00"


def test_what_people_have_held_is_theirs_and_named(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "300.00"), story.receipt("100.00")
    by_hand, _ = story.prepare(customer_id, [(receipt_id, bill_id, "60.00")])
    with pytest.raises(Conflict) as refused:
        unmatch(story, receipt_id)
    assert refused.value.code == "receipt_held_by_hand"
    assert refused.value.params == {"write_offs": "张伟 60.00", "write_off_ids": [str(by_hand)]}
    assert story.shown_receipt(receipt_id)["held"] == "60.00"


def test_one_hold_of_people_beside_automatic_ones_is_enough_and_nothing_ends(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "40.00", month="2026-01")
    receipt_id, bill_id = story.receipt("100.00"), story.bill(customer_id, "300.00")
    story.prepare(customer_id, [(receipt_id, bill_id, "10.00")])
    with pytest.raises(Conflict, match="receipt_held_by_hand"):
        unmatch(story, receipt_id)
    assert story.shown_receipt(receipt_id)["held"] == "50.00"
    assert story.told("write_off_cancelled") == []


def test_a_write_off_that_people_sent_anew_is_theirs_from_then_on(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    (write_off_id,) = story.started()
    story.prepare(customer_id, [(receipt_id, bill_id, "100.00")], process_id=write_off_id, phase="resubmit", process_version=4)
    with pytest.raises(Conflict, match="receipt_held_by_hand"):
        unmatch(story, receipt_id)


def test_sent_anew_after_it_ended_it_is_refused(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    (write_off_id,) = story.started()
    unmatch(story, receipt_id)
    with pytest.raises(Conflict) as refused:
        story.prepare(customer_id, [(receipt_id, bill_id, "1.00")], process_id=write_off_id, phase="resubmit", process_version=9)
    assert (refused.value.code, refused.value.params) == ("write_off_cancelled", {"by": "赵敏", "why": WHY})


def test_confirmed_too_late_it_is_refused_its_effect_and_says_so(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    (write_off_id,) = story.started()
    unmatch(story, receipt_id)
    with pytest.raises(Conflict) as refused:
        story.turn("archived", write_off_id)
    assert (refused.value.code, refused.value.passes_with_time) == ("write_off_cancelled", False)
    assert story.shown_receivable(bill_id)["written_off"] == "0.00"


@pytest.mark.parametrize("outcome", ["withdrawn", "rejected"])
def test_what_the_process_says_of_its_end_afterwards_changes_nothing(story: Story, outcome: str) -> None:
    story.bill(story.customer(), "100.00")
    receipt_id = story.receipt("100.00")
    (write_off_id,) = story.started()
    unmatch(story, receipt_id)
    story.turn(outcome, write_off_id, version=5)
    assert shown(story, write_off_id)["state"] == "cancelled"
    assert shown(story, write_off_id)["ended_by"] == "赵敏"


def test_assigned_to_the_same_customer_after_all_it_meets_the_same_bill_again(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    unmatch(story, receipt_id)
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="还是他们的")
    assert len(story.started()) == 2
    assert story.shown_receivable(bill_id)["state"] == "held"


@pytest.mark.parametrize("withdraw_alias", [True, False], ids=["forgotten", "kept"])
def test_the_alias_under_which_it_came_is(story: Story, withdraw_alias: bool) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    receipt_id = story.receipt("100.00", payer="云帆代付")
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="")
    assert len(story.started()) == 1
    unmatch(story, receipt_id, withdraw_alias=withdraw_alias)
    assert story.shown_receipt(receipt_id)["customer_id"] is None
    next_one = story.shown_receipt(story.receipt("20.00", payer="云帆代付"))
    assert next_one["customer_id"] == (None if withdraw_alias else str(customer_id))


def test_undone_and_confirmed_at_the_same_moment_one_wins_and_the_other_hears_of_it(story: Story) -> None:
    for number in range(8):
        payer = f"客户{number}"
        customer_id = story.customer(payer)
        bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00", payer=payer)
        write_off_id = story.started()[-1]
        refused: dict[int, str] = {}

        def work(
            which: int, receipt_id: UUID = receipt_id, write_off_id: UUID = write_off_id, refused: dict[int, str] = refused
        ) -> None:
            try:
                unmatch(story, receipt_id) if which else story.turn("archived", write_off_id)
            except Conflict as conflict:
                refused[which] = conflict.code

        at_once(2, work)
        receivable = story.shown_receivable(bill_id)
        if refused == {0: "write_off_cancelled"}:
            assert (receivable["written_off"], receivable["held"]) == ("0.00", "0.00")
        else:
            assert refused == {1: "receipt_in_use"}
            assert receivable["written_off"] == "100.00"


def test_undone_and_sent_anew_at_the_same_moment_one_wins(story: Story) -> None:
    for number in range(8):
        payer = f"客户{number}"
        customer_id = story.customer(payer)
        bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00", payer=payer)
        write_off_id = story.started()[-1]
        refused: dict[int, str] = {}

        def work(
            which: int,
            customer_id: UUID = customer_id,
            pair: tuple[UUID, UUID, str] = (receipt_id, bill_id, "70.00"),
            write_off_id: UUID = write_off_id,
            refused: dict[int, str] = refused,
        ) -> None:
            try:
                if which:
                    unmatch(story, pair[0])
                else:
                    story.prepare(customer_id, [pair], process_id=write_off_id, phase="resubmit", process_version=4)
            except Conflict as conflict:
                refused[which] = conflict.code

        at_once(2, work)
        assert refused in ({0: "write_off_cancelled"}, {1: "receipt_held_by_hand"})
        assert story.shown_receipt(receipt_id)["held"] == ("0.00" if 0 in refused else "70.00")


def test_undone_twice_at_once_it_ends_once(story: Story) -> None:
    story.bill(story.customer(), "100.00")
    receipt_id = story.receipt("100.00")
    refused: list[str] = []

    def work(_number: int) -> None:
        try:
            unmatch(story, receipt_id)
        except Conflict as conflict:
            refused.append(conflict.code)

    at_once(4, work)
    assert refused == ["receipt_not_matched"] * 3
    assert len(story.told("write_off_cancelled")) == len(story.told("receipt_unmatched")) == 1


# The customer is another's


def test_what_waits_for_a_former_owner_is_asked_of_the_new_one(story: Story) -> None:
    """Spec, payments.md, "Write-off" and "Commission": "sales confirms"; it "earns the customer's owner at that time"."""
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    story.customer(owner=OTHER_SALES, known=customer_id, version=2)
    before, now = (shown(story, write_off_id) for write_off_id in story.started())
    assert (before["state"], before["ended_by"], before["ended_why"]) == ("cancelled", "系统", "客户转由 李娜 跟进")
    assert (now["state"], now["automatic"], now["started_by_id"]) == ("started", True, OTHER_SALES.user_id)
    (told,) = story.told("write_off_cancelled")
    assert (told["cause"], told["next_owner_name"], told["by_id"]) == ("owner_changed", "李娜", None)
    assert (told["owner_id"], told["receipt_id"]) == (SALES.user_id, str(receipt_id))
    assert story.shown_receivable(bill_id)["held"] == "100.00"


def test_of_a_customer_of_the_pool_nobody_is_asked_until_somebody_claims_it(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("100.00")
    story.customer(owner=None, known=customer_id, version=2)
    (released,) = (shown(story, write_off_id) for write_off_id in story.started())
    assert (released["state"], released["ended_why"]) == ("cancelled", "客户已无跟进销售")
    assert story.shown_receivable(bill_id)["reason"]["code"] == story.shown_receipt(receipt_id)["reason"]["code"] == "no_owner"
    story.customer(owner=OTHER_SALES, known=customer_id, version=3)
    assert shown(story, story.started()[-1])["started_by_id"] == OTHER_SALES.user_id
    assert story.shown_receivable(bill_id)["state"] == "held"


def test_what_people_have_started_stays_theirs_when_the_owner_changes(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "300.00"), story.receipt("100.00")
    by_hand, _ = story.prepare(customer_id, [(receipt_id, bill_id, "60.00")])
    story.customer(owner=OTHER_SALES, known=customer_id, version=2)
    assert shown(story, by_hand)["state"] == "started"
    assert story.told("write_off_cancelled") == []


def test_a_customer_that_only_changes_its_name_leaves_what_waits_alone(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    story.receipt("100.00")
    story.customer("上海云帆网络有限公司", known=customer_id, version=2)
    assert len(story.started()) == 1
    assert story.told("write_off_cancelled") == []
