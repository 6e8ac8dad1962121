"""Which price tables are right, and which price holds on a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.prices import (
    Price,
    PriceRow,
    Tier,
    check_table,
    is_below,
    price_on,
    ranges_in_force,
    read_rows,
    time_line,
    write_rows,
)

OPEN = (Tier(None, Decimal("0.03")),)


def _tiers(*bounds: int | None) -> tuple[Tier, ...]:
    return tuple(Tier(bound, Decimal("0.03")) for bound in bounds)


def _at(price: str) -> tuple[Tier, ...]:
    return (Tier(None, Decimal(price)),)


@pytest.mark.parametrize(
    ("kind", "rows", "product_type", "wrong"),
    [
        ("unified", [PriceRow(None, OPEN)], "industry_sms", {}),
        ("tiered", [PriceRow(None, _tiers(10, 20, None))], "industry_sms", {}),
        ("stage", [PriceRow("CMCC", _tiers(10, None)), PriceRow("CUCC", OPEN)], "industry_sms", {}),
        ("unified", [PriceRow("US", OPEN), PriceRow("CN", OPEN)], "international_sms", {}),
        ("unified", [], "industry_sms", {"prices": ["required"]}),
        ("unified", [PriceRow(None, _tiers(10, None))], "mms", {"prices.0.tiers": ["unified_has_one_tier"]}),
        ("tiered", [PriceRow(None, ())], "mms", {"prices.0.tiers": ["required"]}),
        ("tiered", [PriceRow(None, _tiers(10, 20))], "mms", {"prices.0.tiers.1.up_to": ["last_tier_unbounded"]}),
        ("tiered", [PriceRow(None, _tiers(None, 10, None))], "mms", {"prices.0.tiers.0.up_to": ["only_last_tier_unbounded"]}),
        ("tiered", [PriceRow(None, _tiers(20, 10, None))], "mms", {"prices.0.tiers.1.up_to": ["tier_not_rising|20"]}),
        ("tiered", [PriceRow(None, _tiers(10, 10, None))], "mms", {"prices.0.tiers.1.up_to": ["tier_not_rising|10"]}),
        ("unified", [PriceRow("CMCC", OPEN), PriceRow("CMCC", OPEN)], "mms", {"prices.1.segment": ["segment_repeated"]}),
        ("unified", [PriceRow("CMCC", OPEN), PriceRow(None, OPEN)], "mms", {"prices.1.segment": ["segment_mixed"]}),
        ("unified", [PriceRow("US", OPEN)], "mms", {"prices.0.segment": ["segment_unknown|US"]}),
        ("unified", [PriceRow("CMCC", OPEN)], "international_sms", {"prices.0.segment": ["segment_unknown|CMCC"]}),
        ("unified", [PriceRow("XX", OPEN)], "international_sms", {"prices.0.segment": ["segment_unknown|XX"]}),
        ("unified", [PriceRow(None, _at("0"))], "mms", {}),
        ("unified", [PriceRow(None, _at("10000"))], "mms", {}),
        ("unified", [PriceRow(None, _at("-0.000001"))], "mms", {"prices.0.tiers.0.unit_price": ["range|0|10000"]}),
        ("unified", [PriceRow(None, _at("10000.000001"))], "mms", {"prices.0.tiers.0.unit_price": ["range|0|10000"]}),
    ],
)
def test_a_table_is_checked_by_field(kind: str, rows: list[PriceRow], product_type: str, wrong: dict[str, Any]) -> None:
    assert check_table(kind, rows, product_type) == wrong


def test_one_price_below_the_floor_is_enough() -> None:
    rows = [PriceRow("CMCC", OPEN), PriceRow("CUCC", (Tier(10, Decimal("0.03")), Tier(None, Decimal("0.029999"))))]
    assert is_below(rows, Decimal("0.03"))
    assert not is_below(rows[:1], Decimal("0.03"))


def test_rows_are_stored_as_they_were_agreed() -> None:
    stored = [{"segment": None, "tiers": [{"up_to": 10, "unit_price": "0.034500"}, {"up_to": None, "unit_price": "0.031256"}]}]
    assert write_rows(read_rows(stored)) == stored


def _price(number: int, first: int, last: int | None, problem: Any = None) -> Price:
    """The number-th price to be archived, for days of March."""
    archived = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    ends = date(2026, 3, last) if last else None
    return Price(UUID(int=number), UUID(int=number), "unified", (), date(2026, 3, first), ends, archived, problem)


def test_a_newer_adjustment_wins_from_its_first_day_and_an_older_one_holds_again_after_it() -> None:
    old, new = _price(1, 1, None), _price(2, 10, 20)
    found = {day: price_on([old, new], date(2026, 3, day)) for day in (1, 9, 10, 20, 21)}
    assert found == {1: old, 9: old, 10: new, 20: new, 21: old}
    assert price_on([old, new], date(2026, 2, 28)) is None


def test_one_whose_check_failed_never_holds() -> None:
    old, failed = _price(1, 1, None), _price(2, 10, None, {"prices": ["required"]})
    assert price_on([old, failed], date(2026, 3, 15)) is old
    assert ranges_in_force([failed, old]) == {failed.id: [], old.id: [(date(2026, 3, 1), None)]}


@st.composite
def histories(draw: st.DrawFn) -> list[Price]:
    prices = []
    for number in range(draw(st.integers(0, 6))):
        first = draw(st.integers(1, 28))
        prices.append(_price(number + 1, first, draw(st.none() | st.integers(first, 28))))
    return draw(st.permutations(prices))


@given(histories())
def test_the_time_line_says_of_every_day_what_holds_on_it(prices: list[Price]) -> None:
    ranges = ranges_in_force(prices)
    for number in range(62):
        day = date(2026, 2, 20) + timedelta(days=number)
        holding = [key for key, held in ranges.items() for first, last in held if first <= day and (last is None or day <= last)]
        expected = price_on(prices, day)
        assert holding == ([expected.id] if expected else [])


@given(histories(), st.none() | st.integers(-40, 40), st.none() | st.integers(0, 50))
def test_the_time_line_leaves_no_day_out_and_names_none_twice(prices: list[Price], start: int | None, length: int | None) -> None:
    first = None if start is None else date(2026, 3, 1) + timedelta(days=start)
    last = None if first is None or length is None else first + timedelta(days=length)
    line = time_line(prices, first, last)
    for before, after in pairwise(line):
        assert before.last_day is not None
        assert after.first_day == before.last_day + timedelta(days=1)
        assert before.price_id != after.price_id, "days of one price are one stretch"
    if line:
        assert first is None or line[0].first_day == first
        assert line[-1].last_day == last
    else:
        assert first is None
        assert not any(ranges_in_force(prices).values())
    for number in range(120):
        day = date(2026, 1, 10) + timedelta(days=number)
        found = [each.price_id for each in line if each.first_day <= day and (each.last_day is None or day <= each.last_day)]
        price = price_on(prices, day)
        within = bool(line) and line[0].first_day <= day and (last is None or day <= last)
        assert found == ([price.id if price else None] if within else [])
