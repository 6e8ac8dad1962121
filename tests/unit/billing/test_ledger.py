"""What a recharge adds up to, and what a bill takes of a balance."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.ledger import (
    BALANCE_LOW,
    PREPAY,
    PREPURCHASE,
    REVENUE,
    Funds,
    against,
    draw,
    is_low,
    recharge_amount,
)

fen = st.integers(0, 10**6).map(lambda count: Decimal(count) / 100)


@pytest.mark.parametrize(
    ("messages", "unit_price", "amount"),
    [(100_000, "0.0325", "3250.00"), (3, "0.001666", "0.00"), (3, "0.001667", "0.01"), (1, "0.005", "0.01")],
)
def test_a_recharge_is_messages_times_unit_price_to_the_fen(messages: int, unit_price: str, amount: str) -> None:
    assert recharge_amount(messages, Decimal(unit_price)) == Decimal(amount)


def test_what_cannot_be_refunded_is_used_first() -> None:
    funds = Funds(prepay=Decimal(100), prepurchase=Decimal(30))
    assert draw(funds, Decimal(50)) == {PREPURCHASE: Decimal(30), PREPAY: Decimal(20)}


def test_a_balance_pays_no_more_than_it_has() -> None:
    assert draw(Funds(Decimal(100), Decimal(0)), Decimal(150)) == {PREPAY: Decimal(100)}
    assert draw(Funds(Decimal(0), Decimal(0)), Decimal(150)) == {}


def test_below_zero_it_goes_as_far_as_it_may_owe() -> None:
    owing = Funds(Decimal(-20), Decimal(0), credit=Decimal(50))
    assert draw(owing, Decimal(100)) == {PREPAY: Decimal(30)}
    assert draw(Funds(Decimal(-70), Decimal(0), credit=Decimal(50)), Decimal(100)) == {}


def test_what_a_refund_has_reserved_is_not_spent_and_nothing_is_owed_beside_it() -> None:
    assert draw(Funds(Decimal(100), Decimal(0), held=Decimal(80), credit=Decimal(500)), Decimal(50)) == {PREPAY: Decimal(20)}


def test_a_balance_is_low_when_it_falls_below_the_threshold() -> None:
    assert is_low(BALANCE_LOW, BALANCE_LOW - Decimal("0.01"))
    assert not is_low(BALANCE_LOW + 1, BALANCE_LOW)
    assert not is_low(BALANCE_LOW - 1, BALANCE_LOW - 2)


@given(st.builds(Funds, prepay=fen, prepurchase=fen, held=st.just(Decimal(0)), credit=fen), fen)
def test_what_is_drawn_is_what_is_wanted_or_all_that_there_is(funds: Funds, wanted: Decimal) -> None:
    taken = draw(funds, wanted)
    assert sum(taken.values()) == min(wanted, funds.total + funds.credit)
    assert all(amount > 0 for amount in taken.values())
    account = UUID(int=1)
    if taken:
        assert sum(entry.amount for entry in against(REVENUE, {account: taken})) == 0


@pytest.mark.parametrize(
    ("funds", "free"),
    [
        pytest.param(Funds(Decimal(50), Decimal(0)), 50, id="what there is"),
        pytest.param(Funds(Decimal(50), Decimal(0), held=Decimal(20), credit=Decimal(100)), 30, id="a refund runs"),
        pytest.param(Funds(Decimal(-30), Decimal(0), credit=Decimal(100)), 70, id="what may still be owed"),
        pytest.param(Funds(Decimal(-30), Decimal(0), credit=Decimal(10)), 0, id="more is owed than may be"),
    ],
)
def test_how_much_prepay_money_may_be_taken(funds: Funds, free: int) -> None:
    assert funds.free(PREPAY) == free
    assert funds.free(PREPURCHASE) == 0
