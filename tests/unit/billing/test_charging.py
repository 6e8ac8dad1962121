"""From daily sums and prices to a bill, or to the reason why there is none."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charging import Charged, DailyUsage, Refused, charge_month
from services.billing.domain.prices import KINDS, Price, PriceRow, Tier, price_on
from services.billing.domain.rating import rate
from services.kit.clock import Month
from services.kit.money import ZERO

MARCH = Month(2026, 3)
OPERATORS = ("CMCC", "CUCC", "CTCC")


def _used(day: int, quantity: int, account: int = 1, operator: str = "CMCC") -> DailyUsage:
    return DailyUsage(UUID(int=account), f"account{account}", date(2026, 3, day), operator, quantity)


def _price(
    number: int, rows: tuple[PriceRow, ...], kind: str = "unified", first: date = date(2026, 3, 1), last: date | None = None
) -> Price:
    archived = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Price(UUID(int=number), UUID(int=100 + number), kind, rows, first, last, archived)


def _flat(price: str, segment: str | None = None) -> PriceRow:
    return PriceRow(segment, (Tier(None, Decimal(price)),))


def test_operators_of_a_table_are_each_priced_for_themselves() -> None:
    price = _price(1, (_flat("0.03", "CMCC"), _flat("0.04", "CUCC")))
    charged = charge_month(MARCH, [_used(1, 100), _used(2, 50, operator="CUCC")], [price])
    assert isinstance(charged, Charged)
    assert [(line.segment, line.charge.quantity, str(line.charge.amount)) for line in charged.lines] == [
        ("CMCC", 100, "3.00"),
        ("CUCC", 50, "2.00"),
    ]


def test_the_volume_that_decides_tiers_is_that_of_all_accounts_together() -> None:
    tiers = PriceRow(None, (Tier(100, Decimal(1)), Tier(None, Decimal("0.5"))))
    charged = charge_month(MARCH, [_used(1, 60), _used(2, 60, account=2)], [_price(1, (tiers,), "stage")])
    assert isinstance(charged, Charged)
    assert [(account.identifier, str(account.amount)) for account in charged.accounts] == [
        ("account1", "30.00"),
        ("account2", "30.00"),
    ]


def test_a_later_adjustment_starts_its_own_count() -> None:
    tiers = PriceRow(None, (Tier(100, Decimal(1)), Tier(None, Decimal("0.5"))))
    old, new = _price(1, (tiers,), "tiered"), _price(2, (tiers,), "tiered", first=date(2026, 3, 16))
    charged = charge_month(MARCH, [_used(15, 80), _used(16, 80)], [old, new])
    assert isinstance(charged, Charged)
    assert [(line.price, line.charge.tier, line.charge.quantity) for line in charged.lines] == [(old, 1, 80), (new, 1, 80)]
    assert [(line.first_day.day, line.last_day.day) for line in charged.lines] == [(1, 15), (16, 31)]


def test_reasons_in_their_order() -> None:
    price = _price(1, (_flat("0.03", "CMCC"),), last=date(2026, 3, 10))
    assert charge_month(MARCH, [], [price]) == Refused("no_usage")
    assert charge_month(MARCH, [_used(1, 0)], [price]) == Refused("no_usage")
    assert charge_month(MARCH, [], [price], ["acount1"]) == Refused("account_unknown", {"accounts": ["acount1"]})
    late = charge_month(MARCH, [_used(10, 1), _used(11, 1), _used(12, 1), _used(20, 1)], [price])
    assert isinstance(late, Refused)
    assert (late.reason, late.details["ranges"]) == (
        "no_price",
        [["2026-03-11", "2026-03-12"], ["2026-03-20", "2026-03-20"]],
    )
    lacking = charge_month(MARCH, [_used(1, 1, operator="CTCC")], [price])
    assert lacking == Refused("price_table_invalid", {"process_id": str(UUID(int=101)), "missing": ["CTCC"]})


_tiers = st.lists(st.integers(1, 500), max_size=3, unique=True).flatmap(
    lambda bounds: st.lists(st.integers(0, 100_000), min_size=len(bounds) + 1, max_size=len(bounds) + 1).map(
        lambda prices: tuple(
            Tier(bound, Decimal(price).scaleb(-6)) for bound, price in zip([*sorted(bounds), None], prices, strict=True)
        )
    )
)
_usage = st.lists(
    st.builds(_used, st.integers(1, 31), st.integers(0, 300), account=st.integers(1, 4), operator=st.sampled_from(OPERATORS)),
    min_size=1,
    max_size=40,
)


@st.composite
def histories(draw: st.DrawFn) -> list[Price]:
    """A price for the whole month, and some that win over it."""
    prices = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        segments: tuple[str | None, ...] = OPERATORS if draw(st.booleans()) else (None,)
        rows = tuple(PriceRow(segment, draw(_tiers)) for segment in segments)
        kind = draw(st.sampled_from(KINDS))
        if kind == "unified":
            rows = tuple(PriceRow(row.segment, row.tiers[-1:]) for row in rows)
        first = date(2026, 3, 1) if number == 1 else date(2026, 3, draw(st.integers(1, 31)))
        last = None if number == 1 else draw(st.none() | st.dates(first, date(2026, 4, 2)))
        prices.append(_price(number, rows, kind, first, last))
    return prices


@given(usage=_usage, prices=histories())
def test_a_bill_adds_up_by_lines_by_accounts_and_by_a_slow_reference(usage: list[DailyUsage], prices: list[Price]) -> None:
    charged = charge_month(MARCH, usage, prices)
    total = sum(used.quantity for used in usage)
    if isinstance(charged, Refused):
        assert (charged.reason, total) == ("no_usage", 0)
        return
    assert charged.quantity == total == sum(line.charge.quantity for line in charged.lines)
    assert charged.amount == sum((account.amount for account in charged.accounts), ZERO) == _slowly(usage, prices)
    for line in charged.lines:
        assert sum((share.amount for share in line.shares), ZERO) == line.charge.amount
        assert all(share.amount >= 0 for share in line.shares)


def _slowly(usage: list[DailyUsage], prices: list[Price]) -> Decimal:
    """Day by day: which price holds, which row of it, how much; then each row's volume rated."""
    volumes: dict[tuple[UUID, str | None], int] = defaultdict(int)
    by_id = {price.id: price for price in prices}
    for used in usage:
        price = price_on(prices, used.day)
        assert price is not None
        row = next(row for row in price.rows if row.segment in (None, used.operator))
        volumes[price.id, row.segment] += used.quantity
    amounts = ZERO
    for (price_id, segment), volume in volumes.items():
        tiers = next(row.tiers for row in by_id[price_id].rows if row.segment == segment)
        amounts += sum((charge.amount for charge in rate(by_id[price_id].kind, tiers, volume)), ZERO)
    return amounts
