"""Price lists that come as a sheet: country or operator, unit price, from, to (spec, billing.md, "Prices"). Pure.

A list is refused whole: whoever sends it learns of every wrong row at once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from services.billing.domain.prices import MESSAGE_PRICE_MAX, PriceRow, Tier
from services.kit.clock import FIRST_YEAR, LAST_YEAR
from services.kit.money import decimal_places

PLACES: Final = 6
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?", re.ASCII)


@dataclass(frozen=True)
class ListedPrice:
    """A row as it was written.

    :param row: its number in the sheet, from 1, the header included.
    :param segment: the code of the country or operator that it names; ``None`` if nobody is called so.
    """

    row: int
    name: str
    segment: str | None
    unit_price: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class PriceList:
    """A right list: one unified price for each segment, over one range of days; a day that no row names is ``None``."""

    rows: tuple[PriceRow, ...]
    valid_from: date | None
    valid_to: date | None


Days = tuple[date | str | None, date | str | None]
"""From and to: each a day, ``None`` for none, or the code of what is wrong with it."""
Faults = dict[str, list[str]]
"""What is wrong, by row and column: ``rows.5.unit_price``."""


def read_price_list(listed: Iterable[ListedPrice]) -> tuple[PriceList, Faults]:
    """The list, and everything that is wrong with it; it counts only if nothing is.

    All rows hold over the same days: one 销售调价 has one range. A row with others is named, also where it repeats a country for
    days that follow: each range wants a list and a 销售调价 of its own.
    """
    listed = list(listed)
    wrong: Faults = {}
    rows: list[PriceRow] = []
    seen: dict[tuple[str, Days], int] = {}
    days = [(_day(each.valid_from), _day(each.valid_to)) for each in listed]
    for each, (first, last) in zip(listed, days, strict=True):
        place = each.segment or "", (first, last)
        path = f"rows.{each.row}"
        segment, price = each.segment, _unit_price(each.unit_price)
        if not each.name:
            wrong[f"{path}.segment"] = ["required"]
        elif segment is None:
            wrong[f"{path}.segment"] = [f"segment_unknown|{each.name}"]
        elif place in seen:
            wrong[f"{path}.segment"] = [f"segment_repeated_from|{seen[place]}"]
        if isinstance(price, str):
            wrong[f"{path}.unit_price"] = [price]
        wrong |= {f"{path}.{field}": [day] for field, day in (("valid_from", first), ("valid_to", last)) if isinstance(day, str)}
        if isinstance(first, date) and isinstance(last, date) and last < first:
            wrong[f"{path}.valid_to"] = [f"before|{first}"]
        elif (first, last) != days[0] and not isinstance(first, str) and not isinstance(last, str):
            wrong[f"{path}.valid_from"] = [f"days_differ|{listed[0].row}"]
        if segment is not None and isinstance(price, Decimal):
            seen.setdefault(place, each.row)
            rows.append(PriceRow(segment, (Tier(None, price),)))
    first, last = days[0] if days else (None, None)
    found = PriceList(tuple(rows), first if isinstance(first, date) else None, last if isinstance(last, date) else None)
    return found, wrong


def _unit_price(text: str) -> Decimal | str:
    """The price, or the code of what is wrong with it."""
    if not text:
        return "required"
    try:
        price = Decimal(text)
    except InvalidOperation:
        return "not_a_price"
    if not price.is_finite():
        return "not_a_price"
    if not 0 <= price <= MESSAGE_PRICE_MAX:
        return f"range|0|{MESSAGE_PRICE_MAX}"
    return price if decimal_places(price) <= PLACES else f"too_many_places|{PLACES}"


def _day(text: str) -> date | str | None:
    """The day, ``None`` for none, or the code of what is wrong with it."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return "not_a_day"
    if day is None:
        return "not_a_day"
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else f"range|{FIRST_YEAR}-01-01|{LAST_YEAR}-12-31"
