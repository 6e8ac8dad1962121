"""What an archived write-off earns."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.commission import (
    Borne,
    DatedValue,
    bill_cost,
    commission_of,
    cost_beside,
    cost_share,
    value_in_force,
)


def earned(*, quantity: int, amount: str, before: str = "0.00", written_off: str, unit_cost: str, rate: str) -> tuple[str, str]:
    cost = bill_cost(quantity, Decimal(unit_cost))
    earlier = Borne(cost, Decimal(before), cost_share(cost, Decimal(amount), Decimal(before)))
    share = cost_share(cost, Decimal(amount), Decimal(written_off), [earlier])
    commission = commission_of(Decimal(written_off), share, Decimal(rate))
    return str(commission.cost), str(commission.amount)


def test_a_bill_written_off_in_full_bears_its_whole_cost() -> None:
    # 100,000 messages sold at 0.035 and bought at 0.028: 3,500.00 - 2,800.00 = 700.00, a tenth of it.
    written_off = earned(quantity=100_000, amount="3500.00", written_off="3500.00", unit_cost="0.028000", rate="0.10")
    assert written_off == ("2800.00", "70.00")


def test_a_third_bears_a_third_of_the_cost() -> None:
    assert earned(quantity=1000, amount="300.00", written_off="100.00", unit_cost="0.1", rate="0.1") == ("33.33", "6.67")


def test_the_last_third_bears_what_rounding_left() -> None:
    last = earned(quantity=1000, amount="300.00", before="200.00", written_off="100.00", unit_cost="0.1", rate="0.1")
    assert last == ("33.33", "6.67")
    middle = earned(quantity=1000, amount="300.00", before="100.00", written_off="100.00", unit_cost="0.1", rate="0.1")
    assert middle == ("33.34", "6.67")


def test_what_was_sold_below_cost_earns_below_zero() -> None:
    assert earned(quantity=1000, amount="10.00", written_off="10.00", unit_cost="0.02", rate="0.1") == ("20.00", "-1.00")


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=8), st.integers(0, 10**7), st.data())
def test_partial_write_offs_bear_the_cost_to_the_fen_whatever_of_them_is_reversed(
    parts: list[int], cost_fen: int, data: st.DataObject
) -> None:
    amounts = [Decimal(part) / 100 for part in parts]
    cost, total = Decimal(cost_fen) / 100, sum(amounts, Decimal(0))
    borne: dict[int, Decimal] = {}
    missing, reversals = list(range(len(amounts))), data.draw(st.lists(st.integers(0, 7), max_size=6))
    while missing:
        part = missing.pop(0)
        before = Borne(cost, sum((amounts[one] for one in borne), Decimal(0)), sum(borne.values(), Decimal(0)))
        borne[part] = cost_share(cost, total, amounts[part], [before])
        if reversals and (reversed_ := reversals.pop()) in borne:
            del borne[reversed_]
            missing.append(reversed_)
    assert sum(borne.values(), Decimal(0)) == cost
    assert all(abs(share - cost * amounts[part] / total) <= Decimal("0.02") for part, share in borne.items())


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_balances_covered_and_what_is_owed_bear_the_cost_between_them(covered: int, owed: int, millionths: int) -> None:
    unit_cost = Decimal(millionths) / 1_000_000
    assert bill_cost(covered, unit_cost) + cost_beside(covered, owed, unit_cost) == bill_cost(covered + owed, unit_cost)


def test_a_cost_that_changes_between_two_write_offs_falls_to_each_by_its_own_day() -> None:
    """Half of the bill at 28.00, the other half at 30.00 for the whole of it."""
    first = cost_share(Decimal("28.00"), Decimal("100.00"), Decimal("50.00"))
    second = cost_share(Decimal("30.00"), Decimal("100.00"), Decimal("50.00"), [Borne(Decimal("28.00"), Decimal("50.00"), first)])
    assert (first, second) == (Decimal("14.00"), Decimal("15.00"))


def test_of_two_values_from_the_same_day_the_one_set_last_counts() -> None:
    day = date(2026, 3, 1)
    assert value_in_force([DatedValue(day, Decimal(2), 5), DatedValue(day, Decimal(1), 4)], day) == Decimal(2)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        pytest.param("2025-12-31", None, id="before the first"),
        pytest.param("2026-01-01", "1", id="from its first day"),
        pytest.param("2026-02-28", "1", id="until the next"),
        pytest.param("2026-03-01", "2", id="the next from its first day"),
        pytest.param("2030-01-01", "2", id="the last for good"),
    ],
)
def test_the_value_in_force_on_a_day(day: str, value: str | None) -> None:
    history = [DatedValue(date(2026, 3, 1), Decimal(2)), DatedValue(date(2026, 1, 1), Decimal(1))]
    assert value_in_force(history, date.fromisoformat(day)) == (value and Decimal(value))
