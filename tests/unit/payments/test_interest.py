"""Interest and penalty in the spec's own words (spec, payments.md, "Interest and penalty")."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.clock import Month
from services.kit.money import ZERO
from services.payments.domain.interest import (
    Accrual,
    ExemptPeriod,
    Received,
    accrue,
    came_to_light,
    cause_of,
    correction,
    credit_base,
    exempt_part,
    faults_of_periods,
    outstanding_of,
)

MARCH, APRIL, MAY = (Month(2026, number) for number in (3, 4, 5))
RECEIPT, OTHER = UUID(int=1), UUID(int=2)


def yuan(amount: str) -> Decimal:
    return Decimal(amount)


@pytest.mark.parametrize(
    ("received", "outstanding"),
    [
        pytest.param("0.00", "100.00", id="nothing received when it began"),
        pytest.param("40.00", "60.00", id="a part received"),
        pytest.param("100.00", "0.00", id="all received"),
    ],
)
def test_what_was_not_yet_received_when_it_began(received: str, outstanding: str) -> None:
    assert outstanding_of(yuan("100.00"), yuan(received)) == yuan(outstanding)


@pytest.mark.parametrize(
    ("at_begin", "at_end", "base"),
    [
        pytest.param("1000.00", "700.00", "700.00", id="it fell: its balance when the month ended"),
        pytest.param("700.00", "1000.00", "700.00", id="it rose: its balance when the month began"),
        pytest.param("0.00", "1000.00", "0.00", id="recharged within the month: no whole month yet"),
        pytest.param("1000.00", "-50.00", "0.00", id="never below zero"),
    ],
)
def test_the_credits_base_is_the_lesser_of_the_balances(at_begin: str, at_end: str, base: str) -> None:
    assert credit_base(yuan(at_begin), yuan(at_end)) == yuan(base)


@pytest.mark.parametrize(
    ("outstanding", "share", "amount", "part"),
    [
        pytest.param("100.00", "0.00", "100.00", "0.00", id="no exempt account"),
        pytest.param("100.00", "33.33", "100.00", "33.33", id="nothing received: its share to the fen"),
        pytest.param("50.00", "33.33", "100.00", "16.67", id="a part received: in proportion, half up"),
        pytest.param("50.00", "100.00", "100.00", "50.00", id="all its accounts are exempt"),
        pytest.param("50.00", "-20.00", "100.00", "0.00", id="the exempt account's share is a credit"),
        pytest.param("50.00", "120.00", "100.00", "50.00", id="another account's share is a credit"),
        pytest.param("0.00", "0.00", "0.00", "0.00", id="a bill of nothing"),
    ],
)
def test_exempt_accounts_are_left_out_with_their_bills_by_their_share(
    outstanding: str, share: str, amount: str, part: str
) -> None:
    assert exempt_part(yuan(outstanding), yuan(share), yuan(amount)) == yuan(part)


@pytest.mark.parametrize(
    ("base", "rate", "amount"),
    [
        pytest.param("1000.00", "0.005", "5.00", id="half a percent"),
        pytest.param("1.00", "0.005", "0.01", id="half a fen rounds up"),
        pytest.param("0.99", "0.005", "0.00", id="less than half a fen is nothing"),
        pytest.param("1000.00", "0", "0.00", id="a rate of nothing"),
        pytest.param("0.00", "0.005", "0.00", id="nothing owed"),
    ],
)
def test_base_times_the_rate_of_the_month(base: str, rate: str, amount: str) -> None:
    assert accrue(yuan(base), Decimal(rate)).amount == yuan(amount)


def test_a_correction_is_the_difference_to_what_was_booked_and_nothing_is_none() -> None:
    truth = Accrual(yuan("400.00"), yuan("2.00"))
    assert correction(truth, []) == truth
    assert correction(truth, [Accrual(yuan("1000.00"), yuan("5.00"))]) == Accrual(yuan("-600.00"), yuan("-3.00"))
    assert correction(truth, [Accrual(yuan("1000.00"), yuan("5.00")), Accrual(yuan("-600.00"), yuan("-3.00"))]) is None


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=12),
    st.integers(0, 100_000).map(lambda millionths: Decimal(millionths) / 1_000_000),
)
def test_whatever_became_known_in_between_the_entries_add_up_to_the_last_truth(
    known: list[tuple[int, int]], rate: Decimal
) -> None:
    entries: list[Accrual] = []
    for outstanding, exempt in known:
        base = Decimal(outstanding - min(exempt, outstanding)) / 100
        truth = accrue(base, rate)
        change = correction(truth, entries)
        entries += [change] if change else []
        assert sum((entry.amount for entry in entries), ZERO) == truth.amount
        assert correction(truth, entries) is None, "running twice changes nothing"


def received(amount: str, receipt_id: UUID = RECEIPT) -> Received:
    return Received(receipt_id, "云帆", date(2026, 3, 20), yuan(amount))


@pytest.mark.parametrize(
    ("now", "known", "cause"),
    [
        pytest.param([received("100.00")], {}, "received_in_time", id="a receipt that turns up later with an earlier date"),
        pytest.param([received("0.00")], {RECEIPT: yuan("100.00")}, "write_off_reversed", id="a write-off that was reversed"),
        pytest.param(
            [received("0.00"), received("100.00", OTHER)],
            {RECEIPT: yuan("100.00")},
            "receipts_exchanged",
            id="another receipt in its place",
        ),
        pytest.param([received("100.00")], {RECEIPT: yuan("100.00")}, "exemption_changed", id="nothing received is different"),
    ],
)
def test_why_a_penalty_is_corrected(now: list[Received], known: dict[UUID, Decimal], cause: str) -> None:
    assert cause_of(voided=False, changed=came_to_light(now, known)) == cause
    assert cause_of(voided=True, changed=came_to_light(now, known)) == "bill_voided"


@pytest.mark.parametrize(
    ("period", "months"),
    [
        pytest.param(ExemptPeriod(APRIL, APRIL), [False, True, False], id="one month"),
        pytest.param(ExemptPeriod(APRIL, None), [False, True, True], id="without an end"),
        pytest.param(ExemptPeriod(MARCH, APRIL), [True, True, False], id="to a month, itself included"),
    ],
)
def test_an_account_is_left_out_from_month_to_month(period: ExemptPeriod, months: list[bool]) -> None:
    assert [period.covers(month) for month in (MARCH, APRIL, MAY)] == months


@pytest.mark.parametrize(
    ("periods", "faults"),
    [
        pytest.param([ExemptPeriod(MARCH, MARCH), ExemptPeriod(MAY, None)], [], id="one after another"),
        pytest.param([ExemptPeriod(MAY, APRIL)], [(0, "to_month", "months_reversed")], id="it ends before it begins"),
        pytest.param(
            [ExemptPeriod(MARCH, None), ExemptPeriod(MAY, None)],
            [(1, "from_month", "periods_overlap")],
            id="the first has no end",
        ),
        pytest.param(
            [ExemptPeriod(MAY, MAY), ExemptPeriod(MARCH, APRIL)], [(1, "from_month", "periods_overlap")], id="not in their order"
        ),
    ],
)
def test_periods_follow_one_another(periods: list[ExemptPeriod], faults: list[tuple[int, str, str]]) -> None:
    assert faults_of_periods(periods) == faults
