"""Reading usage files: CSV in UTF-8 or GBK, and xlsx (spec, billing.md, "Usage").

The columns are found by their names, Chinese or English, in any order; what else the file has is left alone.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

from services.billing.domain.segments import OPERATOR_ALIASES
from services.billing.domain.usage import UsageLine, check_line
from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.sheets import SheetUnreadable, first_sheet

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("account", "账号", "帐号"),
    "day": ("day", "date", "日期"),
    "operator": ("operator", "运营商", "国家", "运营商/国家"),
    "quantity": ("quantity", "数量", "条数", "发送量"),
}
QUANTITY_MAX: Final = 10**12
ACCOUNT_LENGTH_MAX: Final = 64
SHEET_BYTES_MAX: Final = 20 * 1024 * 1024
"""An xlsx is read as a whole: some 500,000 rows. CSV, which is streamed, has no such bound."""
EXACT_FLOAT_MAX: Final = 10**15
"""A sheet's number of 16 digits and more has lost some."""
LINE_CHARACTERS_MAX: Final = 1024 * 1024
"""A file that comes without line ends is no table; it would be gone through anew with every piece, and kept whole."""
_SAMPLE_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row; rows count from 1, the header included."""

    row: int
    field: str
    code: str
    value: str


class UsageFile:
    """A stored usage file, to be gone through as often as needed; nothing of it is kept in memory but an xlsx while it is read.

    :param today: no day may lie after it (nor, but by a day, the platform's clock).
    """

    def __init__(self, files: FileStore, key: str, today: date) -> None:
        self._files = files
        self._key = key
        self._today = today

    def rows(self) -> Iterator[UsageLine | list[RowError]]:
        """Each row as a line, or as what is wrong with it.

        :raises InvalidInput: at ``file``: it is no usage file at all.
        """
        cells = self._cells()
        columns = _find_columns(next(cells, []))
        for number, row in enumerate(cells, start=2):
            if any("\0" in str(cell) for cell in row):
                raise InvalidInput(fields={"file": ["not_a_usage_file"]})  # no text has it, and the database keeps none
            if any(str(cell).strip() for cell in row):
                yield _read_row(number, {field: row[at] if at < len(row) else "" for field, at in columns.items()}, self._today)

    def lines(self) -> Iterator[UsageLine]:
        """The lines of a file that has been checked."""
        return (line for line in self.rows() if isinstance(line, UsageLine))

    def __iter__(self) -> Iterator[UsageLine]:
        return self.lines()

    def _cells(self) -> Iterator[list[Any]]:
        pieces = self._files.read(self._key)
        first = next(pieces, b"")
        if first[:2] == b"PK":
            return _sheet(b"".join(_at_most(SHEET_BYTES_MAX, first, pieces)))
        return _table(first, pieces)


def _at_most(bytes_max: int, first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in chain((first,), rest):
        size += len(piece)
        if size > bytes_max:
            raise InvalidInput(fields={"file": [f"sheet_too_large|{bytes_max // 1024 // 1024}"]})
        yield piece


def _sheet(content: bytes) -> Iterator[list[Any]]:
    try:
        yield from run_blocking(first_sheet, content).iter_rows()
    except SheetUnreadable as error:
        raise InvalidInput(fields={"file": ["not_a_usage_file"]}) from error


def _table(first: bytes, rest: Iterable[bytes]) -> Iterator[list[Any]]:
    decoder = codecs.getincrementaldecoder(_encoding_of(first))(errors="strict")
    try:
        yield from csv.reader(_text_lines(decoder, first, rest), strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(fields={"file": ["not_a_usage_file"]}) from error


def _encoding_of(sample: bytes) -> str:
    # The sample may end within a character, which is no error yet.
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample[:_SAMPLE_BYTES], final=False)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _text_lines(decoder: codecs.IncrementalDecoder, first: bytes, rest: Iterable[bytes]) -> Iterator[str]:
    pending = decoder.decode(first)
    for piece in rest:
        *whole, pending = pending.splitlines(keepends=True) or [""]
        yield from whole
        pending += decoder.decode(piece)
        if len(pending) > LINE_CHARACTERS_MAX:
            raise InvalidInput(fields={"file": ["not_a_usage_file"]})
    pending += decoder.decode(b"", final=True)
    yield from pending.splitlines(keepends=True)


def _find_columns(header: list[Any]) -> dict[str, int]:
    names = [str(cell).strip().casefold() for cell in header]
    columns = {field: next((names.index(name) for name in called if name in names), None) for field, called in COLUMNS.items()}
    missing = [field for field, at in columns.items() if at is None]
    if missing:
        raise InvalidInput(fields={"file": [f"column_missing|{COLUMNS[field][1]}" for field in missing]})
    return {field: at for field, at in columns.items() if at is not None}


def _read_row(number: int, cells: dict[str, Any], today: date) -> UsageLine | list[RowError]:
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
    wrong = check_line(line, today)
    return [RowError(number, field, codes[0], str(cells[field])[:100]) for field, codes in wrong.items()] or line


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
