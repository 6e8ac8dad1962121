"""What an e-commerce order sells for and what it cost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.orders import OrderItem, check_order, cost_of, total_of

prices = st.decimals(0, 999_999, places=6)
items = st.builds(OrderItem, st.just("x"), st.integers(1, 1000), prices, prices)


def item(quantity: int, bought: str, sold: str) -> OrderItem:
    return OrderItem("x", quantity, Decimal(bought), Decimal(sold))


def test_a_line_is_quantity_times_price_rounded_half_up_once() -> None:
    assert item(3, "0.111666", "0.335").amount == Decimal("1.01")
    assert item(3, "0.111666", "0.335").cost == Decimal("0.33")
    assert item(1, "0", "0.005").amount == Decimal("0.01")


def test_totals_add_lines() -> None:
    order = [item(1, "0.004", "0.005")] * 3
    assert (total_of(order), cost_of(order)) == (Decimal("0.03"), Decimal("0.00"))


@given(st.lists(items, max_size=5))
def test_a_total_is_whole_fen_and_the_sum_of_its_lines(order: list[OrderItem]) -> None:
    assert total_of(order) == sum(line.amount for line in order)
    assert total_of(order) == total_of(order).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        pytest.param([item(1, "5", "4")], {}, id="sold below cost"),
        pytest.param([item(1, "5", "0.004")], {"items": ["above|0"]}, id="less than a fen"),
        pytest.param([item(1000, "1", "999999"), item(1, "0", "999.99")], {}, id="just the largest"),
        pytest.param([item(1001, "1", "999999")], {"items": ["order_too_large|999999999.99"]}, id="sold for too much"),
        pytest.param([item(1001, "999999", "1")], {"items": ["order_too_large|999999999.99"]}, id="bought for too much"),
    ],
)
def test_an_order_sells_something_and_not_too_much(order: list[OrderItem], wrong: dict[str, list[str]]) -> None:
    assert check_order(order) == wrong
