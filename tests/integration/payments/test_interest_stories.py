"""Whatever is received, written off, reversed, voided and exempted in whatever order, the entries booked month by month add up to
what a slow reference computes at the end with full knowledge (spec, payments.md, "Interest and penalty")."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.kit.clock import Month, business_date
from services.kit.database import Database
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.payments.usecases.cancel_receivable import cancel_receivable
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.story import Story
from tests.servers.worker_databases import make_as_new

PAYERS = ("甲公司", "乙公司")
ACCOUNTS = [UUID(int=number) for number in (1, 2, 3, 4)]
"""Two of each customer."""
FIRST = Month(2026, 1)

fen = st.integers(1, 100_000).map(lambda count: Decimal(count) / 100)
which = st.integers(0, 50)
back = st.integers(0, 120)
month_number = st.integers(0, 7)

steps = st.one_of(
    st.tuples(st.just("bill"), st.integers(0, 1), st.lists(fen, min_size=1, max_size=2), st.integers(0, 3)),
    st.tuples(st.just("paid"), which, fen, back),
    st.tuples(st.just("paid whole"), which, st.none(), back),
    st.tuples(st.just("reverse"), which),
    st.tuples(st.just("void"), which),
    st.tuples(st.just("exempt"), which, month_number, st.one_of(st.none(), month_number)),
    st.tuples(st.just("moved"), which, st.integers(-100_000, 200_000).map(lambda count: Decimal(count) / 100), back),
    st.tuples(st.just("run"), st.integers(1, 2)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=8, max_size=30), st.sampled_from(["0.005", "0.000007", "0.1"]))
def test_what_is_booked_month_by_month_adds_up_to_what_full_knowledge_says(
    database: Database, told: list[tuple[Any, ...]], rate: str
) -> None:
    make_as_new(database)
    story = Story(database, datetime(2026, 1, 15, tzinfo=UTC))
    accruals = Accruals(story)
    accruals.rate(rate, str(FIRST))
    customers = [story.customer(name) for name in PAYERS]
    for number, account_id in enumerate(ACCOUNTS):
        accruals.move(customers[number // 2], account_id, "100.00", FIRST.first_day)
    bills: list[UUID] = []
    for step in told:
        try:
            _take(accruals, step, customers, bills)
        except Refusal:
            continue  # refused whole
    accruals.run(Month.of(business_date(story.now)).plus(1).first_day.isoformat())
    assert accruals.booked() == accruals.reference()
    (again,) = accruals.run(business_date(story.now).isoformat())
    assert (again["accrued"], again["corrected"]) == (0, 0)


def _take(accruals: Accruals, step: tuple[Any, ...], customers: list[UUID], bills: list[UUID]) -> None:
    story = accruals.story
    today = business_date(story.now)
    match step:
        case ("bill", customer, parts, months_ago):
            shares = {ACCOUNTS[2 * customer + number]: f"{part:.2f}" for number, part in enumerate(parts)}
            month = str(Month.of(today).plus(-1 - months_ago))
            bills.append(story.bill(customers[customer], f"{sum(parts):.2f}", month=month, shares=shares))
        case ("paid" | "paid whole", bill, amount, days) if bills:
            bill_id = bills[bill % len(bills)]
            shown = story.shown_receivable(bill_id)
            payer = shown["customer_id"]
            wanted = Decimal(shown["outstanding"]) if amount is None else min(amount, Decimal(shown["outstanding"]))
            if wanted > 0:
                name = PAYERS[customers.index(UUID(payer))]
                accruals.paid(UUID(payer), bill_id, f"{wanted:.2f}", today - timedelta(days=days), payer=name)
        case ("reverse", number):
            _reverse(story, number)
        case ("void", bill) if bills:
            bill_id = bills[bill % len(bills)]
            shown = story.shown_receivable(bill_id)
            asked = {"bill_id": str(bill_id), "number": shown["number"], "customer_id": shown["customer_id"]}
            asked |= {"process_id": str(new_id()), "attempt": 1}
            story.hear(cancel_receivable, "billing", "bill_void_asked", bill_id, asked)
        case ("exempt", account, begin, end):
            period = (str(FIRST.plus(begin)), None if end is None else str(FIRST.plus(end)))
            accruals.exempt(ACCOUNTS[account % len(ACCOUNTS)], period)
        case ("moved", account, amount, days):
            number = account % len(ACCOUNTS)
            accruals.move(customers[number // 2], ACCOUNTS[number], f"{amount:.2f}", today - timedelta(days=days))
        case ("run", months):
            accruals.run(Month.of(today).plus(months).first_day.isoformat())


def _reverse(story: Story, number: int) -> None:
    query = "SELECT id, customer_id FROM write_offs WHERE state = 'archived' AND reverses IS NULL ORDER BY id"
    with story.database.engine.connect() as connection:
        archived = connection.execute(text(query)).all()
    if archived:
        target = archived[number % len(archived)]
        reversal_id, _ = story.prepare_reversal(target.customer_id, target.id)
        story.turn("archived", reversal_id, code="reversal")
