"""A bill takes from balances more than once: whenever its content changes. Nothing is taken or given back twice."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing.store.bills import lock_bills
from services.billing.store.ledger import covered_by_account
from services.billing.usecases.consume_balances import redraw_bills, reverse_consumption
from services.billing.usecases.snapshots import change_bills
from tests.integration.at_once import at_once
from tests.integration.billing.office import Office
from tests.integration.billing.prepaid import Prepaid


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer)


def rerate(office: Office, **shares: str) -> Decimal:
    """As late usage does: the bill has other shares, by account."""
    with office.begin()() as work:
        (bill,) = lock_bills(work.session, [office.value("SELECT id FROM bills")]).values()
        accounts = {row.identifier: row.id for row in work.session.execute(text("SELECT id, identifier FROM accounts"))}
        rows = [{"bill_id": bill.id, "account_id": accounts[name], "amount": Decimal(amount)} for name, amount in shares.items()]
        amount = sum((row["amount"] for row in rows), Decimal(0))
        change_bills(work, [(bill, {"amount": amount, "covered": redraw_bills(work, [bill], rows)[bill.id]})], why="用量更正")
        return bill.covered


def moved(prepaid: Prepaid) -> list[tuple[str, str, str]]:
    """What bills did to the account, the oldest first."""
    entries = prepaid.ledger()["items"][::-1]
    return [(entry["kind"], entry["type"], entry["amount"]) for entry in entries if entry["bill_number"]]


def test_a_bill_that_grows_takes_what_came_in_addition(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("30.00", "prepurchase")
    prepaid.recharge("50.00")
    prepaid.use("20.00")
    assert rerate(office, prepaid01="45.00") == Decimal("45.00")
    assert rerate(office, prepaid01="100.00") == Decimal("80.00")
    assert moved(prepaid) == [
        ("consumption", "prepurchase", "-20.00"),
        ("consumption", "prepurchase", "-10.00"),
        ("consumption", "prepay", "-15.00"),
        ("consumption", "prepay", "-35.00"),
    ]
    (low,) = office.events("balance_low")
    assert (low["balance"], low["not_covered"]) == ("0.00", "20.00")


def test_a_bill_that_shrinks_gives_back_and_takes_anew(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("50.00")
    prepaid.use("40.00")
    assert rerate(office, prepaid01="10.00") == Decimal("10.00")
    assert moved(prepaid) == [
        ("consumption", "prepay", "-40.00"),
        ("correction", "prepay", "40.00"),
        ("consumption", "prepay", "-10.00"),
    ]
    assert prepaid.balance == "40.00"


def test_a_bill_whose_content_is_the_same_moves_nothing(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("50.00")
    prepaid.use("40.00")
    rerate(office, prepaid01="40.00")
    assert moved(prepaid) == [("consumption", "prepay", "-40.00")]


def test_what_moves_from_one_account_to_another_is_taken_of_the_other(office: Office, prepaid: Prepaid) -> None:
    other = Prepaid(office, prepaid.customer, "prepaid02")
    prepaid.recharge("50.00")
    other.recharge("15.00")
    prepaid.use("40.00")
    assert rerate(office, prepaid01="20.00", prepaid02="20.00") == Decimal("35.00")
    assert (prepaid.balance, other.balance) == ("30.00", "0.00")
    bill = office.value("SELECT id FROM bills")
    with office.begin()() as work:
        covered = covered_by_account(work.session, [bill])[bill]
    assert covered == {prepaid.account: Decimal("20.00"), other.account: Decimal("15.00")}


def test_a_share_that_is_a_credit_lets_the_bill_take_no_more_than_it_comes_to(office: Office, prepaid: Prepaid) -> None:
    other = Prepaid(office, prepaid.customer, "prepaid02")
    prepaid.recharge("50.00")
    prepaid.use("40.00")
    assert rerate(office, prepaid01="45.00", prepaid02="-10.00") == Decimal("35.00")
    assert (prepaid.balance, other.balance) == ("15.00", "0.00")


def test_given_back_are_all_turns_that_no_correction_has_undone(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("100.00")
    prepaid.use("40.00")
    for amount in ("30.00", "60.00", "70.00"):
        rerate(office, prepaid01=amount)
    for given_back in ("70.00", "0.00"):
        with office.begin()() as work:
            (bill,) = lock_bills(work.session, [office.value("SELECT id FROM bills")]).values()
            change_bills(work, [(bill, {"covered": Decimal(0)})], why="作废")
            assert reverse_consumption(work, bill) == Decimal(given_back)
    assert prepaid.balance == "100.00"
    turns = office.rows("SELECT bill_turn FROM ledger_postings WHERE kind = 'consumption' ORDER BY bill_turn")
    assert [row.bill_turn for row in turns] == [1, 2, 3, 4]


def test_what_may_be_owed_is_what_may_be_owed_when_the_bill_is_rated_anew(office: Office, prepaid: Prepaid) -> None:
    prepaid.defer("50.00", until="2026-04-01")
    prepaid.use("40.00")
    office.now = office.now.replace(day=2)
    assert rerate(office, prepaid01="41.00") == Decimal("40.00"), "what was owed in time stays"
    assert rerate(office, prepaid01="39.00") == Decimal("0.00")
    assert prepaid.balance == "0.00"


def test_of_ten_who_rate_a_bill_anew_at_once_each_leaves_it_covered_as_it_says(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("100.00")
    prepaid.use("40.00")

    def anew(number: int) -> None:
        rerate(office, prepaid01=f"{10 + number * 7}.00")

    at_once(10, anew)
    assert Decimal(prepaid.balance) == 100 - office.value("SELECT covered FROM bills")
    assert office.value("SELECT amount = covered FROM bills")


TAKEN = "SELECT id FROM ledger_postings WHERE kind = 'consumption'"
POSTING = "INSERT INTO ledger_postings (id, kind, day, bill_id, bill_turn, reverses_id, reason, posted_at)"
ENTRIES = "INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)"
STATEMENTS: list[Any] = [
    pytest.param("UPDATE bills SET covered = covered - 1", id="a bill says that less is covered"),
    pytest.param("UPDATE bills SET covered = 0", id="a bill says that nothing is covered"),
    pytest.param(
        f"{POSTING} SELECT gen_random_uuid(), kind, day, bill_id, bill_turn, NULL, '', now()"
        " FROM ledger_postings WHERE kind = 'consumption'",
        id="a turn is posted twice",
    ),
    pytest.param(
        f"{POSTING} SELECT gen_random_uuid(), kind, day, bill_id, NULL, NULL, '', now()"
        " FROM ledger_postings WHERE kind = 'consumption'",
        id="a consumption without its turn",
    ),
    pytest.param(
        f"WITH posting AS ({POSTING} SELECT gen_random_uuid(), kind, day, bill_id, 2, NULL, '', now()"
        f" FROM ledger_postings WHERE kind = 'consumption' RETURNING id) {ENTRIES} SELECT posting.id, number, book, account_id,"
        f" amount FROM posting, ledger_entries WHERE posting_id IN ({TAKEN})",
        id="a turn that the bill does not know of",
    ),
    pytest.param(
        f"{ENTRIES} SELECT posting_id, number + 2, book, account_id, amount FROM ledger_entries WHERE posting_id IN ({TAKEN})",
        id="a turn grows",
    ),
    pytest.param(
        f"WITH posting AS ({POSTING} SELECT gen_random_uuid(), 'correction', day, bill_id, NULL, id, '', now()"
        f" FROM ledger_postings WHERE kind = 'consumption' RETURNING id) {ENTRIES} SELECT posting.id, number, book, account_id,"
        f" -amount / 2 FROM posting, ledger_entries WHERE posting_id IN ({TAKEN})",
        id="a correction of a half",
    ),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_hand_written_sql_cannot_have_a_bill_say_what_the_ledger_does_not(
    office: Office, prepaid: Prepaid, statement: str
) -> None:
    prepaid.recharge("100.00")
    prepaid.use("40.00")
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert prepaid.balance == "60.00"
