"""Penalties month by month, who bears them, and what turns up later (spec, payments.md, "Interest and penalty")."""

from datetime import UTC, date, datetime

from sqlalchemy import text

from services.kit.clock import Month
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.story import FINANCE, LEAD, OTHER_SALES, SALES

# Penalty


def test_what_was_due_before_the_month_began_and_not_received_costs_the_rate(accruals: Accruals) -> None:
    customer_id = accruals.story.customer("甲")
    bill_id = accruals.story.bill(customer_id, "1000.00", month="2026-01")  # due on 28 February
    accruals.run("2026-03-01")
    assert accruals.told() == [], "it was not due before February began"
    accruals.run("2026-04-01")
    (entry,) = accruals.entries()
    assert (entry["kind"], entry["month"], entry["booked_on"]) == ("penalty", "2026-03", "2026-03-31")
    assert (entry["base"], entry["rate"], entry["amount"]) == ("1000.00", "0.005", "5.00")
    assert (entry["bill_id"], entry["customer_name"], entry["owner_name"], entry["number"]) == (str(bill_id), "甲", "张伟", 1)
    assert entry["origin"]["zh"] == "2026-02-28 到期，2026-03 月初未到款 1000.00 元。"
    assert entry["origin"]["en"] == "Due on 2026-02-28; 1000.00 not received when 2026-03 began."


def test_money_received_on_the_due_day_is_in_time_and_on_the_next_day_costs_its_month(accruals: Accruals) -> None:
    """billing.md: "March's bill with a cycle of 1 is due on 30 April, and money received that day is in time"."""
    story = accruals.story
    customer_id = story.customer("甲")
    in_time, late = (story.bill(customer_id, amount, month="2026-01") for amount in ("100.00", "200.00"))
    story.now = datetime(2026, 3, 3, tzinfo=UTC)
    accruals.paid(customer_id, in_time, "100.00", date(2026, 2, 28))
    accruals.paid(customer_id, late, "200.00", date(2026, 3, 1))
    accruals.run("2026-04-01")
    accruals.run("2026-05-01")
    assert [(entry["bill_id"], entry["month"], entry["amount"]) for entry in accruals.entries()] == [
        (str(late), "2026-03", "1.00")
    ]


