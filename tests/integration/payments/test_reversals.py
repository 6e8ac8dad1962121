"""A final write-off is undone only by a reversing one, by process, with a reason, and commission follows (spec, payments.md)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.contracts import payments_calls as calls
from services.contracts import payments_commission_calls as commission_calls
from services.kit.clock import Month
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_write_off import show_write_off
from services.payments.usecases.start_write_offs import start_write_offs
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.at_once import at_once
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, SALES_ADMIN, Story


def paid(story: Story, amount: str = "100.00") -> tuple[UUID, UUID, UUID, UUID]:
    """A customer whose receipt has paid a bill.

    :returns: customer, receipt, bill, write-off.
    """
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, amount), story.receipt(amount)
    write_off_id = story.started()[-1]
    story.turn("archived", write_off_id)
    return customer_id, receipt_id, bill_id, write_off_id


def reverse(story: Story, customer_id: UUID, write_off_id: UUID) -> UUID:
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn("archived", reversal_id, code="reversal")
    return reversal_id


def sums(story: Story, receipt_id: UUID, bill_id: UUID) -> dict[str, Any]:
    receipt, receivable = story.shown_receipt(receipt_id), story.shown_receivable(bill_id)
    return {
        "held": receipt["held"],
        "used": receipt["used"],
        "balance": receipt["balance"],
        "written_off": receivable["written_off"],
        "outstanding": receivable["outstanding"],
        "state": receivable["state"],
    }


def statement(story: Story) -> Any:
    shown = show_commission_statement(story.begin(SALES), month=Month(2026, 4), owner_id=None, page_size=50, cursor="")
    return commission_calls.CommissionStatement().dump(shown)


def shown(story: Story, write_off_id: UUID) -> Any:
    return calls.WriteOffDetail().dump(show_write_off(story.begin(), write_off_id))


def target_fault(story: Story, customer_id: UUID, target_id: UUID, **asked: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        story.prepare_reversal(customer_id, target_id, **asked)
    assert list(refusal.value.fields) == ["target_id"]
    return refusal.value.fields["target_id"]


def test_money_goes_back_step_by_step(story: Story) -> None:
    customer_id, receipt_id, bill_id, write_off_id = paid(story)
    settled = {
        "held": "0.00",
        "used": "100.00",
        "balance": "0.00",
        "written_off": "100.00",
        "outstanding": "0.00",
        "state": "settled",
    }
    assert sums(story, receipt_id, bill_id) == settled
    reversal_id, prepared = story.prepare_reversal(customer_id, write_off_id)
    assert sums(story, receipt_id, bill_id) == settled, "nothing moves before the reversal is archived"
    assert (prepared["customer_id"], prepared["form"]["total"], len(prepared["product_ids"])) == (str(customer_id), "100.00", 1)
    story.turn("archived", reversal_id, code="reversal")
    free = {
        "held": "0.00",
        "used": "0.00",
        "balance": "100.00",
        "written_off": "0.00",
        "outstanding": "100.00",
        "state": "open",
    }
    assert sums(story, receipt_id, bill_id) == free
    again, _ = story.prepare(customer_id, [(receipt_id, bill_id, "60.00")])
    assert sums(story, receipt_id, bill_id) == free | {"held": "60.00", "balance": "40.00", "outstanding": "40.00"}
    story.turn("archived", again)
    assert sums(story, receipt_id, bill_id) == free | {
        "used": "60.00",
        "balance": "40.00",
        "written_off": "60.00",
        "outstanding": "40.00",
    }


def test_a_reversal_is_a_new_entry_beside_the_old_one(story: Story) -> None:
    customer_id, receipt_id, _, write_off_id = paid(story)
    reversal_id = reverse(story, customer_id, write_off_id)
    pairs = [(pair["write_off_id"], pair["amount"], pair["state"]) for pair in story.shown_receipt(receipt_id)["pairs"]]
    assert pairs == [(str(write_off_id), "100.00", "final"), (str(reversal_id), "-100.00", "final")]
    assert (shown(story, reversal_id)["reverses"], shown(story, reversal_id)["amount"]) == (str(write_off_id), "-100.00")
    assert shown(story, write_off_id)["state"] == "archived"
    assert shown(story, write_off_id)["reversal"] == {"id": str(reversal_id), "state": "archived", "reason": "认错了客户"}


def test_everyone_is_told_what_is_owed_again(story: Story) -> None:
    customer_id, _, bill_id, write_off_id = paid(story)
    reversal_id = reverse(story, customer_id, write_off_id)
    (told,) = story.told("write_off_reversed")
    assert (told["write_off_id"], told["reversal_id"], told["reason"]) == (str(write_off_id), str(reversal_id), "认错了客户")
    (bill,) = told["bills"]
    assert (bill["bill_id"], bill["amount"], bill["outstanding"]) == (str(bill_id), "100.00", "100.00")
    assert bill["receivable_version"] == 3, "after the settlement that it undoes"
    applied = story.told("process_applied")[-1]
    assert (applied["process_id"], applied["code"]) == (str(reversal_id), "reversal")


def test_commission_follows(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    earned = statement(story)["totals"]
    reverse(story, customer_id, write_off_id)
    totals, entries = statement(story)["totals"], statement(story)["entries"]
    assert earned["commission"] == "7.20"
    assert (totals["earned"], totals["reversed"], totals["commission"], totals["profit"]) == ("7.20", "7.20", "0.00", "0.00")
    original = next(entry for entry in entries if entry["reverses"] is None)
    taken_back = next(entry for entry in entries if entry["reverses"] is not None)
    assert taken_back["reverses"] == original["id"]
    assert (taken_back["written_off"], taken_back["cost"], taken_back["amount"]) == ("-100.00", "-28.00", "-7.20")
    assert story.told("write_off_reversed")[0]["commission"] == "7.20"


def test_commission_is_taken_back_from_whoever_earned_it(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    story.customer(owner=OTHER_SALES, known=customer_id, version=2)
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id, caller=OTHER_SALES)
    story.turn("archived", reversal_id, code="reversal")
    assert statement(story)["totals"]["commission"] == "0.00", "of the owner at the time of the write-off"
    assert story.told("write_off_reversed")[0]["owner_id"] == SALES.user_id


def test_nothing_starts_by_itself_for_the_same_receipt_and_bill_again(story: Story) -> None:
    customer_id, receipt_id, bill_id, write_off_id = paid(story)
    reverse(story, customer_id, write_off_id)
    assert story.shown_receipt(receipt_id)["reason"]["code"] == "write_off_declined"
    assert story.shown_receivable(bill_id)["reason"]["code"] == "write_off_declined"
    with story.begin()() as work:
        assert start_write_offs(work, [customer_id]) == 0
    story.receipt("100.00")
    assert len(story.started()) == 2, "another receipt may pay the bill"


def test_a_receipt_of_a_reversed_write_off_can_go_to_its_true_customer(story: Story) -> None:
    customer_id, receipt_id, _, write_off_id = paid(story)
    reverse(story, customer_id, write_off_id)
    unmatched = unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="认错了客户", withdraw_alias=False)
    assert unmatched["customer_id"] is None


# What may be reversed


def test_only_an_archived_write_off_is_reversed_and_only_once(story: Story) -> None:
    customer_id, receipt_id, bill_id, write_off_id = paid(story)
    assert target_fault(story, customer_id, new_id()) == ["write_off_not_found"]
    first, _ = story.prepare_reversal(customer_id, write_off_id)
    assert target_fault(story, customer_id, write_off_id) == ["write_off_being_reversed"]
    story.turn("archived", first, code="reversal")
    assert target_fault(story, customer_id, write_off_id) == ["write_off_reversed_already"]
    assert target_fault(story, customer_id, first) == ["write_off_is_a_reversal"]
    running, _ = story.prepare(customer_id, [(receipt_id, bill_id, "30.00")])
    assert target_fault(story, customer_id, running) == ["write_off_not_archived|审批中|under approval"]


def test_anothers_write_off_is_like_one_that_does_not_exist(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    with pytest.raises(NotFound, match="customer_not_found"):
        story.prepare_reversal(customer_id, write_off_id, caller=OTHER_SALES)
    mine = story.customer("别的公司", owner=OTHER_SALES)
    assert target_fault(story, mine, write_off_id, caller=OTHER_SALES) == ["write_off_not_found"]


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
def test_after_a_reversal_that_was_declined_another_may_come(story: Story, outcome: str) -> None:
    customer_id, receipt_id, bill_id, write_off_id = paid(story)
    first, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn(outcome, first, code="reversal")
    assert sums(story, receipt_id, bill_id)["used"] == "100.00"
    reverse(story, customer_id, write_off_id)
    assert sums(story, receipt_id, bill_id)["used"] == "0.00"


def test_a_rejected_reversal_that_is_sent_again_meets_the_one_that_came_between(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    first, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn("rejected", first, code="reversal")
    second, _ = story.prepare_reversal(customer_id, write_off_id)
    again: dict[str, Any] = {"process_id": first, "phase": "resubmit", "process_version": 3}
    assert target_fault(story, customer_id, write_off_id, **again) == ["write_off_being_reversed"]
    story.turn("withdrawn", second, code="reversal")
    assert story.prepare_reversal(customer_id, write_off_id, **again)[0] == first


def test_a_question_that_repeats_is_answered_alike(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    first, answer = story.prepare_reversal(customer_id, write_off_id)
    assert story.prepare_reversal(customer_id, write_off_id, process_id=first) == (first, answer)


def test_a_reversal_withdrawn_before_it_came_does_not_start(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    reversal_id = new_id()
    story.turn("withdrawn", reversal_id, code="reversal")
    with pytest.raises(Conflict, match="process_withdrawn"):
        story.prepare_reversal(customer_id, write_off_id, process_id=reversal_id)


def test_the_effect_happens_once_however_often_it_is_told(story: Story) -> None:
    customer_id, receipt_id, bill_id, write_off_id = paid(story)
    reversal_id = reverse(story, customer_id, write_off_id)
    story.turn("archived", reversal_id, code="reversal", version=5)
    assert sums(story, receipt_id, bill_id)["balance"] == "100.00"
    assert len(story.told("write_off_reversed")) == 1


# At once, and by hand


def test_of_six_who_reverse_one_write_off_at_once_one_wins(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    won: list[UUID] = []
    lost: list[list[str]] = []

    def work(_number: int) -> None:
        try:
            won.append(story.prepare_reversal(customer_id, write_off_id)[0])
        except InvalidInput as refusal:
            lost.append(refusal.fields["target_id"])

    at_once(6, work)
    assert (len(won), lost) == (1, [["write_off_being_reversed"]] * 5)


def test_reversal_and_new_write_off_at_once_conserve_money(story: Story) -> None:
    customer_id, receipt_id, _, write_off_id = paid(story)
    other_bill = story.bill(customer_id, "500.00")
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    taken: list[UUID] = []
    refused: list[list[str]] = []

    def work(number: int) -> None:
        if number == 0:
            story.turn("archived", reversal_id, code="reversal")
            return
        try:
            taken.append(story.prepare(customer_id, [(receipt_id, other_bill, "30.00")])[0])
        except InvalidInput as refusal:
            refused.append(list(refusal.fields))

    at_once(6, work)
    assert refused == [["pairs.0.amount"]] * (5 - len(taken))
    receipt = story.shown_receipt(receipt_id)
    assert (receipt["used"], receipt["held"]) == ("0.00", f"{30 * len(taken)}.00")
    assert len(taken) <= 3


def by_hand(story: Story, statements: str) -> None:
    with story.database.engine.begin() as connection:
        connection.exec_driver_sql(statements)


BY_HAND: list[Any] = [
    pytest.param("amount = -99.99, reverses = pairs.id", id="less than the pair"),
    pytest.param("amount = -100.01, reverses = pairs.id", id="more than the pair"),
    pytest.param("amount = 100, reverses = pairs.id", id="the same again"),
    pytest.param("amount = -100, reverses = NULL", id="below zero of nothing"),
    pytest.param("amount = -100, reverses = pairs.id, state = 'held'", id="held below zero"),
]


@pytest.mark.parametrize("changes", BY_HAND)
def test_hand_written_sql_takes_back_nothing_but_a_whole_final_pair(story: Story, changes: str) -> None:
    customer_id, _, _, write_off_id = paid(story)
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    statements = f"""
        CREATE TEMPORARY TABLE forged ON COMMIT DROP AS SELECT * FROM write_off_pairs;
        UPDATE forged SET {changes} FROM write_off_pairs AS pairs;
        UPDATE forged SET id = gen_random_uuid(), write_off_id = '{reversal_id}';
        INSERT INTO write_off_pairs SELECT * FROM forged;
    """
    with pytest.raises(IntegrityError, match=r"revers|ck_write_off_pairs_amount"):
        by_hand(story, statements)


def test_hand_written_sql_takes_back_a_pair_once(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    reverse(story, customer_id, write_off_id)
    statement = text(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state, reverses)"
        " SELECT gen_random_uuid(), write_off_id, 9, receipt_id, bill_id, amount, state, reverses FROM write_off_pairs"
        " WHERE reverses IS NOT NULL"
    )
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(statement)


def test_hand_written_sql_cannot_start_a_second_reversal(story: Story) -> None:
    customer_id, _, _, write_off_id = paid(story)
    story.prepare_reversal(customer_id, write_off_id)
    statement = text(
        "INSERT INTO write_offs (id, customer_id, reverses, automatic, state, amount, remarks, started_by_name, started_at,"
        " attempt, process_version, version) SELECT gen_random_uuid(), customer_id, reverses, false, 'started', amount, '', '',"
        " started_at, 1, 0, 1 FROM write_offs WHERE reverses IS NOT NULL"
    )
    with pytest.raises(IntegrityError, match="uq_write_offs_reverses"), story.database.engine.begin() as connection:
        connection.execute(statement)


# An e-commerce order's own cost


def test_an_orders_purchase_price_is_its_cost(story: Story) -> None:
    customer_id = story.customer()
    bill_id, _ = story.bill(customer_id, "1000.00", cost="800.00"), story.receipt("1000.00")
    assert story.shown_receivable(bill_id)["cost"] == "800.00"
    story.turn("archived", story.started()[0])
    (entry,) = statement(story)["entries"]
    assert (entry["product_type"], entry["unit_cost"], entry["cost"], entry["amount"]) == ("ecommerce", None, "800.00", "20.00")
    assert statement(story)["totals"]["profit"] == "200.00"
    assert story.shown_receivable(bill_id, FINANCE)["product_id"] is None
