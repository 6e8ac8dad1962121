"""When a contract renews another with unchanged terms (spec, workflow.md, 合同评审). Pure."""

from dataclasses import dataclass, replace
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
    goes_on = renewed.valid_from < renewal.valid_from <= renewed.valid_to + timedelta(days=1) < renewal.valid_to
    all_else_same = replace(renewal, valid_from=renewed.valid_from, valid_to=renewed.valid_to) == renewed
    return renewed.is_auto_renewing and goes_on and _as_long(renewed, renewal) and all_else_same


def _as_long(renewed: Terms, renewal: Terms) -> bool:
    one, other = ((terms.valid_to - terms.valid_from).days for terms in (renewed, renewal))
    return abs(one - other) <= _MONTHS_DIFFER_BY_DAYS
