"""What the database itself refuses, whoever asks and however many ask at once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from deploy.api_client import wait_until
from services.kit.bulk import MANY
from services.kit.errors import Conflict, Refusal
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.money import require_every_yuan_in_one_place, require_sums_now
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
    pytest.param("UPDATE write_off_pairs SET receipt_id = gen_random_uuid()", id="a pair changes sides"),
    pytest.param("UPDATE write_off_pairs SET reverses = id", id="a pair takes back itself"),
    pytest.param("UPDATE write_off_pairs SET state = 'gone'", id="a pair is nowhere"),
    pytest.param("TRUNCATE write_off_pairs", id="all pairs disappear at once"),
    pytest.param("TRUNCATE write_off_pairs, write_offs, receivables", id="all pairs disappear with all receivables"),
    pytest.param("TRUNCATE receipts CASCADE", id="all receipts disappear, with whatever hangs on them"),
    pytest.param("TRUNCATE receipts, receivables, write_offs, write_off_pairs", id="all money disappears, its sums with it"),
    pytest.param("UPDATE write_offs SET customer_id = gen_random_uuid()", id="a write-off changes hands"),
    pytest.param(
        "UPDATE write_offs SET reverses = (SELECT id FROM write_offs AS other WHERE other.id <> write_offs.id)",
        id="a write-off becomes a reversal",
    ),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_hand_written_sql_cannot_break_the_sums(story: Story, statement: str) -> None:
    customer_id = story.customer()
    for amount, month in (("100.00", "2026-02"), ("10.00", "2026-03")):
        story.bill(customer_id, amount, month=month)
    story.receipt("150.00")
    assert len(story.started()) == 2
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_hand_written_sql_cannot_make_a_receipt_disappear_of_which_nothing_is_held(story: Story) -> None:
    story.receipt("150.00")
    for statement in ("TRUNCATE receipts CASCADE", "DELETE FROM receipts"):
        with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET amount = amount + 1"])
@pytest.mark.parametrize("table", ["commission_entries", "interest_entries", "prepaid_movements"])
def test_hand_written_sql_only_adds_to_what_was_earned_and_accrued(accruals: Accruals, table: str, statement: str) -> None:
    story = accruals.story
    customer_id = story.customer("甲")
    late = story.bill(customer_id, "100.00", month="2025-10")
    accruals.move(customer_id, new_id(), "50.00", date(2026, 1, 5))
    accruals.run("2026-02-01")
    accruals.paid(customer_id, late, "100.00", date(2026, 1, 20))
    with story.database.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table}"))  # a constant
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text(statement.format(table)))


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
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text("UPDATE write_offs SET state = 'started'"))


def test_a_released_pair_stays_released_even_by_hand(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    story.receipt("100.00")
    story.turn("rejected", story.started()[0])
    for state in ("held", "final"):
        with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
            connection.execute(text("UPDATE write_off_pairs SET state = :state"), {"state": state})


# Statements of many rows


class Many:
    """Three receipts of 100.00 and three bills of 200.00 of one customer, and a write-off by hand that holds a fen of each."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.customer_id = story.customer()
        self.receipts = [story.receipt("100.00") for _ in range(3)]
        self.bills = [story.bill(self.customer_id, "200.00", month=f"2026-0{month}") for month in (1, 2, 3)]
        pairs = [(receipt, bill, "0.01") for receipt, bill in zip(self.receipts, self.bills, strict=True)]
        self.write_off_id, _ = story.prepare(self.customer_id, pairs)

    def rows(self, *amounts: tuple[int, int, str], attempt: int = 9, state: str = "held") -> list[dict[str, Any]]:
        """Of receipt and bill by their numbers, with an amount."""
        return [
            {
                "id": new_id(),
                "write_off_id": self.write_off_id,
                "attempt": attempt,
                "receipt_id": self.receipts[receipt],
                "bill_id": self.bills[bill],
                "amount": Decimal(amount),
                "state": state,
            }
            for receipt, bill, amount in amounts
        ]

    def held(self) -> list[str]:
        """What is held of each receipt."""
        return [self.story.shown_receipt(receipt_id)["held"] for receipt_id in self.receipts]


COLUMNS = ("id", "write_off_id", "attempt", "receipt_id", "bill_id", "amount", "state")


def insert_at_once(connection: Connection, rows: list[dict[str, Any]]) -> None:
    values = ", ".join(f"({', '.join(f':{name}{number}' for name in COLUMNS)})" for number in range(len(rows)))
    given = {f"{name}{number}": row[name] for number, row in enumerate(rows) for name in COLUMNS}
    connection.execute(text(f"INSERT INTO write_off_pairs ({', '.join(COLUMNS)}) VALUES {values}"), given)


def copy_in(connection: Connection, rows: list[dict[str, Any]]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY write_off_pairs ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in COLUMNS])


WAYS = [pytest.param(insert_at_once, id="one INSERT"), pytest.param(copy_in, id="COPY")]
Way = Callable[[Connection, list[dict[str, Any]]], None]


