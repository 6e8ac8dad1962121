"""A quote is what a bill of the same volumes would come to (spec, billing.md, "Prices")."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charging import Charged, charge_month
from services.billing.domain.prices import KINDS, Price, PriceRow, Tier
from services.billing.domain.quotes import quote
from tests.unit.billing.months import MARCH, sent, used

OPERATORS = ("CMCC", "CUCC", "CTCC")


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, tuple[PriceRow, ...]]:
    kind = draw(st.sampled_from(KINDS))
    segments = draw(st.sampled_from(((None,), OPERATORS)))
    rows = []
    for segment in segments:
        bounds = [] if kind == "unified" else sorted(draw(st.sets(st.integers(1, 300), max_size=3)))
        prices = [draw(st.decimals(0, 1, places=6)) for _ in range(len(bounds) + 1)]
        rows.append(PriceRow(segment, tuple(map(Tier, [*bounds, None], prices))))
    return kind, tuple(rows)


@given(tables(), st.lists(st.tuples(st.sampled_from(OPERATORS), st.integers(0, 200)), max_size=6))
def test_a_quote_is_what_a_bill_of_these_volumes_comes_to(
    table: tuple[str, tuple[PriceRow, ...]], volumes: list[tuple[str, int]]
) -> None:
    kind, rows = table
    found = quote(kind, rows, volumes)
    price = Price(UUID(int=1), UUID(int=1), kind, rows, MARCH.first_day, None, datetime(2026, 1, 1, tzinfo=UTC))
    usage = [used(1, quantity, operator=operator) for operator, quantity in volumes]
    charged = charge_month(MARCH, sent(usage, [price]), [price])
    assert found.lacking == ()
    if isinstance(charged, Charged):
        assert sorted(found.lines, key=str) == sorted(((line.segment, line.charge) for line in charged.lines), key=str)
        assert found.amount == charged.amount
    else:
        assert found.amount == Decimal(0)


def test_a_volume_that_the_table_has_no_row_for_is_told_by_its_place() -> None:
    rows = (PriceRow("CMCC", (Tier(None, Decimal("0.05")),)),)
    found = quote("unified", rows, [("CUCC", 1), ("CMCC", 100), (None, 5)])
    assert (found.lacking, found.amount) == ((0, 2), Decimal("5.00"))
