"""Which write-offs start by themselves, and why none does."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.clock import Month
from services.payments.domain.allocation import (
    Allocation,
    OpenReceipt,
    OpenReceivable,
    Pair,
    Reason,
    allocate_oldest_first,
    nobody_confirms,
)


def receipt(number: int, balance: str, on: str = "2026-04-03") -> OpenReceipt:
    return OpenReceipt(UUID(int=number), datetime.fromisoformat(f"{on}T04:00:00+00:00"), Decimal(balance))


def bill(number: int, outstanding: str, month: str = "2026-03", *, prepaid: bool = False) -> OpenReceivable:
    one = Month.parse(month)
    return OpenReceivable(UUID(int=number), f"B{number}", one.last_day, one.plus(1).last_day, prepaid, Decimal(outstanding))


def pairs(allocation: Allocation) -> list[tuple[int, int, str]]:
    return [(pair.receipt_id.int, pair.bill_id.int, str(pair.amount)) for pair in allocation.pairs]


def reasons(by_id: dict[UUID, Reason]) -> dict[int, str]:
    return {key.int: reason.code for key, reason in by_id.items()}


CASES = [
    pytest.param([receipt(1, "100.00")], [bill(1, "100.00")], [(1, 1, "100.00")], {}, {}, id="the balance covers it exactly"),
    pytest.param(
        [receipt(1, "250.00")],
        [bill(2, "100.00", "2026-03"), bill(1, "100.00", "2026-02"), bill(3, "100.00", "2026-04")],
        [(1, 1, "100.00"), (1, 2, "100.00")],
        {1: "balance_too_small"},
        {3: "balance_too_small"},
        id="and so on down the line while the balance lasts",
    ),
    pytest.param(
        [receipt(1, "99.99")],
        [bill(1, "100.00")],
        [],
        {1: "balance_too_small"},
        {1: "balance_too_small"},
        id="the balance is smaller",
    ),
    pytest.param(
        [receipt(1, "50.00", "2026-04-01"), receipt(2, "60.00", "2026-04-02")],
        [bill(1, "100.00")],
        [],
        {1: "balance_too_small", 2: "balance_too_small"},
        {1: "balance_too_small"},
        id="receipts are never joined for one receivable",
    ),
    pytest.param(
        [receipt(1, "50.00", "2026-04-01"), receipt(2, "100.00", "2026-04-02")],
        [bill(1, "100.00")],
        [(2, 1, "100.00")],
        {1: "nothing_due"},
        {},
        id="one that does not cover it is passed over and the next is tried",
    ),
    pytest.param(
        [receipt(1, "50.00", "2026-04-01"), receipt(2, "100.00", "2026-04-02")],
        [bill(1, "100.00", "2026-02"), bill(2, "50.00", "2026-03")],
        [(2, 1, "100.00"), (1, 2, "50.00")],
        {},
        {},
        id="one that was passed over is tried again when the line has moved",
    ),
    pytest.param(
        [receipt(1, "100.00", "2026-04-01")],
        [bill(1, "100.00", prepaid=True)],
        [],
        {1: "prepaid_received_late"},
        {1: "prepaid_received_late"},
        id="prepaid, and the receipt came after the bill's period ended",
    ),
    pytest.param(
        [receipt(1, "100.00", "2026-03-31")],
        [bill(1, "100.00", prepaid=True)],
        [(1, 1, "100.00")],
        {},
        {},
        id="prepaid, and the receipt came on the period's last day",
    ),
    pytest.param(
        [receipt(1, "100.00", "2027-04-01")],
        [bill(1, "100.00")],
        [(1, 1, "100.00")],
        {},
        {},
        id="postpaid: the receipt's time does not matter",
    ),
    pytest.param([receipt(1, "100.00")], [], [], {1: "nothing_due"}, {}, id="nothing is due"),
    pytest.param(
        [],
        [bill(1, "100.00", "2026-02"), bill(2, "50.00")],
        [],
        {},
        {1: "no_receipt", 2: "no_receipt"},
        id="there is no receipt",
    ),
    pytest.param(
        [receipt(1, "60.00")],
        [bill(1, "100.00", "2026-02"), bill(2, "50.00", "2026-03")],
        [],
        {1: "balance_too_small"},
        {1: "balance_too_small", 2: "older_receivable_first"},
        id="a later receivable that would fit waits for the older one",
    ),
]


@pytest.mark.parametrize(("receipts", "bills", "started", "receipt_reasons", "bill_reasons"), CASES)
def test_allocation_oldest_first(
    receipts: list[OpenReceipt],
    bills: list[OpenReceivable],
    started: list[tuple[int, int, str]],
    receipt_reasons: dict[int, str],
    bill_reasons: dict[int, str],
) -> None:
    allocation = allocate_oldest_first(receipts, bills)
    assert pairs(allocation) == started
    assert reasons(allocation.receipt_reasons) == receipt_reasons
    assert reasons(allocation.receivable_reasons) == bill_reasons


def test_the_last_hour_of_a_period_is_shanghais() -> None:
    last_minute = OpenReceipt(UUID(int=1), datetime(2026, 3, 31, 15, 59, tzinfo=UTC), Decimal("1.00"))
    first_minute = OpenReceipt(UUID(int=1), datetime(2026, 3, 31, 16, 0, tzinfo=UTC), Decimal("1.00"))
    prepaid = [bill(1, "1.00", prepaid=True)]
    assert allocate_oldest_first([last_minute], prepaid).pairs
    assert not allocate_oldest_first([first_minute], prepaid).pairs


def test_a_declined_pair_never_starts_again_and_says_so() -> None:
    declined = {(UUID(int=1), UUID(int=1))}
    allocation = allocate_oldest_first([receipt(1, "100.00")], [bill(1, "100.00")], declined)
    assert allocation.pairs == ()
    assert allocation.receipt_reasons[UUID(int=1)] == Reason("write_off_declined", {"bill": "B1"})


def test_reasons_name_the_amounts() -> None:
    allocation = allocate_oldest_first([receipt(1, "60.5")], [bill(1, "100.00")])
    assert allocation.receipt_reasons[UUID(int=1)].params == {"bill": "B1", "balance": "60.50", "outstanding": "100.00"}


def test_without_an_owner_nothing_starts() -> None:
    allocation = nobody_confirms([receipt(1, "100.00")], [bill(1, "100.00")])
    assert allocation.pairs == ()
    assert reasons(allocation.receipt_reasons) == reasons(allocation.receivable_reasons) == {1: "no_owner"}


amounts = st.decimals(min_value="0.01", max_value="500", places=2)
days = st.dates(date(2026, 1, 1), date(2026, 6, 30))
some_receipts = st.lists(st.tuples(amounts, days), max_size=8)
some_bills = st.lists(st.tuples(amounts, st.sampled_from(["2026-01", "2026-02", "2026-03"]), st.booleans()), max_size=8)


@given(some_receipts, some_bills, st.sets(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=10))
def test_an_allocation_never_exceeds_a_receipt_or_a_receivable_and_leaves_nothing_unexplained(
    paid: list[tuple[Decimal, date]], owed: list[tuple[Decimal, str, bool]], refused: set[tuple[int, int]]
) -> None:
    receipts = [receipt(number, str(amount), day.isoformat()) for number, (amount, day) in enumerate(paid, 1)]
    bills = [bill(number, str(amount), month, prepaid=prepaid) for number, (amount, month, prepaid) in enumerate(owed, 1)]
    declined = {(UUID(int=left), UUID(int=right)) for left, right in refused}
    allocation = allocate_oldest_first(receipts, bills, declined)
    of_receipt: dict[UUID, Decimal] = defaultdict(Decimal)
    of_bill: dict[UUID, Decimal] = defaultdict(Decimal)
    for pair in allocation.pairs:
        of_receipt[pair.receipt_id] += pair.amount
        of_bill[pair.bill_id] += pair.amount
    left_of_receipts = {one.id: one.balance - of_receipt[one.id] for one in receipts}
    left_of_bills = {one.id: one.outstanding - of_bill[one.id] for one in bills}
    assert all(left >= 0 for left in left_of_receipts.values())
    assert set(left_of_bills.values()) <= {Decimal(0), *(one.outstanding for one in bills)}, "in full or not at all"
    assert set(allocation.receipt_reasons) == {key for key, left in left_of_receipts.items() if left > 0}
    assert set(allocation.receivable_reasons) == {key for key, left in left_of_bills.items() if left > 0}
    assert not declined & {(pair.receipt_id, pair.bill_id) for pair in allocation.pairs}
    assert _again(receipts, bills, allocation, declined) == (), "what is left would not start a moment later either"


def _again(
    receipts: list[OpenReceipt], bills: list[OpenReceivable], allocation: Allocation, declined: set[tuple[UUID, UUID]]
) -> tuple[Pair, ...]:
    used: dict[UUID, Decimal] = defaultdict(Decimal)
    for pair in allocation.pairs:
        used[pair.receipt_id] += pair.amount
    settled = {pair.bill_id for pair in allocation.pairs}
    rest = [OpenReceipt(one.id, one.received_at, one.balance - used[one.id]) for one in receipts if one.balance > used[one.id]]
    return allocate_oldest_first(rest, [one for one in bills if one.id not in settled], declined).pairs
