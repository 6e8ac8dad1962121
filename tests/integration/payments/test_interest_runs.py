"""One accrual per receivable (or balance) and month, whatever is run twice (spec, payments.md, "Interest and penalty")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.kit.caller import Caller
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.payments.store import interest
from services.payments.usecases import accrue_interest as job
from tests.integration.at_once import at_once
from tests.integration.payments.accruals import Accruals


def test_a_run_that_is_repeated_changes_nothing(accruals: Accruals) -> None:
    story = accruals.story
    customer_id, account = story.customer("甲"), new_id()
    story.bill(customer_id, "1000.00", month="2026-01")
    accruals.move(customer_id, account, "500.00", date(2026, 1, 10))
    accruals.run("2026-04-01")
    before = accruals.told()
    assert len(before) == 3, "two credits and a penalty"
    for as_of in ("2026-04-01", "2026-04-02", "2026-03-01"):
        assert accruals.run(as_of) == [{"through": "2026-03", "accrued": 0, "corrected": 0}]
    assert accruals.told() == before


@pytest.mark.parametrize("as_of", [date(2026, 5, 1), date(2999, 12, 31)])
def test_a_month_that_is_not_over_is_not_accrued_whatever_day_is_asked_for(accruals: Accruals, as_of: date) -> None:
    """Spec: "The job runs on the first of M+1". What is accrued keeps its rate for good: a slip of a year must not do it."""
    story = accruals.story
    story.bill(story.customer("甲"), "1000.00", month="2026-01")
    story.now = datetime(2026, 4, 30, 15, 59, tzinfo=UTC)  # the last minute of April in Shanghai
    begin = story.begin(Caller.system("interest_accrual"))
    done = job.accrue_interest(Shard(begin, new_id(), 0, 1, as_of, {}))
    assert done == {"through": "2026-03", "accrued": 1, "corrected": 0}


def test_months_that_were_missed_are_accrued_in_order(accruals: Accruals) -> None:
    customer_id = accruals.story.customer("甲")
    accruals.story.bill(customer_id, "1000.00", month="2026-01")
    (result,) = accruals.run("2026-06-01")
    assert result == {"through": "2026-05", "accrued": 3, "corrected": 0}
    assert accruals.told() == [(f"2026-0{month}", "2026-05-31", "5.00") for month in (3, 4, 5)]
    assert accruals.booked() == accruals.reference()


def test_a_run_that_was_killed_is_finished_by_the_next(accruals: Accruals, monkeypatch: pytest.MonkeyPatch) -> None:
    story = accruals.story
    for name in "甲乙丙丁":
        story.bill(story.customer(name), "1000.00", month="2026-01", name=name)
    monkeypatch.setattr(job, "BATCH_CUSTOMERS", 1)
    whole, left = interest.insert_entries, iter([True, True])

    def die_at_the_third(session: Any, entries: Any) -> None:
        whole(session, entries)
        if not next(left, False):
            raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(interest, "insert_entries", die_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            accruals.run("2026-04-01")
    assert len(accruals.told()) == 2
    assert story.told("interest_accrued") == []
    accruals.run("2026-04-01")
    assert accruals.told() == [("2026-03", "2026-03-31", "5.00")] * 4
    assert [told["penalty"] for told in story.told("interest_accrued")] == ["20.00"]


def test_customers_that_a_killed_run_left_get_their_month_from_the_next_months_run(
    accruals: Accruals, monkeypatch: pytest.MonkeyPatch
) -> None:
    accruals.story.bill(accruals.story.customer("甲"), "1000.00", month="2026-01")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(job, "_entries", die)
        with pytest.raises(KeyboardInterrupt):
            accruals.run("2026-04-01")
    accruals.run("2026-05-01")
    assert accruals.told() == [("2026-03", "2026-04-30", "5.00"), ("2026-04", "2026-04-30", "5.00")]


def test_of_runs_at_once_each_receivable_and_balance_is_accrued_by_one(accruals: Accruals) -> None:
    story = accruals.story
    for number in range(30):
        name = f"客户{number}"
        customer_id = story.customer(name)
        story.bill(customer_id, "1000.00", month="2026-01", name=name)
        accruals.move(customer_id, new_id(), "100.00", date(2026, 1, 10))
    story.now = datetime(2026, 4, 1, tzinfo=UTC)
    results: list[dict[str, Any]] = []
    at_once(4, lambda _: results.append(accruals.run_shard("2026-04-01", 0, 1)))
    assert sum(result["accrued"] for result in results) == 30 + 60
    assert accruals.booked() == accruals.reference()
    assert len(story.told("interest_accrued")) == 1


def test_runs_of_two_months_at_once_book_each_month_once(accruals: Accruals, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has been long at its month when the next month's begins."""
    for number in range(12):
        name = f"客户{number}"
        accruals.story.bill(accruals.story.customer(name), "1000.00", month="2026-01", name=name)
    monkeypatch.setattr(job, "BATCH_CUSTOMERS", 1)
    accruals.story.now = datetime(2026, 5, 1, tzinfo=UTC)
    days = ("2026-04-01", "2026-05-01", "2026-04-01", "2026-05-01")
    results: list[dict[str, Any]] = []
    at_once(4, lambda number: results.append(accruals.run_shard(days[number], 0, 1)))
    assert sum(result["accrued"] for result in results) == 24
    accruals.run("2026-05-02")
    assert accruals.booked() == accruals.reference()
    assert len(accruals.booked()) == 24


