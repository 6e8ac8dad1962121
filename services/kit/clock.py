"""Time as the business counts it: instants in UTC, days and months in Asia/Shanghai.

Pure but for :func:`utc_now`, which only the edges call (a unit of work, a job's start). The domain takes instants and dates as
arguments and never asks what time it is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

SHANGHAI = ZoneInfo("Asia/Shanghai")

FIRST_YEAR = 1900
LAST_YEAR = 2999
"""The years that anything may be entered for: far from the calendar's ends, which adding months or an offset would run over."""


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def business_date(instant: datetime) -> date:
    """The calendar day in Shanghai of an instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """The first instant, in UTC, of a Shanghai day; of the calendar's first day, the first there is."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first instant, in UTC, after a Shanghai day; of the calendar's last day, the last there is."""
    return start_of_day(day + timedelta(days=1)) if day < date.max else datetime.max.replace(tzinfo=UTC)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included; none if the last comes before the first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date:
    """The day ``months`` later; clipped, so that one month after 31 January is the last day of February."""
    return day + relativedelta(months=months)


def require_countable(day: date) -> None:
    """
    :raises ValueError: for a day or an instant outside :data:`FIRST_YEAR` to :data:`LAST_YEAR`.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"not from {FIRST_YEAR} to {LAST_YEAR}: {day}")


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant with its offset.

    :raises ValueError: if it is no such text, names no offset, or lies outside :data:`FIRST_YEAR` to :data:`LAST_YEAR`.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {text!r}")
    require_countable(instant)
    return instant.astimezone(UTC)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; written ``2026-03``."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """A month from ``YYYY-MM``.

        :raises ValueError: for anything else, and outside :data:`FIRST_YEAR` to :data:`LAST_YEAR`.
        """
        year, dash, number = text.partition("-")
        if not (dash and len(year) == 4 and len(number) == 2 and 1 <= int(number) <= 12):
            raise ValueError(f"a month is written YYYY-MM: {text!r}")
        month = cls(int(year), int(number))
        if not FIRST_YEAR <= month.year <= LAST_YEAR:
            raise ValueError(f"not from {FIRST_YEAR} to {LAST_YEAR}: {text}")
        return month

    @classmethod
    def of(cls, day: date) -> Self:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    def plus(self, months: int) -> "Month":
        """The month so many later (earlier, if negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"
