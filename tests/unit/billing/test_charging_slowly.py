"""A month's bill against a reference that is slow and obviously right: day by day, message by message, in no clever way.

Random prices (several, overlapping, archived in any order, by operator, by country, some that failed their check) and random
usage of several accounts (issue 5: "held against a slow, obviously right reference by property tests").
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.billing.domain.charging import Charged, Refused, charge_month
from services.billing.domain.prices import KINDS, Price, PriceRow, Tier
from services.kit.clock import Month
from services.kit.money import ZERO
from tests.unit.billing.months import Used, priced, sent

OPERATORS = ("CMCC", "CUCC", "CTCC")
COUNTRIES = ("SG", "US", "DE", "JP")
MONTHS = (Month(2024, 2), Month(2025, 2), Month(2026, 3), Month(2026, 4), Month(2025, 12))
FAILED = {"prices.0.tiers": ["required"]}


@st.composite
def tiers(draw: st.DrawFn, kind: str) -> tuple[Tier, ...]:
    bounds = [] if kind == "unified" else sorted(draw(st.sets(st.integers(1, 60), max_size=3)))
    return tuple(Tier(bound, Decimal(draw(st.integers(0, 2_000_000))).scaleb(-6)) for bound in [*bounds, None])


@st.composite
def prices(draw: st.DrawFn, month: Month, segments: tuple[str, ...]) -> list[Price]:
    """Up to five, from before, within or after the month, archived in an order of their own."""
    before, after = month.first_day - timedelta(days=3), month.last_day + timedelta(days=3)
    made = []
    for number in draw(st.permutations(range(1, draw(st.integers(0, 5)) + 1))):
        first = draw(st.dates(before, after))
        last = draw(st.none() | st.dates(first, after))
        kind = draw(st.sampled_from(KINDS))
        has_table = draw(st.booleans())
        of_table = segments if draw(st.integers(0, 4)) else segments[:-1]
        rows = tuple(PriceRow(segment, draw(tiers(kind))) for segment in (of_table if has_table else (None,)))
        made.append(priced(number, rows, kind, first, last, FAILED if draw(st.integers(0, 19)) == 19 else None))
    if draw(st.integers(0, 3)):
        made.append(priced(0, (PriceRow(None, draw(tiers("tiered"))),), "tiered", before))
    return made


@st.composite
def months(draw: st.DrawFn) -> tuple[Month, list[Price], list[Used]]:
    month = draw(st.sampled_from(MONTHS))
    segments = draw(st.sampled_from((OPERATORS, COUNTRIES)))
    usage = draw(
        st.lists(
            st.builds(
                Used,
                st.dates(month.first_day - timedelta(days=2), month.last_day + timedelta(days=2)),
                st.integers(0, 40),
                st.integers(1, 4),
                st.sampled_from(segments),
            ),
            min_size=1,
            max_size=12,
        )
    )
    return month, draw(prices(month, segments)), usage


Volume = dict[int, int]
"""Account → messages."""


def _slowly(month: Month, prices: Sequence[Price], usage: Sequence[Used]) -> dict[str, Any] | str:
    """What is to come out: the reason, or amounts by price, segment and tier, and messages by account."""
    days = [month.first_day + timedelta(days=number) for number in range((month.last_day - month.first_day).days + 1)]
    of_month = [used for used in usage if used.day in days and used.quantity > 0]
    if not of_month:
        return "no_usage"
    touching = [price for price in prices if any(_covers(price, day) for day in days)]
    by_age = sorted(touching, key=lambda price: price.archived_at)
    if by_age and by_age[-1].problem is not None:
        return "price_table_invalid"
    volumes: dict[tuple[int, str | None], Volume] = defaultdict(lambda: defaultdict(int))
    lacks_price = lacks_row = False
    for day in days:
        for used in of_month:
            if used.day != day:
                continue
            in_force = [price for price in by_age if price.problem is None and _covers(price, day)]
            if not in_force:
                lacks_price = True
                continue
            rows = [row for row in in_force[-1].rows if row.segment in (None, used.operator)]
            if not rows:
                lacks_row = True
                continue
            volumes[prices.index(in_force[-1]), rows[0].segment][used.account] += used.quantity
    if lacks_price:
        return "no_price"
    if lacks_row:
        return "price_table_invalid"
    return {
        "lines": {
            (prices[index].id, segment, tier): amount
            for (index, segment), volume in volumes.items()
            for tier, amount in _message_by_message(prices[index], segment, sum(volume.values())).items()
        },
        "accounts": {
            account: sum(used.quantity for used in of_month if used.account == account)
            for account in {used.account for used in of_month}
        },
    }


def _covers(price: Price, day: date) -> bool:
    return price.valid_from <= day and (price.valid_to is None or day <= price.valid_to)


def _message_by_message(price: Price, segment: str | None, quantity: int) -> dict[int, tuple[int, Decimal]]:
    """Tier → messages and amount: every message is put into its tier by itself, and each tier's sum rounded half-up once."""
    (row,) = [row for row in price.rows if row.segment == segment]
    exact: dict[int, list[Decimal]] = defaultdict(list)
    for message in range(1, quantity + 1):
        decides = quantity if price.kind == "stage" else message
        for number, tier in enumerate(row.tiers, start=1):
            if tier.up_to is None or decides <= tier.up_to:
                exact[number].append(tier.unit_price)
                break
    return {number: (len(each), sum(each, ZERO).quantize(Decimal("0.01"), ROUND_HALF_UP)) for number, each in exact.items()}


@settings(max_examples=300)
@given(month=months())
def test_a_month_is_charged_as_day_by_day_and_message_by_message(month: tuple[Month, list[Price], list[Used]]) -> None:
    of, history, usage = month
    expected = _slowly(of, history, usage)
    result = charge_month(of, sent(usage, history, of), history)
    event(expected if isinstance(expected, str) else "billed")
    if isinstance(result, Refused):
        assert result.reason == expected
        return
    assert isinstance(expected, dict)
    lines = {(line.price.id, line.segment, line.charge.tier): (line.charge.quantity, line.charge.amount) for line in result.lines}
    assert lines == expected["lines"]
    assert len(result.lines) == len(lines)
    assert {account.account_id.int: account.quantity for account in result.accounts} == expected["accounts"]
    _adds_up(result)


def _adds_up(charged: Charged) -> None:
    """No fen and no message is won or lost on the way from the lines to the accounts."""
    assert charged.amount == sum((account.amount for account in charged.accounts), ZERO)
    assert charged.quantity == sum(account.quantity for account in charged.accounts)
    for line in charged.lines:
        assert sum((share.amount for share in line.shares), ZERO) == line.charge.amount
        weight = sum(share.quantity for share in line.shares)
        for share in line.shares:
            exact = line.charge.amount * share.quantity / weight
            assert abs(share.amount - exact) < Decimal("0.01"), "by quantity, to the fen"
    for account in charged.accounts:
        of_lines = [share.amount for line in charged.lines for share in line.shares if share.account_id == account.account_id]
        assert account.amount == sum(of_lines, ZERO)