def test_what_comes_to_light_during_a_run_is_in_it_or_corrected_by_the_next(
    accruals: Accruals, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, held = accruals.story, []
    story.now = datetime(2026, 3, 5, tzinfo=UTC)
    for number in range(12):
        name = f"客户{number}"
        customer_id, account_id = story.customer(name), new_id()
        bill_id = story.bill(customer_id, "1000.00", month="2026-01", name=name)
        accruals.move(customer_id, account_id, "100.00", date(2026, 1, 10))
        receipt_id = story.receipt("400.00", payer=name, on=date(2026, 2, 27))
        write_off_id, _ = story.prepare(customer_id, [(receipt_id, bill_id, "400.00")])
        held.append((write_off_id, customer_id, account_id))
    monkeypatch.setattr(job, "BATCH_CUSTOMERS", 1)
    story.now = datetime(2026, 4, 1, tzinfo=UTC)

    def run_or_settle(number: int) -> None:
        if number < 2:
            accruals.run_shard("2026-04-01", number, 2)
            return
        for write_off_id, customer_id, account_id in held[number - 2 :: 3]:
            story.turn("archived", write_off_id)
            accruals.move(customer_id, account_id, "-50.00", date(2026, 3, 15), kind="refund")

    at_once(5, run_or_settle)
    accruals.run("2026-05-01")
    assert accruals.booked() == accruals.reference()
    assert {amount for (kind, _, _), amount in accruals.booked().items() if kind == "penalty"} == {Decimal("3.00")}


def test_every_customer_falls_to_one_shard(accruals: Accruals) -> None:
    for number in range(20):
        name = f"客户{number}"
        accruals.story.bill(accruals.story.customer(name), "1000.00", month="2026-01", name=name)
    results = accruals.run("2026-04-01", shards=4)
    assert sum(result["accrued"] for result in results) == 20
    assert all(result["accrued"] for result in results)


def test_the_database_refuses_a_second_accrual_and_a_changed_entry(accruals: Accruals) -> None:
    accruals.story.bill(accruals.story.customer("甲"), "1000.00", month="2026-01")
    accruals.run("2026-04-01")
    copied = "id, kind, month, number, booked_on, customer_id, customer_name, bill_id, bill_number, base, rate, amount, origin"
    chosen = copied.replace("id,", "gen_random_uuid(),", 1)
    for statement, why in (
        (f"INSERT INTO interest_entries ({copied}) SELECT {chosen} FROM interest_entries", "uq_interest_entries_penalty"),
        ("UPDATE interest_entries SET amount = 0", "only ever added to"),
        ("DELETE FROM interest_entries", "only ever added to"),
    ):
        with accruals.story.database.engine.connect() as connection, pytest.raises(IntegrityError, match=why):
            connection.execute(text(statement))
