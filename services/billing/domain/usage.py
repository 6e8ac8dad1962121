"""Reports of usage: their lines, what is wrong with them, and what they come to (spec, billing.md, "Usage"). Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple, Protocol

from services.billing.domain.segments import is_known_segment
from services.kit.clock import Month, add_months

AGE_MONTHS_MAX: Final = 36
AHEAD_DAYS_MAX: Final = 1
"""A platform whose clock runs ahead of Shanghai's may report tomorrow, and nothing later."""

_PIECE_ROWS: Final = 10_000
_ACCOUNT_WEIGHT: Final = 3
"""An account takes as much memory as so many of its sums."""
COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"})
"""How PostgreSQL writes the characters that its COPY takes for something else."""


class UsageLine(NamedTuple):
    """What one account sent on one day over one operator, in whole messages."""

    account: str
    day: date
    operator: str
    quantity: int


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


class Slot(NamedTuple):
    """A day and an operator: of a million lines there are not a thousand different ones."""

    day: date
    operator: str


@dataclass(frozen=True)
class UsageBlock:
    """Some lines of a report, by column. They have been checked.

    :param slots: for each line, where in :attr:`Lines.slots` its day and operator stand.
    :param text: the lines as COPY takes them, a tab between account, day, operator and quantity and an end at each, if their
        reader happens to have them so.
    """

    accounts: Sequence[str]
    slots: Sequence[int]
    quantities: Sequence[int]
    text: str | None = None


class Lines(Protocol):
    """A report's lines; they need never be in memory all together."""

    @property
    def slots(self) -> Sequence[Slot]:
        """The days and operators that came so far."""

    def blocks(self) -> Iterator[UsageBlock]: ...


class GivenLines:
    """The lines of a report that is small and at hand."""

    def __init__(self, lines: Sequence[UsageLine]) -> None:
        numbers: dict[Slot, int] = {}
        places = [numbers.setdefault(Slot(line.day, line.operator), len(numbers)) for line in lines]
        self.slots = list(numbers)
        self._block = UsageBlock([line.account for line in lines], places, [line.quantity for line in lines])

    def blocks(self) -> Iterator[UsageBlock]:
        yield self._block


class AccountMonth(NamedTuple):
    """What a report brings to one account's name in one month. ``last_day`` is that of the last line that is more than 0."""

    account: str
    month: Month
    last_day: date | None
    quantity: int


class DailySums:
    """What lines come to, by account, day and operator.

    :param slots: of the lines, see :class:`Lines`; may grow.
    """

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = slots
        self._sums: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def add(self, block: UsageBlock) -> None:
        for sums, slot, quantity in zip(map(self._sums.__getitem__, block.accounts), block.slots, block.quantities, strict=True):
            sums[slot] = sums[slot] + quantity if slot in sums else quantity

    def weight(self) -> int:
        """About how much memory it takes, in sums (of some 100 bytes)."""
        return sum(map(len, self._sums.values())) + _ACCOUNT_WEIGHT * len(self._sums)

    def clear(self) -> None:
        self._sums.clear()

    def texts(self) -> Iterator[str]:
        """The sums in the order of their keys, as COPY takes and gives them, in pieces of some thousand rows."""
        ranks = self._ranks()
        labels = [f"\t{slot.day}\t{slot.operator}\t" for slot in self._slots]
        rows: list[str] = []
        for account in sorted(self._sums):
            sums, name = self._sums[account], account.translate(COPY_ESCAPES)
            rows += [f"{name}{labels[slot]}{sums[slot]}\n" for slot in sorted(sums, key=ranks.__getitem__)]
            if len(rows) >= _PIECE_ROWS:
                yield "".join(rows)
                rows.clear()
        yield "".join(rows)

    def by_account(self) -> Iterator[AccountMonth]:
        """What comes to each account in each month, in the order of their names."""
        months = [Month.of(slot.day) for slot in self._slots]
        present = sorted(set(months))
        numbers = [present.index(month) for month in months]
        for account in sorted(self._sums):
            for number, sums in sorted(_by_month(self._sums[account], numbers, len(present))):
                last_day = max((self._slots[slot].day for slot, quantity in sums.items() if quantity), default=None)
                yield AccountMonth(account, present[number], last_day, sum(sums.values()))

    def _ranks(self) -> list[int]:
        ranks = [0] * len(self._slots)
        for rank, number in enumerate(sorted(range(len(self._slots)), key=self._slots.__getitem__)):
            ranks[number] = rank
        return ranks


def _by_month(sums: dict[int, int], months: list[int], count: int) -> Iterable[tuple[int, dict[int, int]]]:
    """An account's sums by the number of their month; all together, which is the most of them, if there is but one."""
    if count == 1:
        return [(0, sums)]
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for slot, quantity in sums.items():
        found[months[slot]][slot] = quantity
    return found.items()


class Fingerprint:
    """Tells reports of one id apart by what their lines come to: of the daily sums in the order of their keys, so that it is the
    same in whatever order, by whatever way and from whichever version of this program the lines come."""

    def __init__(self) -> None:
        self._digest = hashlib.blake2b(digest_size=8)

    def add(self, rows: bytes) -> None:
        """:param rows: the next of :meth:`DailySums.texts`, in UTF-8."""
        self._digest.update(rows)

    @property
    def value(self) -> int:
        """63 bits, which a ``bigint`` holds."""
        return int.from_bytes(self._digest.digest(), "big") >> 1


def months_between(first_day: date, last_day: date) -> list[Month]:
    """The months from one day to another, both included."""
    months = [Month.of(first_day)]
    while months[-1] < Month.of(last_day):
        months.append(months[-1].plus(1))
    return months


def months_of(slots: Iterable[Slot]) -> list[Month]:
    """The months that lines of these days lie in."""
    return sorted({Month.of(slot.day) for slot in slots})
