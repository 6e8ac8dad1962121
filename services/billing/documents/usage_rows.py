"""Rows of usage files and what is wrong in them (spec, billing.md, "Usage").

Two readers: :class:`RowReader` says of every row what it is, or what is wrong in which cell. :class:`PlainReader` takes text that
holds nothing but right rows by column, several times as quickly, and leaves all else to the first; what it does take, it takes as
the first would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.billing.domain.segments import OPERATOR_ALIASES
from services.billing.domain.usage import Slot, UsageBlock, UsageLine, check_line
from services.kit.errors import InvalidInput

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("account", "账号", "帐号"),
    "day": ("day", "date", "日期"),
    "operator": ("operator", "运营商", "国家", "运营商/国家"),
    "quantity": ("quantity", "数量", "条数", "发送量"),
}
QUANTITY_MAX: Final = 10**12
ACCOUNT_LENGTH_MAX: Final = 64
EXACT_FLOAT_MAX: Final = 10**15
"""A sheet's number of 16 digits and more has lost some."""

_PLAIN_DIGITS: Final = 12
_NAMES_KEPT_MAX: Final = 200_000
_NOT_PLAIN: Final = '"\\\t\0\b\f\r\v\x1c\x1d\x1e\x85\u2028\u2029'
"""What a reader of CSV or of lines takes for something else, or COPY does."""


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row; rows count from 1, the header included."""

    row: int
    field: str
    code: str
    value: str


def find_columns(header: list[Any]) -> dict[str, int]:
    names = [str(cell).strip().casefold() for cell in header]
    columns = {field: next((names.index(name) for name in called if name in names), None) for field, called in COLUMNS.items()}
    missing = [field for field, at in columns.items() if at is None]
    if missing:
        raise InvalidInput(fields={"file": [f"column_missing|{COLUMNS[field][1]}" for field in missing]})
    return {field: at for field, at in columns.items() if at is not None}


class RowReader:
    """Reads rows cell by cell.

    :param today: no day may lie after it (nor, but by a day, the platform's clock).
    :ivar slots: the days and operators that came so far.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._numbers: dict[Slot, int] = {}
        self.slots: list[Slot] = []

    def read(self, rows: Sequence[tuple[int, list[Any]]], columns: Mapping[str, int]) -> Iterator[UsageBlock | list[RowError]]:
        """Each row with its number; empty ones are passed over."""
        lines: list[UsageLine] = []
        errors: list[RowError] = []
        for number, row in rows:
            if any(str(cell).strip() for cell in row):
                line = self._read(number, {field: row[at] if at < len(row) else "" for field, at in columns.items()})
                if isinstance(line, UsageLine):
                    lines.append(line)
                else:
                    errors += line
        if lines:
            slots = [self.number_of(Slot(line.day, line.operator)) for line in lines]
            yield UsageBlock([line.account for line in lines], slots, [line.quantity for line in lines])
        if errors:
            yield errors

    def read_slot(self, day: str, operator: str) -> int | None:
        """The number of a day and an operator; ``None`` if there is anything wrong with them."""
        try:
            line = UsageLine("", _day(day), _operator(operator), 0)
        except ValueError:
            return None
        return None if check_line(line, self._today) else self.number_of(Slot(line.day, line.operator))

    def number_of(self, slot: Slot) -> int:
        if slot not in self._numbers:
            self._numbers[slot] = len(self.slots)
            self.slots.append(slot)
        return self._numbers[slot]

    def _read(self, number: int, cells: dict[str, Any]) -> UsageLine | list[RowError]:
        errors: list[RowError] = []
        values: dict[str, Any] = {}
        for field, read in (("account", _account), ("day", _day), ("operator", _operator), ("quantity", _quantity)):
            try:
                values[field] = read(cells[field])
            except ValueError as error:
                errors.append(RowError(number, field, str(error), str(cells[field])[:100]))
        if errors:
            return errors
        line = UsageLine(**values)
        wrong = check_line(line, self._today)
        return [RowError(number, field, codes[0], str(cells[field])[:100]) for field, codes in wrong.items()] or line


class PlainReader:
    """Reads whole texts of a CSV by column.

    :param rows: what reads the cells that few rows differ in, and numbers the slots.
    :param width: how many columns the file has.
    """

    def __init__(self, rows: RowReader, columns: Mapping[str, int], width: int) -> None:
        self._rows = rows
        self._columns = columns
        self._width = width
        self._slots: dict[tuple[str, str], int] = {}
        self._accounts: set[str] = set()
        # COPY takes the file's own text where that has its columns in its order, and its words for days and operators.
        self._is_as_copied = width == len(columns) and list(columns.items()) == sorted(columns.items(), key=lambda item: item[1])

    def read(self, text: str) -> UsageBlock | None:
        """The lines of a text of whole rows; ``None`` if it needs to be looked at row by row."""
        text = text.replace("\r\n", "\n")
        if not text.endswith("\n"):
            text += "\n"
        if any(character in text for character in _NOT_PLAIN):
            return None
        step = self._width + 1
        cells = text.replace("\n", ",\n,").split(",")
        del cells[-1]  # behind the last line end
        ends = cells[self._width :: step]
        if len(ends) * step != len(cells) or ends.count("\n") != len(ends):
            return None  # a row is longer or shorter than the header
        accounts, days, operators, digits = (cells[self._columns[name] :: step] for name in COLUMNS)
        slots = self._numbered(list(zip(days, operators, strict=True)))
        if slots is None or not self._are_names(accounts) or not _are_quantities(digits):
            return None
        copied = text.replace(",", "\t") if self._is_as_copied else None
        return UsageBlock(accounts, slots, list(map(int, digits)), copied)

    def _numbered(self, pairs: list[tuple[str, str]]) -> list[int] | None:
        for pair in sorted(set(pairs) - self._slots.keys()):
            slot = self._rows.read_slot(*pair)
            if slot is None:
                return None
            self._slots[pair] = slot
            day, operator = self._rows.slots[slot]
            if pair != (day.isoformat(), operator):
                self._is_as_copied = False
        return list(map(self._slots.__getitem__, pairs))

    def _are_names(self, accounts: list[str]) -> bool:
        new = set(accounts) - self._accounts
        if any(not 1 <= len(account) <= ACCOUNT_LENGTH_MAX or account.strip() != account for account in new):
            return False
        if len(self._accounts) + len(new) > _NAMES_KEPT_MAX:
            self._accounts.clear()
        self._accounts |= new
        return True


def _are_quantities(digits: list[str]) -> bool:
    joined = "".join(digits)
    return joined.isascii() and joined.isdigit() and all(digits) and max(map(len, digits)) <= _PLAIN_DIGITS


def _account(cell: Any) -> str:
    if isinstance(cell, float):
        if abs(cell) >= EXACT_FLOAT_MAX or not cell.is_integer():
            raise ValueError("digits_lost")
        cell = int(cell)
    text = str(cell).strip()
    if not 1 <= len(text) <= ACCOUNT_LENGTH_MAX:
        raise ValueError(f"length|1|{ACCOUNT_LENGTH_MAX}")
    return text


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip().replace("/", "-")
    try:
        year, month, day = text.split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("invalid") from None


def _operator(cell: Any) -> str:
    text = str(cell).strip()
    return OPERATOR_ALIASES.get(text, text.upper())


def _quantity(cell: Any) -> int:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip().replace(",", "")
    if not (text.isascii() and text.isdigit()):
        raise ValueError("invalid")
    if int(text) > QUANTITY_MAX:
        raise ValueError(f"range|0|{QUANTITY_MAX}")
    return int(text)
