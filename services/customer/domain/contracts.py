"""When a contract renews another with unchanged terms (spec, workflow.md, 合同评审). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

_MONTHS_DIFFER_BY_DAYS: Final = 3
"""As many months are shorter or longer by: March to August has 184 days, September to February 181."""


@dataclass(frozen=True)
class Terms:
    """What two parties agree on."""

    valid_from: date
    valid_to: date
    monthly_volume: int | None
    amount: Decimal | None
    unit_price: Decimal | None
    is_standard: bool
    is_auto_renewing: bool
    product_ids: frozenset[UUID]


def is_unchanged_renewal(renewed: Terms, renewal: Terms) -> bool:
    """Whether an auto-renewing contract goes on as it was: for the same time again, without a gap, and with all else the same."""
    went_on = renewed.valid_from < renewal.valid_from <= renewed.valid_to + timedelta(days=1) < renewal.valid_to
    return renewed.is_auto_renewing and went_on and _as_long(renewed, renewal) and _besides(renewed) == _besides(renewal)


def _as_long(renewed: Terms, renewal: Terms) -> bool:
    lengths = [(terms.valid_to - terms.valid_from).days for terms in (renewed, renewal)]
    return abs(lengths[0] - lengths[1]) <= _MONTHS_DIFFER_BY_DAYS


def _besides(terms: Terms) -> tuple[object, ...]:
    return (
        terms.monthly_volume,
        terms.amount,
        terms.unit_price,
        terms.is_standard,
        terms.is_auto_renewing,
        terms.product_ids,
    )
