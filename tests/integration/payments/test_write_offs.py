"""Write-offs: automatic and manual, held, released, final; what the database itself refuses."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.jobs import Shard, open_job
from services.payments.usecases.end_process import apply_process
from services.payments.usecases.retry_write_offs import retry_write_offs
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, Story

# Automatic


def test_a_receipt_that_covers_the_oldest_receivable_starts_its_write_off(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "3500.00")
    receipt_id = story.receipt("4000.00")
    (told,) = story.told("write_off_started")
    assert (told["automatic"], told["owner_id"], told["owner_name"], told["amount"]) == (True, SALES.user_id, "张伟", "3500.00")
    assert [(pair["receipt_id"], pair["bill_id"], pair["amount"]) for pair in told["pairs"]] == [
        (str(receipt_id), str(bill_id), "3500.00")
    ]
    receipt, receivable = story.shown_receipt(receipt_id), story.shown_receivable(bill_id)
    assert (receipt["held"], receipt["balance"], receipt["reason"]["code"]) == ("3500.00", "500.00", "nothing_due")
    assert (receivable["held"], receivable["state"], receivable["reason"]) == ("3500.00", "held", None)


def test_a_bill_that_becomes_a_receivable_meets_the_receipts_that_wait(story: Story) -> None:
    customer_id = story.customer()
    story.receipt("100.00")
    story.bill(customer_id, "100.00")
    assert len(story.started()) == 1


def test_why_nothing_started_is_kept_on_both_and_said_in_words(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00", number="B-1")
    receipt_id = story.receipt("60.00")
    words = "到款余额 60.00 不足以销最早的应收 B-1（待销 100.00），可手动部分销账。"
    assert story.shown_receipt(receipt_id, SALES)["reason"]["zh"] == words
    assert story.shown_receivable(bill_id, SALES)["reason"]["zh"] == words


def test_a_prepaid_product_paid_after_its_period_starts_nothing(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00", mode="prepaid")
    receipt_id = story.receipt("100.00", on=date(2026, 4, 1))
    assert story.shown_receipt(receipt_id)["reason"]["code"] == "prepaid_received_late"
    assert story.started() == []


def test_without_an_owner_nothing_starts_until_there_is_one(story: Story) -> None:
    customer_id = story.customer(owner=None)
    bill_id = story.bill(customer_id, "100.00")
    story.receipt("100.00")
    assert story.shown_receivable(bill_id)["reason"]["code"] == "no_owner"
    story.customer(owner=OTHER_SALES, known=customer_id, version=2)
    assert story.told("write_off_started")[0]["owner_id"] == OTHER_SALES.user_id


def test_bills_may_come_before_their_customer_is_known(story: Story) -> None:
    customer_id = new_id()
    bill_id = story.bill(customer_id, "100.00")
    receipt_id = story.receipt("100.00")
    story.customer(known=customer_id, version=1)
    assert story.shown_receipt(receipt_id)["customer_id"] == str(customer_id)
    assert story.shown_receivable(bill_id, SALES)["state"] == "held"


def test_the_same_bill_reconciled_twice_is_one_receivable(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    with story.database.engine.begin() as connection:
        event = connection.scalar(text("SELECT count(*) FROM receivables"))
    assert event == 1
    assert story.shown_receivable(bill_id)["amount"] == "100.00"


# Manual


def test_a_manual_write_off_holds_any_receipts_for_any_receivables_of_one_customer(story: Story) -> None:
    customer_id = story.customer()
    receipts = [story.receipt("60.00"), story.receipt("70.00")]
    bills = [story.bill(customer_id, "100.00", month="2026-02", number="B-1"), story.bill(customer_id, "80.00", number="B-2")]
    pairs = [(receipts[0], bills[0], "60.00"), (receipts[1], bills[0], "40.00"), (receipts[1], bills[1], "30.00")]
    write_off_id, prepared = story.prepare(customer_id, pairs)
    assert prepared["facts"] == {"automatic": 0}
    assert [pair["bill_number"] for pair in prepared["form"]["pairs"]] == ["B-1", "B-1", "B-2"]
    assert story.shown_receipt(receipts[1])["balance"] == "0.00"
    assert story.shown_receivable(bills[1])["outstanding"] == "50.00"
    _, again = story.prepare(customer_id, pairs, process_id=write_off_id)
    assert again == prepared
    assert len(story.told("write_off_started")) == 1


def test_a_receipt_without_a_balance_says_nothing_of_why_nothing_started(story: Story) -> None:
    customer = story.customer()
    bill, receipt = story.bill(customer, "150.00"), story.receipt("100.00")
    assert story.shown_receipt(receipt)["reason"]["code"] == "balance_too_small"
    story.prepare(customer, [(receipt, bill, "100.00")])
    assert story.shown_receipt(receipt)["reason"] is None


def test_what_is_wrong_with_a_form_is_said_by_field(story: Story) -> None:
    customer_id, other = story.customer(), story.customer("别的公司", owner=OTHER_SALES)
    receipt_id, bill_id = story.receipt("60.00"), story.bill(customer_id, "100.00")
    foreign = story.bill(other, "100.00")
    with pytest.raises(InvalidInput) as refused:
        story.prepare(
            customer_id,
            [
                (receipt_id, bill_id, "50.00"),
                (receipt_id, bill_id, "10.01"),
                (new_id(), bill_id, "60.00"),
                (receipt_id, foreign, "1.00"),
            ],
        )
    assert refused.value.fields == {
        "pairs.1.bill_id": ["pair_twice"],
        "pairs.1.amount": ["over_balance|10.00"],
        "pairs.2.receipt_id": ["receipt_not_found"],
        "pairs.2.amount": ["over_outstanding|39.99"],
        "pairs.3.bill_id": ["receivable_not_found"],
        "pairs.3.amount": ["over_balance|0.00"],
    }
    assert story.shown_receipt(receipt_id)["held"] == "0.00"


def test_nobody_starts_a_write_off_for_anothers_customer(story: Story) -> None:
    customer_id = story.customer()
    with pytest.raises(NotFound, match="customer_not_found"):
        story.prepare(customer_id, [(new_id(), new_id(), "1.00")], caller=OTHER_SALES)


@pytest.mark.parametrize("outcome", ["withdrawn", "rejected"])
def test_withdrawn_or_rejected_gives_back_what_was_held_and_does_not_start_again(story: Story, outcome: str) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00", number="B-1")
    receipt_id = story.receipt("100.00")
    (write_off_id,) = story.started()
    story.turn(outcome, write_off_id)
    receipt, receivable = story.shown_receipt(receipt_id), story.shown_receivable(bill_id)
    assert (receipt["held"], receipt["balance"], receipt["reason"]["code"]) == ("0.00", "100.00", "write_off_declined")
    assert (receivable["outstanding"], receivable["reason"]["code"]) == ("100.00", "write_off_declined")
    run_job(story)
    assert story.started() == [write_off_id], "it does not loop"


def test_a_rejected_write_off_is_sent_again_with_other_amounts_and_people_approve_it(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    receipt_id = story.receipt("100.00")
    (write_off_id,) = story.started()
    story.turn("rejected", write_off_id, version=3)
    _, prepared = story.prepare(
        customer_id, [(receipt_id, bill_id, "40.00")], process_id=write_off_id, phase="resubmit", process_version=3
    )
    assert prepared["facts"]["automatic"] == 0, "only what the system put together passes by itself"
    assert story.shown_receipt(receipt_id)["held"] == "40.00"
    story.turn("archived", write_off_id, version=6)
    assert story.shown_receivable(bill_id)["written_off"] == "40.00"


def test_a_rejection_that_comes_late_releases_nothing_that_was_held_after_it(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("90.00")
    pairs = [(receipt_id, bill_id, "90.00")]
    write_off_id, _ = story.prepare(customer_id, pairs, process_version=1)
    story.prepare(customer_id, pairs, process_id=write_off_id, phase="resubmit", process_version=3)
    story.turn("rejected", write_off_id, version=3)
    assert story.shown_receipt(receipt_id)["held"] == "90.00"
    story.turn("rejected", write_off_id, version=5)
    assert story.shown_receipt(receipt_id)["held"] == "0.00"


def test_a_question_that_its_asker_gave_up_holds_nothing(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("90.00")
    pairs = [(receipt_id, bill_id, "90.00")]
    write_off_id, _ = story.prepare(customer_id, pairs, process_version=0)
    story.turn("rejected", write_off_id, version=3)
    story.turn("rejected", write_off_id, version=5)  # said again, as the resubmission of version 4 got no answer in time
    with pytest.raises(Conflict, match="process_changed"):
        story.prepare(customer_id, pairs, process_id=write_off_id, phase="resubmit", process_version=4)
    assert story.shown_receipt(receipt_id)["held"] == "0.00"


def test_of_two_questions_the_older_one_changes_nothing_that_the_newer_one_held(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("90.00")
    write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "90.00")], process_version=0)
    newer = [(receipt_id, bill_id, "50.00")]
    story.prepare(customer_id, newer, process_id=write_off_id, phase="resubmit", process_version=5)
    with pytest.raises(Conflict, match="process_changed"):
        story.prepare(customer_id, [(receipt_id, bill_id, "70.00")], process_id=write_off_id, phase="resubmit", process_version=4)
    assert story.shown_receipt(receipt_id)["held"] == "50.00"


def test_a_returned_write_off_keeps_its_holds_until_it_comes_back_changed(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("90.00")
    write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "90.00")])
    story.prepare(customer_id, [(receipt_id, bill_id, "50.00")], process_id=write_off_id, phase="resubmit", process_version=3)
    assert story.shown_receipt(receipt_id)["held"] == "50.00"
    states = [pair["state"] for pair in story.shown_receipt(receipt_id)["pairs"]]
    assert states == ["released", "held"], "nothing is overwritten"


def test_a_start_that_comes_after_its_withdrawal_is_refused(story: Story) -> None:
    customer_id = story.customer()
    bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("90.00")
    write_off_id = new_id()
    story.turn("withdrawn", write_off_id)
    with pytest.raises(Conflict, match="process_withdrawn"):
        story.prepare(customer_id, [(receipt_id, bill_id, "90.00")], process_id=write_off_id)
    assert story.shown_receipt(receipt_id)["held"] == "0.00"


# Final


def test_archived_it_is_final_and_everyone_is_told(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "3500.00", quantity=100_000, number="B-1")
    receipt_id = story.receipt("3500.00")
    (write_off_id,) = story.started()
    story.turn("archived", write_off_id)
    receipt, receivable = story.shown_receipt(receipt_id), story.shown_receivable(bill_id)
    assert (receipt["state"], receipt["used"], receipt["held"]) == ("used", "3500.00", "0.00")
    assert (receivable["state"], receivable["written_off"], receivable["outstanding"]) == ("settled", "3500.00", "0.00")
    (settled,) = story.told("receivable_settled")
    assert (settled["amount"], settled["outstanding"]) == ("3500.00", "0.00")
    (earned,) = story.told("commission_earned")
    assert (earned["cost"], earned["amount"], earned["owner_name"], earned["month"]) == ("2800.00", "70.00", "张伟", "2026-04")
    (applied,) = story.told("process_applied")
    assert applied["summary_zh"] == "已销账 3500.00 元：B-1"


def test_archived_twice_counts_once(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    story.receipt("100.00")
    (write_off_id,) = story.started()
    event = story.turn("archived", write_off_id)
    with pytest.raises(AlreadyConsumed):
        apply_process(story.begin(consumer="on_process_archived"), event)
    story.turn("archived", write_off_id)
    assert story.shown_receivable(bill_id)["written_off"] == "100.00"
    assert len(story.told("commission_earned")) == 1


def test_what_others_processes_do_is_none_of_our_business(story: Story) -> None:
    event = story.turn("withdrawn", new_id())
    event.data.update(code="recharge", owner_service="billing")
    apply_process(story.begin(), event)
    assert story.told("process_applied") == []


def test_archived_before_it_is_known_is_tried_again(story: Story) -> None:
    with pytest.raises(Conflict, match="write_off_not_known_yet"):
        story.turn("archived", new_id())


# The job


def run_job(story: Story) -> dict[str, int]:
    """``auto_write_off`` in two shards; the sum of their results."""
    results = []
    for number in range(2):
        begin = story.begin()
        with begin() as work:
            job_id, _ = open_job(work, "auto_write_off", "test", as_of=date(2026, 4, 10), shards=2)
        results.append(retry_write_offs(Shard(begin, job_id, number, 2, date(2026, 4, 10), {})))
    return {name: sum(result[name] for result in results) for name in results[0]}


def test_the_job_makes_good_what_an_event_missed(story: Story) -> None:
    receipts = [story.receipt("100.00", payer=f"客户{number}") for number in range(6)]
    customers = [story.customer(f"云{number}") for number in range(6)]
    for customer_id in customers:
        story.bill(customer_id, "100.00")
    with story.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO customer_names (customer_id, kind, normalised_name, name, noted_at)"
                " SELECT id, 'alias', replace(name, '云', '客户'), replace(name, '云', '客户'), now() FROM customers"
            )
        )
    assert run_job(story) == {"customers_matched": 6, "write_offs_started": 6}
    assert run_job(story) == {"customers_matched": 0, "write_offs_started": 0}
    assert {story.shown_receipt(receipt_id)["held"] for receipt_id in receipts} == {"100.00"}


def test_todays_date_is_the_events(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    story.receipt("100.00")
    story.now = datetime(2026, 4, 30, 16, 30, tzinfo=UTC)  # half past midnight of 1 May in Shanghai
    story.turn("archived", story.started()[0])
    assert story.told("commission_earned")[0]["earned_on"] == "2026-05-01"


def test_finance_may_prepare_too(story: Story) -> None:
    customer_id = story.customer()
    receipt_id, bill_id = story.receipt("10.00"), story.bill(customer_id, "20.00")
    _, prepared = story.prepare(customer_id, [(receipt_id, bill_id, "10.00")], caller=FINANCE)
    assert prepared["title"] == "销账（上海云帆网络科技有限公司 行业短信）"
