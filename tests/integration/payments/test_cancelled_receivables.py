"""A bill that is to be voided is let go unless money is held or written off for it (spec, billing.md, "Bills")."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.clock import Month
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from services.payments.usecases.list_receivables import list_receivables
from services.payments.usecases.show_commission_statement import show_commission_statement
from tests.integration.at_once import at_once
from tests.integration.payments.story import FINANCE, Story


def ask(story: Story, customer_id: UUID, bill_id: UUID) -> None:
    asked = {
        "bill_id": str(bill_id),
        "number": "B-1",
        "customer_id": str(customer_id),
        "process_id": str(new_id()),
        "attempt": 9,
    }
    story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)


def listed(story: Story, **wanted: Any) -> list[UUID]:
    asked: dict[str, Any] = {"customer_id": None, "state": None, "month": None, "due_to": None, "unsettled": False, **wanted}
    page = list_receivables(story.begin(), **asked, page_size=50, sort="", cursor="")
    return [one["bill_id"] for one in page.items]


def test_nothing_is_owed_for_a_cancelled_receivable_and_nothing_can_be_held_of_it(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    ask(story, customer_id, bill_id)
    (told,) = story.told("receivable_cancelled")
    assert (told["bill_id"], told["attempt"]) == (str(bill_id), 9)
    shown = story.shown_receivable(bill_id)
    assert (shown["state"], shown["outstanding"], shown["amount"]) == ("cancelled", "0.00", "100.00")
    receipt_id = story.receipt("100.00")
    assert story.started() == []
    assert story.shown_receipt(receipt_id)["reason"]["code"] == "nothing_due"
    with pytest.raises(InvalidInput) as refusal:
        story.prepare(customer_id, [(receipt_id, bill_id, "1.00")])
    assert refusal.value.fields == {"pairs.0.bill_id": ["receivable_not_found"]}
    assert (listed(story, state="open"), listed(story, state="cancelled")) == ([], [bill_id])
    statement = show_commission_statement(story.begin(FINANCE), month=Month(2026, 4), owner_id=None, page_size=9, cursor="")
    assert statement["missing_count"] == 0


def test_what_waited_behind_it_is_written_off_at_once(story: Story) -> None:
    customer_id = story.customer()
    first, second = story.bill(customer_id, "500.00", month="2026-02"), story.bill(customer_id, "100.00")
    story.receipt("100.00")
    assert story.started() == []
    ask(story, customer_id, first)
    assert len(story.started()) == 1
    assert story.shown_receivable(second)["state"] == "held"


def test_what_is_held_or_written_off_is_kept_with_the_amounts(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    write_off_id, _ = story.prepare(customer_id, [(story.receipt("40.00"), bill_id, "40.00")])
    story.turn("archived", write_off_id)
    story.prepare(customer_id, [(story.receipt("25.00"), bill_id, "25.00")])
    ask(story, customer_id, bill_id)
    (kept,) = story.told("receivable_kept")
    assert (kept["held"], kept["written_off"], kept["attempt"]) == ("25.00", "40.00", 9)
    assert story.shown_receivable(bill_id)["state"] == "open"


def test_a_question_asked_twice_is_answered_alike(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "100.00")
    for _ in range(2):
        ask(story, customer_id, bill_id)
    assert [told["bill_id"] for told in story.told("receivable_cancelled")] == [str(bill_id)] * 2
    assert story.shown_receivable(bill_id)["version"] == 2


def test_a_question_that_comes_before_the_bill_is_tried_again(story: Story) -> None:
    with pytest.raises(Conflict, match="receivable_not_known_yet"):
        ask(story, story.customer(), new_id())


def test_of_a_write_off_and_a_cancellation_at_once_one_wins(story: Story) -> None:
    for number in range(5):
        customer_id = story.customer(f"客户{number}")
        bill_id, receipt_id = story.bill(customer_id, "100.00"), story.receipt("50.00", payer=f"客户{number}")
        held: list[UUID] = []

        def work(
            which: int,
            customer_id: UUID = customer_id,
            bill_id: UUID = bill_id,
            receipt_id: UUID = receipt_id,
            held: list[UUID] = held,
        ) -> None:
            if which == 0:
                ask(story, customer_id, bill_id)
                return
            with suppress(InvalidInput):  # the cancellation was first
                held.append(story.prepare(customer_id, [(receipt_id, bill_id, "50.00")])[0])

        at_once(2, work)
        assert story.shown_receivable(bill_id)["state"] == ("open" if held else "cancelled")


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE receivables SET cancelled_by = NULL", id="owed again"),
        pytest.param(
            "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
            " SELECT gen_random_uuid(), w.id, 9, r.id, b.bill_id, 1, 'held' FROM write_offs w, receipts r, receivables b"
            " WHERE b.cancelled_by IS NOT NULL",
            id="held",
        ),
    ],
)
def test_hand_written_sql_cannot_use_a_cancelled_receivable(story: Story, statement: str) -> None:
    customer_id = story.customer()
    cancelled, other = story.bill(customer_id, "100.00"), story.bill(customer_id, "300.00")
    story.prepare(customer_id, [(story.receipt("50.00"), other, "10.00")])
    ask(story, customer_id, cancelled)
    with pytest.raises(IntegrityError, match="cancelled"), story.database.engine.begin() as connection:
        connection.execute(text(statement))
