"""An agreed difference is shared to the fen, and no credit goes below zero."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.differences import fault_of_difference, share_difference

amounts = st.lists(st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100), min_size=1, max_size=12)


@given(amounts, st.data())
def test_its_parts_sum_to_it_and_a_credit_brings_no_amount_below_zero(bills: list[Decimal], data: Any) -> None:
    total = sum(bills, Decimal(0))
    difference = Decimal(data.draw(st.integers(-int(total * 100), int(total * 100)))) / 100
    parts = share_difference(difference, bills)
    assert sum(parts) == difference
    assert all(amount + part >= 0 for amount, part in zip(bills, parts, strict=True))
    assert fault_of_difference(difference, total) is None


def test_it_is_shared_by_amounts_and_what_is_left_over_goes_where_most_is_cut_off() -> None:
    parts = share_difference(Decimal("-100.01"), [Decimal(300), Decimal(400), Decimal(500)])
    assert parts == [Decimal("-25.00"), Decimal("-33.34"), Decimal("-41.67")]


def test_an_amount_below_zero_bears_nothing_of_it() -> None:
    assert share_difference(Decimal("-10.00"), [Decimal(-5), Decimal(20)]) == [Decimal(0), Decimal("-10.00")]


@pytest.mark.parametrize("difference", ["300.01", "-300.01"])
def test_neither_a_credit_nor_an_extra_goes_beyond_the_total(difference: str) -> None:
    assert fault_of_difference(Decimal(difference), Decimal("300.00")) == "difference_over_total|300.00"
