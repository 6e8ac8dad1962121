"""Whatever happens in whatever order, every yuan is in exactly one place."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.kit.database import Database
from services.kit.errors import Refusal
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.payments.conftest import EMPTIED
from tests.integration.payments.story import SALES_ADMIN, Story

PAYERS = ("甲公司", "乙公司", "没人认识")
fen = st.integers(1, 20_000).map(lambda count: f"{Decimal(count) / 100:.2f}")
number = st.integers(0, 50)

steps = st.one_of(
    st.tuples(st.just("receipt"), st.sampled_from(PAYERS), fen),
    st.tuples(st.just("bill"), st.integers(0, 1), fen, st.sampled_from(["2026-01", "2026-02", "2026-03"])),
    st.tuples(st.just("assign"), number, st.integers(0, 1)),
    st.tuples(st.just("unmatch"), number),
    st.tuples(st.just("prepare"), st.integers(0, 1), st.lists(st.tuples(number, number, fen), min_size=1, max_size=3)),
    st.tuples(st.just("resubmit"), number, st.lists(st.tuples(number, number, fen), min_size=1, max_size=2)),
    st.tuples(st.just("turn"), number, st.sampled_from(["archived", "archived", "rejected", "withdrawn"])),
    st.tuples(st.just("reverse"), number, st.sampled_from(["archived", "archived", "rejected", "withdrawn", "later"])),
)

BALANCES = text(
    """
    SELECT (SELECT coalesce(sum(amount), 0) FROM receipts) AS received,
           (SELECT coalesce(sum(amount - held - used), 0) FROM receipts) AS in_the_pool,
           (SELECT coalesce(sum(amount), 0) FROM write_off_pairs WHERE state = 'held') AS held,
           (SELECT coalesce(sum(amount), 0) FROM write_off_pairs WHERE state = 'final') AS used,
           (SELECT coalesce(sum(amount), 0) FROM receivables) AS owed,
           (SELECT coalesce(sum(amount - held - written_off), 0) FROM receivables) AS outstanding,
           (SELECT coalesce(sum(written_off), 0) FROM receivables) AS written_off,
           (SELECT coalesce(sum(written_off), 0) FROM commission_entries) AS earned_on
    """
)
CROOKED = text(
    """
    SELECT r.id FROM receipts r LEFT JOIN write_off_pairs p ON p.receipt_id = r.id GROUP BY r.id
    HAVING r.held <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'held'), 0)
        OR r.used <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'final'), 0)
    UNION ALL
    SELECT b.bill_id FROM receivables b LEFT JOIN write_off_pairs p ON p.bill_id = b.bill_id GROUP BY b.bill_id
    HAVING b.held <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'held'), 0)
        OR b.written_off <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'final'), 0)
    UNION ALL
    SELECT w.id FROM write_offs w LEFT JOIN write_off_pairs p ON p.write_off_id = w.id AND p.attempt = w.attempt
     WHERE w.reverses IS NULL OR w.state = 'archived' GROUP BY w.id
    HAVING w.amount <> coalesce(sum(p.amount), 0)
        OR bool_or(p.state <> CASE w.state WHEN 'started' THEN 'held' WHEN 'archived' THEN 'final' ELSE 'released' END)
    """
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=5, max_size=25))
def test_every_yuan_is_in_exactly_one_place(database: Database, told: list[tuple[Any, ...]]) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(EMPTIED))
    story = Story(database)
    customers = [story.customer(PAYERS[0]), story.customer(PAYERS[1])]
    receipts: list[UUID] = []
    bills: list[UUID] = []
    for step in told:
        try:
            _take(story, step, customers, receipts, bills)
        except Refusal:
            continue  # refused whole; the sums below say so
    with database.engine.connect() as connection:
        sums = connection.execute(BALANCES).one()
        crooked = connection.execute(CROOKED).all()
    assert crooked == []
    assert sums.received == sums.in_the_pool + sums.held + sums.used
    assert sums.owed == sums.outstanding + sums.held + sums.written_off
    assert sums.used == sums.written_off == sums.earned_on


def _take(story: Story, step: tuple[Any, ...], customers: list[UUID], receipts: list[UUID], bills: list[UUID]) -> None:
    match step:
        case ("receipt", payer, amount):
            receipts.append(story.receipt(amount, payer=payer))
        case ("bill", customer, amount, month):
            bills.append(story.bill(customers[customer], amount, month=month))
        case ("assign", which, customer) if receipts:
            receipt_id = receipts[which % len(receipts)]
            assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customers[customer], why="")
        case ("unmatch", which) if receipts:
            unmatch_receipt(story.begin(SALES_ADMIN), receipts[which % len(receipts)], why="x", withdraw_alias=False)
        case ("prepare", customer, lines) if receipts and bills:
            story.prepare(customers[customer], _pairs(lines, receipts, bills))
        case ("resubmit", which, lines) if receipts and bills:
            write_off_id, customer_id = _write_off(story, which)
            if write_off_id:
                story.prepare(customer_id, _pairs(lines, receipts, bills), process_id=write_off_id, phase="resubmit")
        case ("turn", which, outcome):
            write_off_id, _ = _write_off(story, which)
            if write_off_id:
                story.turn(outcome, write_off_id, code="reversal" if _is_reversal(story, write_off_id) else "write_off")
        case ("reverse", which, outcome):
            _reverse(story, which, outcome)


def _reverse(story: Story, which: int, outcome: str) -> None:
    write_off_id, customer_id = _write_off(story, which)
    if write_off_id:
        reversal_id, _ = story.prepare_reversal(customer_id, write_off_id)
        if outcome != "later":
            story.turn(outcome, reversal_id, code="reversal")


def _pairs(lines: list[tuple[int, int, str]], receipts: list[UUID], bills: list[UUID]) -> list[tuple[UUID, UUID, str]]:
    return [(receipts[left % len(receipts)], bills[right % len(bills)], amount) for left, right, amount in lines]


def _is_reversal(story: Story, write_off_id: UUID) -> bool:
    with story.database.engine.connect() as connection:
        query = text("SELECT reverses IS NOT NULL FROM write_offs WHERE id = :id")
        return bool(connection.scalar(query, {"id": write_off_id}))


def _write_off(story: Story, which: int) -> tuple[UUID | None, Any]:
    with story.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, customer_id FROM write_offs ORDER BY id")).all()
    return tuple(rows[which % len(rows)]) if rows else (None, None)