def test_money_counts_by_the_day_in_shanghai(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    story.bill(customer_id, "100.00", month="2026-01")
    story.now = datetime(2026, 3, 3, tzinfo=UTC)
    receipt = story.receipt("100.00", payer="甲", on=date(2026, 2, 28))
    with story.database.engine.begin() as connection:  # 23:59 there is 15:59 in UTC; 16:00 is March
        moved = text("UPDATE receipts SET received_at = '2026-02-28 15:59:59+00' WHERE id = :id")
        connection.execute(moved, {"id": receipt})
    story.turn("archived", story.started()[0])
    accruals.run("2026-04-01")
    assert accruals.told() == []


def test_a_penalty_goes_on_month_by_month_for_what_is_left(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    accruals.paid(customer_id, bill_id, "400.00", date(2026, 4, 1))
    accruals.run("2026-05-01")
    accruals.run("2026-06-01")
    assert accruals.told() == [
        ("2026-03", "2026-03-31", "5.00"),
        ("2026-04", "2026-04-30", "5.00"),
        ("2026-05", "2026-05-31", "3.00"),
    ]


def test_what_is_only_held_is_not_received(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    story.bill(customer_id, "100.00", month="2026-01")
    story.now = datetime(2026, 2, 11, tzinfo=UTC)
    story.receipt("100.00", payer="甲", on=date(2026, 2, 10))
    accruals.run("2026-04-01")
    assert accruals.told() == [("2026-03", "2026-03-31", "0.50")]
    story.turn("archived", story.started()[0])
    accruals.run("2026-05-01")
    assert accruals.told()[1:] == [("2026-03", "2026-04-30", "-0.50")]


# Corrections


def test_a_receipt_that_turns_up_later_with_an_earlier_date_brings_a_correcting_entry_in_the_next_run(accruals: Accruals) -> None:
    """pitfalls.md: "Interest lost once the principal was paid"; nor is what was wrongly charged kept."""
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    for as_of in ("2026-04-01", "2026-05-01"):
        accruals.run(as_of)
    accruals.paid(customer_id, bill_id, "1000.00", date(2026, 3, 20))
    accruals.run("2026-06-01")
    assert accruals.told() == [
        ("2026-03", "2026-03-31", "5.00"),
        ("2026-04", "2026-04-30", "5.00"),
        ("2026-04", "2026-05-31", "-5.00"),
    ]
    correction = accruals.entries(month=Month(2026, 4))[1]
    assert (correction["base"], correction["number"], correction["origin"]["code"]) == ("-1000.00", 2, "received_in_time")
    assert correction["origin"]["zh"] == "更正：计提后查明，2026-04 之前已到款 1000.00 元；月初未到款应为 0.00 元。"
    (receipt,) = correction["origin"]["receipts"]
    assert (receipt["payer_name"], receipt["received_on"], receipt["amount"]) == ("甲", "2026-03-20", "1000.00")


def test_what_was_charged_while_it_was_owed_stays_once_the_principal_is_paid(accruals: Accruals) -> None:
    """pitfalls.md: "Interest lost once the principal was paid"."""
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    story.now = datetime(2026, 3, 20, tzinfo=UTC)
    accruals.paid(customer_id, bill_id, "1000.00", date(2026, 3, 20))
    for as_of in ("2026-04-01", "2026-05-01"):
        accruals.run(as_of)
    assert accruals.told() == [("2026-03", "2026-03-31", "5.00")]


def test_a_reversed_write_off_is_owed_again_from_the_first_month_it_was_owed(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    story.now = datetime(2026, 2, 20, tzinfo=UTC)
    write_off_id = accruals.paid(customer_id, bill_id, "1000.00", date(2026, 2, 20))
    accruals.run("2026-04-01")
    assert accruals.told() == []
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
    story.turn("archived", reversal_id, code="reversal")
    accruals.run("2026-05-01")
    assert accruals.told() == [("2026-03", "2026-04-30", "5.00"), ("2026-04", "2026-04-30", "5.00")]
    assert [entry["origin"]["code"] for entry in accruals.entries(month=Month(2026, 3))] == ["found_late"]
    another = accruals.paid(customer_id, bill_id, "1000.00", date(2026, 2, 21))
    accruals.run("2026-06-01")
    reversal_id, _ = story.prepare_reversal(customer_id, another)
    story.turn("archived", reversal_id, code="reversal")
    accruals.run("2026-07-01")
    codes = [entry["origin"]["code"] for entry in sorted(accruals.entries(month=Month(2026, 3)), key=lambda one: one["number"])]
    assert codes == ["found_late", "received_in_time", "write_off_reversed"]
    assert accruals.booked() == accruals.reference()


def test_a_bill_reconciled_long_after_it_was_due_is_charged_for_the_months_that_passed(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    accruals.run("2026-05-01")
    story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-06-01")
    assert accruals.told() == [
        ("2026-03", "2026-05-31", "5.00"),
        ("2026-04", "2026-05-31", "5.00"),
        ("2026-05", "2026-05-31", "5.00"),
    ]


def test_a_voided_bills_penalties_are_taken_back(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    asked = {"bill_id": str(bill_id), "number": "B", "customer_id": str(customer_id), "process_id": str(new_id()), "attempt": 1}
    story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)
    accruals.run("2026-05-01")
    assert accruals.told() == [("2026-03", "2026-03-31", "5.00"), ("2026-03", "2026-04-30", "-5.00")]
    assert accruals.entries(month=Month(2026, 3))[1]["origin"]["code"] == "bill_voided"


# Who bears it


def test_the_owner_at_the_run_bears_it_and_whoever_bore_it_gets_it_back(accruals: Accruals) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    story.customer("甲", owner=OTHER_SALES, known=customer_id, version=2)
    accruals.paid(customer_id, bill_id, "600.00", date(2026, 2, 20), OTHER_SALES)
    accruals.run("2026-05-01")
    borne = [(entry["owner_name"], entry["month"], entry["amount"]) for entry in accruals.entries(sort="booked_on")]
    assert sorted(borne) == [("张伟", "2026-03", "-3.00"), ("张伟", "2026-03", "5.00"), ("李娜", "2026-04", "2.00")]
    assert len(accruals.entries(SALES)) == 2
    assert len(accruals.entries(OTHER_SALES)) == 1
    assert len(accruals.entries(LEAD)) == 2


def test_a_pool_customers_interest_is_nobodys(accruals: Accruals) -> None:
    customer_id = accruals.story.customer("甲", owner=None)
    accruals.story.bill(customer_id, "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    (entry,) = accruals.entries(FINANCE)
    assert (entry["owner_id"], entry["owner_name"], entry["amount"]) == (None, None, "5.00")
    assert accruals.entries(SALES) == []
    assert accruals.story.told("interest_accrued") == []


def test_each_owner_is_told_once_what_the_month_came_to(accruals: Accruals) -> None:
    story = accruals.story
    customer_id, other_id = story.customer("甲"), story.customer("乙")
    for each in (customer_id, other_id):
        story.bill(each, "1000.00", month="2026-01")
    accruals.move(customer_id, new_id(), "400.00", date(2026, 1, 10))
    accruals.run("2026-04-01", shards=2)
    (told,) = story.told("interest_accrued")
    assert {name: told[name] for name in ("month", "owner_name", "customers", "penalty", "credit", "corrected")} == {
        "month": "2026-03",
        "owner_name": "张伟",
        "customers": 2,
        "penalty": "10.00",
        "credit": "4.00",
        "corrected": "0.00",
    }
