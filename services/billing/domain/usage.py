"""Reports of usage: their lines, and what is wrong with them (spec, billing.md, "Usage"). Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.billing.domain.segments import is_known_segment
from services.kit.clock import Month, add_months

AGE_MONTHS_MAX: Final = 36
AHEAD_DAYS_MAX: Final = 1
"""A platform whose clock runs ahead of Shanghai's may report tomorrow, and nothing later."""

_FINGERPRINT_BITS: Final = 63


class UsageLine(NamedTuple):
    """What one account sent on one day over one operator, in whole messages."""

    account: str
    day: date
    operator: str
    quantity: int


@dataclass(frozen=True)
class ReportSummary:
    """What a report's lines come to.

    :param fingerprint: the same for the same lines in whatever order, so that a second report of one id with other lines shows.
    """

    line_count: int
    quantity: int
    first_day: date
    last_day: date
    months: tuple[Month, ...]
    fingerprint: int


def summarise(lines: Iterable[UsageLine]) -> ReportSummary:
    """
    :raises ValueError: without a line.
    """
    count = quantity = fingerprint = 0
    days: set[date] = set()
    for line in lines:
        count += 1
        quantity += line.quantity
        days.add(line.day)
        digest = hashlib.blake2b("\t".join(map(str, line)).encode(), digest_size=8).digest()
        fingerprint = (fingerprint + int.from_bytes(digest, "big")) % (1 << _FINGERPRINT_BITS)
    if not days:
        raise ValueError("a report has at least one line")
    months = tuple(sorted({Month.of(day) for day in days}))
    return ReportSummary(count, quantity, min(days), max(days), months, fingerprint)


def check_line(line: UsageLine, today: date) -> dict[str, list[str]]:
    """What is wrong with a line beyond its form, by field."""
    wrong: dict[str, list[str]] = {}
    if line.day > today + timedelta(days=AHEAD_DAYS_MAX):
        wrong["day"] = ["day_in_future"]
    elif line.day < add_months(today, -AGE_MONTHS_MAX):
        wrong["day"] = [f"day_too_old|{AGE_MONTHS_MAX}"]
    if not is_known_segment(line.operator):
        wrong["operator"] = [f"segment_unknown|{line.operator}"]
    return wrong
