"""Which renewals pass without being looked at again (spec, workflow.md, 合同评审)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.customer.domain.contracts import Terms, is_unchanged_renewal

PRODUCT, OTHER = UUID(int=1), UUID(int=2)
FIRST = Terms(
    valid_from=date(2026, 3, 1),
    valid_to=date(2027, 2, 28),
    monthly_volume=1_000_000,
    amount=Decimal("480000.00"),
    unit_price=Decimal("0.033"),
    is_standard=True,
    is_auto_renewing=True,
    product_ids=frozenset({PRODUCT}),
)
RENEWAL = replace(FIRST, valid_from=date(2027, 3, 1), valid_to=date(2028, 2, 29))


def test_an_auto_renewing_contract_with_unchanged_terms_goes_on() -> None:
    assert is_unchanged_renewal(FIRST, RENEWAL)
    assert is_unchanged_renewal(FIRST, replace(RENEWAL, amount=Decimal("480000.000"))), "the same amount, however it is written"
    assert not is_unchanged_renewal(replace(FIRST, is_auto_renewing=False), replace(RENEWAL, is_auto_renewing=False))


@pytest.mark.parametrize(
    "change",
    [
        {"monthly_volume": 1_000_001},
        {"monthly_volume": None},
        {"amount": Decimal("480000.01")},
        {"amount": None},
        {"unit_price": Decimal("0.033001")},
        {"unit_price": None},
        {"is_standard": False},
        {"is_auto_renewing": False},
        {"product_ids": frozenset()},
        {"product_ids": frozenset({PRODUCT, OTHER})},
    ],
    ids=str,
)
def test_each_term_that_changed_is_looked_at(change: dict[str, Any]) -> None:
    assert not is_unchanged_renewal(FIRST, replace(RENEWAL, **change))


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "unchanged"),
    [
        (date(2027, 3, 1), date(2028, 2, 28), True),  # a day less than a leap year's February
        (date(2027, 2, 1), date(2028, 1, 31), True),  # signed early, it overlaps
        (date(2027, 3, 2), date(2028, 3, 1), False),  # a day without a contract
        (date(2027, 3, 1), date(2028, 3, 31), False),  # longer by a month
        (date(2027, 3, 1), date(2028, 1, 31), False),  # shorter by a month
        (date(2026, 3, 1), date(2027, 2, 28), False),  # the same time again renews nothing
        (date(2026, 2, 28), date(2027, 2, 27), False),
    ],
)
def test_it_goes_on_without_a_gap_and_for_as_long_again(valid_from: date, valid_to: date, unchanged: bool) -> None:
    assert is_unchanged_renewal(FIRST, replace(RENEWAL, valid_from=valid_from, valid_to=valid_to)) is unchanged


def test_half_years_are_as_long_as_each_other() -> None:
    summer = replace(FIRST, valid_from=date(2026, 3, 1), valid_to=date(2026, 8, 31))
    winter = replace(FIRST, valid_from=date(2026, 9, 1), valid_to=date(2027, 2, 28))
    assert is_unchanged_renewal(summer, winter)
