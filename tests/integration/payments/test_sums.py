"""What the database itself refuses, whoever asks and however many ask at once."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.errors import Conflict, Refusal
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.payments.story import OTHER_SALES, Story

STATEMENTS: list[Any] = [
    pytest.param("UPDATE receipts SET held = 0", id="held by hand"),
    pytest.param("UPDATE receipts SET used = amount - held", id="used by hand"),
    pytest.param("UPDATE receivables SET held = held - 1, written_off = written_off + 1", id="written off by hand"),
    pytest.param("UPDATE receipts SET amount = amount + 1", id="a receipt grows"),
    pytest.param("UPDATE receivables SET amount = amount + 1", id="a receivable grows"),
    pytest.param("DELETE FROM receipts", id="a receipt disappears"),
    pytest.param("DELETE FROM receivables", id="a receivable disappears"),
    pytest.param("DELETE FROM write_off_pairs", id="a pair disappears"),
    pytest.param("UPDATE write_off_pairs SET amount = amount + 0.01", id="a pair grows"),
    pytest.param("UPDATE receipts SET customer_id = gen_random_uuid()", id="a held receipt changes hands"),
    pytest.param("UPDATE receipts SET customer_id = NULL, match = 'unmatched'", id="a held receipt is unmatched"),
    pytest.param(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
        " SELECT gen_random_uuid(), write_off_id, 9, receipt_id, bill_id, 0.01, 'held' FROM write_off_pairs",
        id="one fen more than the receivable has",
    ),
    pytest.param(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
        " SELECT gen_random_uuid(), write_off_id, 9, receipt_id, bill_id, 0.01, 'final' FROM write_off_pairs",
        id="one fen more, final at once",
    ),
    pytest.param(
        "INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount,"
        " remark, match, created_at, version) SELECT gen_random_uuid(), bank_account, reference, received_at, payer_name,"
        " normalised_payer, payer_account, amount, remark, 'unmatched', created_at, 1 FROM receipts",
        id="the same reference twice",
    ),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_hand_written_sql_cannot_break_the_sums(story: Story, statement: str) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    story.receipt("150.00")
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_hand_written_sql_cannot_join_two_customers(story: Story) -> None:
    mine, others = story.customer(), story.customer("别的公司", owner=OTHER_SALES)
    receipt_id, bill_id = story.receipt("50.00"), story.bill(others, "100.00")
    write_off_id, _ = story.prepare(mine, [(receipt_id, story.bill(mine, "100.00"), "1.00")])
    statement = text(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
        " VALUES (:id, :write_off, 9, :receipt, :bill, 1, 'held')"
    )
    values = {"id": new_id(), "write_off": write_off_id, "receipt": receipt_id, "bill": bill_id}
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(statement, values)


def test_a_final_pair_stays_final_even_by_hand(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    story.receipt("100.00")
    story.turn("archived", story.started()[0])
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text("UPDATE write_off_pairs SET state = 'released'"))


# Races


def test_twenty_write_offs_at_once_never_hold_more_than_there_is(story: Story) -> None:
    customer_id = story.customer()
    receipt_id, bill_id = story.receipt("100.00"), story.bill(customer_id, "140.00")
    held: list[str] = []
    refused: list[Any] = []

    def work(_number: int) -> None:
        try:
            story.prepare(customer_id, [(receipt_id, bill_id, "30.00")])
            held.append("30.00")
        except Refusal as refusal:
            refused.append(refusal)

    at_once(20, work)
    assert len(held) == 3
    assert {tuple(refusal.fields) for refusal in refused} == {("pairs.0.amount",)}
    assert story.shown_receipt(receipt_id)["held"] == "90.00"


def test_twenty_hand_written_inserts_at_once_never_hold_more_than_there_is(story: Story) -> None:
    customer_id = story.customer()
    receipt_id, bill_id = story.receipt("100.00"), story.bill(customer_id, "140.00")
    write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "1.00")])
    statement = text(
        "INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)"
        " VALUES (:id, :write_off, :attempt, :receipt, :bill, 30, 'held')"
    )
    held: list[int] = []
    refused: list[IntegrityError] = []

    def work(number: int) -> None:
        values = {"id": new_id(), "write_off": write_off_id, "attempt": 10 + number, "receipt": receipt_id, "bill": bill_id}
        try:
            with story.database.engine.begin() as connection:
                connection.execute(statement, values)
            held.append(number)
        except IntegrityError as error:
            refused.append(error)

    at_once(20, work)
    assert (len(held), len(refused)) == (3, 17)
    assert story.shown_receipt(receipt_id)["held"] == "91.00"


def test_receipts_and_bills_that_come_at_the_same_moment_all_meet(story: Story) -> None:
    customers = [story.customer(f"客户{number}") for number in range(4)]

    def work(number: int) -> None:
        customer = number % 4
        if number < 10:
            new = Story(story.database, story.now, references=1000 * number)
            new.receipt("100.00", payer=f"客户{customer}")
        else:
            story.bill(customers[customer], "100.00")

    at_once(20, work)
    with story.database.engine.connect() as connection:
        left = connection.execute(
            text(
                "SELECT customer_id FROM receipts WHERE held < amount INTERSECT"
                " SELECT customer_id FROM receivables WHERE held < amount"
            )
        ).all()
        held = connection.scalar(text("SELECT sum(held) FROM receipts"))
    assert left == [], "no customer has both money and a debt that it covers"
    assert held == Decimal(100) * len(story.started())


def test_start_and_withdrawal_at_the_same_moment_leave_nothing_held(story: Story) -> None:
    customer_id = story.customer()
    receipt_id, bill_id = story.receipt("100.00"), story.bill(customer_id, "140.00")
    for _ in range(5):
        write_off_id = new_id()
        refused: list[str] = []

        def work(number: int, write_off_id: UUID = write_off_id, refused: list[str] = refused) -> None:
            if number == 0:
                story.turn("withdrawn", write_off_id)
                return
            try:
                story.prepare(customer_id, [(receipt_id, bill_id, "30.00")], process_id=write_off_id)
            except Conflict as conflict:
                refused.append(conflict.code)

        at_once(2, work)
        assert refused in ([], ["process_withdrawn"])
        assert story.shown_receipt(receipt_id)["held"] == "0.00"
