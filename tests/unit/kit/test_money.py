"""Amounts: rounding once, and shares that lose nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.money import decimal_places, round_to_fen, share_out

amounts = st.decimals(min_value="-1000000", max_value="1000000", places=2)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        pytest.param("0.005", "0.01", id="half a fen goes up"),
        pytest.param("-0.005", "-0.01", id="half a fen owed goes away from zero too"),
        pytest.param("0.004999", "0.00", id="less than half goes down"),
        pytest.param("35.0000", "35.00", id="1000 x 0.035 is 35.00 and never 40.00"),
    ],
)
def test_an_amount_is_rounded_half_up(exact: str, rounded: str) -> None:
    assert round_to_fen(Decimal(exact)) == Decimal(rounded)


@pytest.mark.parametrize(("number", "places"), [("1", 0), ("100", 0), ("1.50", 1), ("0.034500", 4), ("0.000001", 6)])
def test_decimals_are_counted_without_trailing_zeros(number: str, places: int) -> None:
    assert decimal_places(Decimal(number)) == places


@given(amounts, weights)
def test_a_split_never_gains_or_loses_a_fen(amount: Decimal, parts: list[int]) -> None:
    assert sum(share_out(amount, parts)) == amount


@given(amounts, weights)
def test_a_share_is_within_a_fen_of_its_exact_part(amount: Decimal, parts: list[int]) -> None:
    total = sum(parts)
    if total:
        for share, weight in zip(share_out(amount, parts), parts, strict=True):
            assert abs(share - amount * weight / total) < Decimal("0.01")


def test_ties_go_to_the_earlier_one() -> None:
    assert share_out(Decimal("0.01"), [1, 1]) == [Decimal("0.01"), Decimal("0.00")]


@pytest.mark.parametrize("parts", [[], [1, -1]])
def test_without_weights_or_with_a_negative_one_there_is_no_split(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share_out(Decimal("1.00"), parts)
