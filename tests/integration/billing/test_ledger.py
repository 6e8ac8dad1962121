"""What the database itself refuses of the ledger, whoever writes and however many write at once."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.errors import InvalidInput
from tests.integration.at_once import at_once
from tests.integration.billing.office import Office
from tests.integration.billing.prepaid import Prepaid


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    prepaid = Prepaid(office, customer)
    prepaid.recharge("100.00")
    return prepaid


STATEMENTS: list[Any] = [
    pytest.param("UPDATE balances SET prepay = prepay + 1", id="a balance by hand"),
    pytest.param("UPDATE balances SET held = 1", id="a reservation by hand"),
    pytest.param("DELETE FROM balances", id="a balance disappears"),
    pytest.param("INSERT INTO balances (account_id, prepay) VALUES (gen_random_uuid(), 1)", id="a balance out of nothing"),
    pytest.param("UPDATE ledger_entries SET amount = amount + 1", id="an entry grows"),
    pytest.param("DELETE FROM ledger_entries", id="an entry disappears"),
    pytest.param("UPDATE ledger_postings SET day = day - 1", id="a posting changes its day"),
    pytest.param("DELETE FROM ledger_postings", id="a posting disappears"),
    pytest.param(
        "INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)"
        " SELECT posting_id, 3, 'prepay', account_id, 1 FROM ledger_entries WHERE account_id IS NOT NULL",
        id="an entry without another against it",
    ),
    pytest.param(
        "INSERT INTO ledger_entries (posting_id, number, book, account_id, amount)"
        " SELECT posting_id, number, book, account_id, 1 FROM ledger_entries WHERE account_id IS NOT NULL"
        " ON CONFLICT DO NOTHING",
        id="an entry that is not written though its balance moved",
    ),
    pytest.param(
        "INSERT INTO ledger_postings (id, kind, day, process_id, reason, posted_at)"
        " VALUES (gen_random_uuid(), 'recharge', '2026-04-01', gen_random_uuid(), '', now())",
        id="a posting without entries",
    ),
    pytest.param(
        "INSERT INTO ledger_postings (id, kind, day, process_id, reason, posted_at)"
        " SELECT gen_random_uuid(), kind, day, process_id, reason, posted_at FROM ledger_postings",
        id="a process posts twice",
    ),
    pytest.param(
        "INSERT INTO refunds (process_id, account_id, amount, state)"
        " SELECT gen_random_uuid(), account_id, 100.01, 'held' FROM balances",
        id="more reserved than there is",
    ),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_hand_written_sql_cannot_break_the_ledger(prepaid: Prepaid, statement: str) -> None:
    with pytest.raises(IntegrityError), prepaid.office.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert prepaid.balance == "100.00"


def test_an_entry_goes_to_an_account_or_to_a_book_of_the_companys(prepaid: Prepaid) -> None:
    with pytest.raises(IntegrityError, match="ck_ledger_entries_account"):
        prepaid.post("1.00", book="cash")


def test_a_balance_never_falls_below_zero_even_by_hand(prepaid: Prepaid) -> None:
    prepaid.post("-100.00")
    with pytest.raises(IntegrityError, match="would fall below what it may owe"):
        prepaid.post("-0.01")
    assert prepaid.balance == "0.00"


def test_a_prepurchase_is_never_owed(prepaid: Prepaid) -> None:
    prepaid.defer("50.00")
    with pytest.raises(IntegrityError, match="ck_balances_prepurchase"):
        prepaid.post("-0.01", book="prepurchase")


def test_a_prepurchase_is_taken_however_much_is_owed(prepaid: Prepaid) -> None:
    """A bill takes it where prepay money is owed by a deferral that is over, or that a smaller one replaced."""
    prepaid.defer("50.00", until="2026-04-10")
    prepaid.post("-120.00", day=date(2026, 4, 10))
    prepaid.recharge("30.00", "prepurchase")
    prepaid.post("-10.00", book="prepurchase", day=date(2026, 4, 11))
    with pytest.raises(IntegrityError, match="would fall below"):
        prepaid.post("-0.01", day=date(2026, 4, 11))
    prepaid.office.now = prepaid.office.now.replace(day=11)
    prepaid.use("15.00")
    assert prepaid.balance == "-15.00"


def test_by_hand_too_a_deferral_counts_up_to_its_limit_and_date(prepaid: Prepaid) -> None:
    prepaid.defer("50.00", until="2026-04-10")
    prepaid.post("-120.00", day=date(2026, 4, 10))
    assert prepaid.balance == "-20.00"
    with pytest.raises(IntegrityError, match="would fall below"):
        prepaid.post("-30.01", day=date(2026, 4, 10))
    with pytest.raises(IntegrityError, match="would fall below"):
        prepaid.post("-0.01", day=date(2026, 4, 11))
    prepaid.post("5.00", day=date(2026, 4, 11))
    assert prepaid.balance == "-15.00", "money that comes in is taken, though it does not lift the balance to zero"
    with pytest.raises(IntegrityError), prepaid.office.database.engine.begin() as connection:
        connection.execute(text("UPDATE deferrals SET until = '2027-01-01'"))


def test_what_a_refund_has_reserved_no_posting_takes(prepaid: Prepaid) -> None:
    prepaid.ask_refund("80.00")
    prepaid.post("-20.00")
    with pytest.raises(IntegrityError, match="ck_balances_held"):
        prepaid.post("-0.01")


def test_what_was_refunded_stays_refunded(prepaid: Prepaid) -> None:
    prepaid.refund("80.00")
    with pytest.raises(IntegrityError), prepaid.office.database.engine.begin() as connection:
        connection.execute(text("UPDATE refunds SET state = 'held'"))


# At once


def test_of_fifty_who_post_at_once_the_balance_has_room_for_thirteen(prepaid: Prepaid) -> None:
    prepaid.defer("31.00")
    refused: list[IntegrityError] = []

    def post(_number: int) -> None:
        try:
            prepaid.post("-10.00")
        except IntegrityError as error:
            refused.append(error)

    at_once(50, post)
    assert len(refused) == 37
    shown = prepaid.ledger()
    assert shown["balance"]["total"] == "-30.00"
    assert [entry["position"] for entry in shown["items"]] == list(range(14, 0, -1))
    assert [Decimal(entry["balance_after"]) for entry in shown["items"]] == [*range(-30, 110, 10)]


def test_of_twenty_refunds_at_once_as_many_start_as_there_is_money(prepaid: Prepaid) -> None:
    refused: list[dict[str, list[str]]] = []

    def ask(_number: int) -> None:
        try:
            prepaid.ask_refund("30.00")
        except InvalidInput as refusal:
            refused.append(refusal.fields)

    at_once(20, ask)
    assert refused == [{"amount": ["over_refundable|10.00"]}] * 17


def test_recharges_bills_refunds_and_deferrals_at_once_leave_a_ledger_that_adds_up(prepaid: Prepaid) -> None:
    def work(number: int) -> None:
        match number % 4:
            case 0:
                prepaid.recharge("10.00")
            case 1:
                prepaid.post("-1.00")
            case 2:
                prepaid.defer("50.00")
            case _:
                prepaid.refund("2.00")

    at_once(20, work)
    assert prepaid.balance == "135.00"
    assert prepaid.office.value("SELECT sum(amount) FROM ledger_entries") == 0