@pytest.mark.parametrize("write", WAYS)
def test_many_pairs_of_one_statement_are_all_counted(story: Story, write: Way) -> None:
    many = Many(story)
    with story.database.engine.begin() as connection:
        write(connection, many.rows((0, 0, "10.00"), (0, 1, "20.00"), (1, 1, "30.00"), (2, 2, "99.99")))
    assert many.held() == ["30.01", "30.01", "100.00"]
    assert story.shown_receivable(many.bills[1])["held"] == "50.01"
    require_sums_now(story.database)


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize(
    "amounts",
    [
        pytest.param([(0, 0, "10.00"), (1, 1, "99.99"), (1, 2, "0.01")], id="the last is a fen too much of a receipt"),
        pytest.param([(1, 0, "99.00"), (1, 1, "99.00"), (0, 2, "1.00")], id="none alone is too much, but two together"),
        pytest.param([(0, 1, "80.00"), (1, 1, "80.00"), (2, 1, "40.00")], id="three receipts are too much for a receivable"),
        pytest.param([(0, 0, "10.00"), (0, 0, "10.00")], id="one pair twice"),
        pytest.param([(0, 0, "10.00"), (1, 1, "-5.00")], id="one takes away"),
        pytest.param([(0, 0, "10.00"), (1, 1, "0.00")], id="one is of nothing"),
    ],
)
def test_one_wrong_pair_of_a_statement_undoes_all_of_it(story: Story, write: Way, amounts: Any) -> None:
    many = Many(story)
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        _as_sqlalchemy_says_it(lambda: write(connection, many.rows(*amounts)))
    assert many.held() == ["0.01"] * 3
    require_every_yuan_in_one_place(story.database)


@pytest.mark.parametrize("write", WAYS)
def test_one_pair_of_another_customer_in_a_statement_undoes_all_of_it(story: Story, write: Way) -> None:
    many = Many(story)
    foreign = story.bill(story.customer("别的公司"), "200.00")
    rows = many.rows((0, 0, "10.00"), (1, 1, "10.00"))
    rows[1]["bill_id"] = foreign
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        _as_sqlalchemy_says_it(lambda: write(connection, rows))
    assert many.held() == ["0.01"] * 3


def test_an_update_of_many_moves_all_their_sums(story: Story) -> None:
    many = Many(story)
    with story.database.engine.begin() as connection:
        insert_at_once(connection, many.rows((0, 1, "10.00"), (1, 1, "20.00")))
        connection.execute(text("UPDATE write_off_pairs SET state = CASE attempt WHEN 9 THEN 'final' ELSE 'released' END"))
    assert many.held() == ["0.00"] * 3
    assert [story.shown_receipt(receipt_id)["used"] for receipt_id in many.receipts] == ["10.00", "20.00", "0.00"]
    assert story.shown_receivable(many.bills[1])["written_off"] == "30.00"
    require_sums_now(story.database)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE write_off_pairs SET state = CASE WHEN amount = 1 THEN 'final' ELSE 'released' END", id="one final is not"
        ),
        pytest.param("UPDATE write_off_pairs SET amount = amount * 2 WHERE state = 'held'", id="all grow"),
        pytest.param("DELETE FROM write_off_pairs WHERE state = 'held'", id="all that are held disappear"),
        pytest.param("DELETE FROM write_off_pairs WHERE state = 'final'", id="all that are final disappear"),
        pytest.param("DELETE FROM write_off_pairs WHERE state = 'released'", id="all that were released disappear"),
    ],
)
def test_an_update_of_many_of_which_one_may_not_change_changes_none(story: Story, statement: str) -> None:
    many = Many(story)
    with story.database.engine.begin() as connection:
        insert_at_once(connection, many.rows((0, 1, "10.00"), (1, 1, "20.00"), state="final"))
        insert_at_once(connection, many.rows((0, 2, "10.00"), (1, 2, "20.00"), attempt=10, state="released"))
    with pytest.raises(IntegrityError), story.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert many.held() == ["0.01"] * 3
    require_sums_now(story.database)


def _as_sqlalchemy_says_it(write: Callable[[], None]) -> None:
    """COPY speaks to the driver itself."""
    try:
        write()
    except psycopg.IntegrityError as error:
        raise IntegrityError("COPY", None, error) from error


# Races


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


@pytest.mark.parametrize("count", [1, MANY], ids=["by INSERT", "by COPY"])
def test_who_is_overtaken_past_the_locks_hears_of_it_as_a_lost_race(story: Story, count: int) -> None:
    """By SQL written by hand, that is: everybody else takes the customer's lock first."""
    many = Many(story)
    bills = [many.bills[0], *(story.bill(many.customer_id, "500.00") for _ in range(count - 1))]
    pairs = [(many.receipts[0], bill_id, "0.01") for bill_id in bills[1:]] + [(many.receipts[0], bills[0], "99.00")]
    refused: list[Refusal] = []

    def prepare() -> None:
        try:
            story.prepare(many.customer_id, pairs)
        except Refusal as refusal:
            refused.append(refusal)

    asked = Thread(target=prepare)
    with story.database.engine.begin() as connection:
        insert_at_once(connection, many.rows((0, 1, "1.00")))
        asked.start()  # it finds the receipt free, as this is not committed yet, and waits for it
        wait_until("the write-off waits", lambda: _waiting(story) == 1)
    asked.join()
    assert [(refusal.kind, refusal.code) for refusal in refused] == [("conflict", "amounts_taken_meanwhile")]
    assert many.held()[0] == "1.01"


def _waiting(story: Story) -> int:
    query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    with story.database.engine.connect() as connection:
        return int(connection.scalar(query) or 0)


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
