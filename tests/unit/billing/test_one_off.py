"""What is sold once, and what a month comes to with it (spec, billing.md, "Prices" and "Bills")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charging import Charged, Refused
from services.billing.domain.one_off import add_one_offs, amount_of, check_sale
from services.billing.domain.prices import Price, PriceRow, Tier

DAY = date(2026, 3, 15)


def sale(number: int = 1, price: str = "100", quantity: int | None = 1, problem: Any = None) -> Price:
    rows = (PriceRow(None, (Tier(None, Decimal(price)),)),)
    archived = datetime(2026, 3, number, tzinfo=UTC)
    return Price(UUID(int=number), UUID(int=number), "unified", rows, DAY, DAY, archived, problem, quantity)


def test_a_sale_has_one_day_which_may_be_given_as_its_last() -> None:
    assert check_sale("unified", sale().rows, 1, DAY, None) == {}
    assert check_sale("unified", sale().rows, 1, DAY, DAY) == {}
    assert check_sale("unified", sale().rows, 1, DAY, date(2026, 3, 16)) == {"valid_to": ["one_off_has_one_day"]}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert check_sale("stage", sale().rows, None, DAY, date.max).keys() == {"kind", "quantity", "valid_to"}


def test_a_sale_prices_no_usage_on_its_day() -> None:
    assert not sale().is_for_usage
    assert sale(quantity=None).is_for_usage


@pytest.mark.parametrize("usage", [Refused("no_usage"), Refused("account_unknown", {"accounts": ["x"]})], ids=str)
def test_what_is_due_is_billed_though_nothing_was_sent(usage: Refused) -> None:
    charged = add_one_offs(usage, [], [sale(1, "0.5", 3), sale(2)])
    assert isinstance(charged, Charged)
    assert (charged.amount, charged.quantity, charged.accounts) == (Decimal("101.50"), 4, ())
    assert [(line.first_day, line.last_day, line.shares) for line in charged.lines] == [(DAY, DAY, ())] * 2


def test_usage_that_cannot_be_billed_is_not_passed_over_for_what_is_due() -> None:
    usage = Refused("no_price", {"days": ["2026-03-01"]})
    assert add_one_offs(usage, [], [sale()]) is usage


def test_it_stands_below_the_lines_of_usage_if_there_should_be_any() -> None:
    usage = add_one_offs(Refused("no_usage"), [], [sale(1)])
    both = add_one_offs(usage, [], [sale(2)])
    assert isinstance(both, Charged)
    assert [line.price.id for line in both.lines] == [UUID(int=1), UUID(int=2)]


def test_a_sale_that_failed_its_check_is_the_reason_unless_a_newer_one_did_not() -> None:
    failed = sale(2, problem={"quantity": ["required"]}, quantity=None)
    refused = add_one_offs(Refused("no_usage"), [sale(1), failed], [])
    assert refused == Refused("price_table_invalid", {"process_id": str(UUID(int=2)), "errors": {"quantity": ["required"]}})
    assert add_one_offs(Refused("no_usage"), [failed, sale(3)], []) == Refused("no_usage", {"sold_once": True})


def test_where_nothing_is_due_the_reason_stays_what_it_was() -> None:
    unknown = Refused("account_unknown", {"accounts": ["x"]})
    assert add_one_offs(unknown, [], []) is unknown


@given(st.decimals(0, 999_999, places=6), st.integers(1, 1_000))
def test_a_sale_comes_to_quantity_times_price_rounded_half_up_once(price: Decimal, quantity: int) -> None:
    exact = price * quantity
    assert abs(amount_of(sale(1, str(price), quantity)) - exact) <= Decimal("0.005")
