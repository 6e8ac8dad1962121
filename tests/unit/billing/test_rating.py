"""What a volume costs, under every kind of price."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.prices import STAGE, TIERED, UNIFIED, Tier
from services.billing.domain.rating import Charge, rate

PRICES = (Tier(100, Decimal("0.05")), Tier(500, Decimal("0.04")), Tier(None, Decimal("0.031256")))


def _lines(charges: list[Charge]) -> list[tuple[int, int, str]]:
    return [(charge.tier, charge.quantity, str(charge.amount)) for charge in charges]


@pytest.mark.parametrize(
    ("kind", "tiers", "quantity", "lines"),
    [
        (UNIFIED, PRICES[-1:], 0, []),
        (UNIFIED, PRICES[-1:], 16, [(1, 16, "0.50")]),
        (STAGE, PRICES, 100, [(1, 100, "5.00")]),
        (STAGE, PRICES, 101, [(2, 101, "4.04")]),
        (STAGE, PRICES, 500, [(2, 500, "20.00")]),
        (STAGE, PRICES, 501, [(3, 501, "15.66")]),
        (TIERED, PRICES, 0, []),
        (TIERED, PRICES, 1, [(1, 1, "0.05")]),
        (TIERED, PRICES, 100, [(1, 100, "5.00")]),
        (TIERED, PRICES, 101, [(1, 100, "5.00"), (2, 1, "0.04")]),
        (TIERED, PRICES, 501, [(1, 100, "5.00"), (2, 400, "16.00"), (3, 1, "0.03")]),
    ],
    ids=[
        "统一价, nothing sent",
        "统一价",
        "阶段价, up to and including the bound",
        "阶段价, one above the bound prices the whole volume",
        "阶段价, at the second bound",
        "阶段价, in the unbounded tier",
        "阶梯价, nothing sent",
        "阶梯价, one message",
        "阶梯价, up to and including the bound",
        "阶梯价, each tier prices its own part",
        "阶梯价, into the unbounded tier",
    ],
)
def test_a_volume_is_priced_by_its_kind(
    kind: str, tiers: tuple[Tier, ...], quantity: int, lines: list[tuple[int, int, str]]
) -> None:
    assert _lines(rate(kind, tiers, quantity)) == lines


def test_a_line_is_rounded_half_up_once_and_a_thousand_at_0_035_cost_35() -> None:
    assert str(rate(UNIFIED, [Tier(None, Decimal("0.035"))], 1000)[0].amount) == "35.00"
    assert str(rate(UNIFIED, [Tier(None, Decimal("0.005"))], 1)[0].amount) == "0.01"
    assert str(rate(UNIFIED, [Tier(None, Decimal("0.004999"))], 1)[0].amount) == "0.00"


@pytest.mark.parametrize(("kind", "quantity"), [("free", 1), (UNIFIED, -1)])
def test_what_is_no_kind_or_no_quantity_is_refused(kind: str, quantity: int) -> None:
    with pytest.raises(ValueError, match=r"kind|quantity"):
        rate(kind, PRICES[-1:], quantity)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Up to six tiers with small bounds, so that a slow reference can count message by message."""
    bounds = sorted(draw(st.sets(st.integers(1, 300), max_size=5)))
    prices = draw(st.lists(st.integers(0, 2_000_000), min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    return tuple(Tier(bound, Decimal(price).scaleb(-6)) for bound, price in zip([*bounds, None], prices, strict=True))


def _tier_of(tiers: tuple[Tier, ...], message: int) -> int:
    return next(number for number, tier in enumerate(tiers, start=1) if tier.up_to is None or message <= tier.up_to)


def _message_by_message(kind: str, tiers: tuple[Tier, ...], quantity: int) -> list[tuple[int, int, Decimal]]:
    """The slow reference: every message is put into its tier by itself."""
    counts: dict[int, int] = {}
    for message in range(1, quantity + 1):
        tier = _tier_of(tiers, message if kind == TIERED else quantity)
        counts[tier] = counts.get(tier, 0) + 1
    exact = {tier: sum((tiers[tier - 1].unit_price for _ in range(count)), Decimal(0)) for tier, count in counts.items()}
    return [(tier, counts[tier], exact[tier].quantize(Decimal("0.01"), ROUND_HALF_UP)) for tier in sorted(counts)]


@given(kind=st.sampled_from((STAGE, TIERED)), tiers=tables(), quantity=st.integers(0, 400))
def test_tiers_agree_with_counting_message_by_message(kind: str, tiers: tuple[Tier, ...], quantity: int) -> None:
    found = [(charge.tier, charge.quantity, charge.amount) for charge in rate(kind, tiers, quantity)]
    assert found == _message_by_message(kind, tiers, quantity)


@given(kind=st.sampled_from((STAGE, TIERED)), tiers=tables(), quantity=st.integers(0, 10**12))
def test_no_message_is_priced_twice_or_not_at_all(kind: str, tiers: tuple[Tier, ...], quantity: int) -> None:
    charges = rate(kind, tiers, quantity)
    assert sum(charge.quantity for charge in charges) == quantity
    assert all(charge.quantity > 0 for charge in charges)
    assert all(charge.above < (charge.up_to or charge.above + 1) for charge in charges)
