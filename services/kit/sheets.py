"""Spreadsheets: reading the first sheet of an xlsx or xls, writing an xlsx row by row. The one place where either is done.

What a cell means is its reader's matter; what can be said of any sheet is said here: that a file is no sheet, that it is too
large to be unpacked, and that a long number in it has lost digits.
"""

import io
import lzma
import math
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.schema import is_storable
from services.kit.sheet_room import has_room

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SHEET_ROWS_MAX: Final = 1_048_576
"""What a sheet of xlsx holds, its header included; what is written below is lost without a word."""
CELL_CHARACTERS_MAX: Final = 32_767
"""What a cell holds."""
SAFE_DIGITS: Final = 14
"""A sheet's number is a float, of which 15 digits last. An id that long may have had more, and nothing shows it."""

_DAY_ZERO: Final = date(1899, 12, 30)
_FIRST_DAY: Final = date(1900, 3, 1)
"""A sheet's days are numbers, counted from day zero. Before this day spreadsheets count one that there was not."""
_PIECE_ROWS: Final = 500
_BROKEN_ARCHIVE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What is raised where an archive is cut off, scrambled, encrypted, or packed as nobody packs sheets; or has no sheet."""
_LOST_DIGITS: Final = re.compile(r"[+-]?[0-9](\.[0-9]+)?[eE]\+[0-9]+", re.ASCII)


class SheetUnreadable(InvalidInput):
    """``sheet_unreadable``: no workbook, or one too large to unpack."""

    def __init__(self) -> None:
        super().__init__("sheet_unreadable")


def first_sheet(content: bytes) -> CalamineSheet:
    """The first sheet of an xlsx or xls, read whole. Computes long: call it by :func:`~services.kit.blocking.run_blocking`.

    Its ``iter_rows`` begins with the sheet's row 1, so that whoever counts has the row numbers that people see.

    :raises SheetUnreadable: if it is none, or :func:`~services.kit.sheet_room.has_room` says that it needs too much.
    """
    try:
        if not content.startswith(b"PK") or has_room(content):
            return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, *_BROKEN_ARCHIVE) as error:
        raise SheetUnreadable from error
    raise SheetUnreadable


def read_text_rows(content: bytes, *, rows_max: int) -> list[tuple[int, list[str]]]:
    """The first sheet's rows that are not empty, as text; each with its number, from 1.

    :param rows_max: of them at most, below the first.
    :raises SheetUnreadable: as :func:`first_sheet`; also where a text holds what no database keeps.
    :raises InvalidInput: ``sheet_too_many_rows``.
    """
    return run_blocking(_text_rows, content, rows_max)


def _text_rows(content: bytes, rows_max: int) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(first_sheet(content).iter_rows(), start=1):
        texts = [text_of(cell) for cell in cells]
        if any(texts):
            rows.append((number, texts))
        if len(rows) > rows_max + 1:
            raise InvalidInput("sheet_too_many_rows", max=rows_max)
        if not all(map(is_storable, texts)):
            raise SheetUnreadable
    return rows


def text_of(cell: Any) -> str:
    """A cell as the text that people see in it, without white space around.

    A whole number is its digits. One of more than :data:`SAFE_DIGITS` is told by its exponent: :func:`has_lost_digits`.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        if abs(cell) >= 10**SAFE_DIGITS:
            return f"{cell:.14e}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell).strip()[:CELL_CHARACTERS_MAX]


def has_lost_digits(text: str) -> bool:
    """Whether a cell's text is a number in the scientific form: all that a sheet has kept of a long one, or shows of it."""
    return _LOST_DIGITS.fullmatch(text) is not None


@dataclass(frozen=True)
class SheetColumn:
    """A column to be written.

    :param width: in characters.
    :param number_format: of its dates and numbers, as spreadsheets write it; empty for text.
    :param note: shown when the pointer rests on the header.
    :param choices: what may be chosen in its cells; other texts can be entered all the same.
    """

    header: str
    width: float = 16
    number_format: str = ""
    note: str = ""
    choices: Sequence[str] = ()


class SheetWriter:
    """A workbook being written to a path; memory stays the same however many rows come, and sheet follows sheet.

    Texts stay texts: what looks like a formula, a number or an address is none.

    :param title: of the document and its sheets.
    :param made_at: the document's date.
    :param rows_max: of one sheet, the header included.
    """

    def __init__(
        self, path: Path, columns: Sequence[SheetColumn], *, title: str, made_at: datetime, rows_max: int = SHEET_ROWS_MAX
    ) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "tmpdir": str(path.parent),
        }
        # Loaded with the first workbook: most processes write none, and all that know of lists would wait for it when they start.
        import xlsxwriter  # noqa: PLC0415

        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": title, "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        self._bold: Any = self._book.add_format({"bold": True})
        self._rows_max = rows_max
        self._begin_table(title, columns)

    def __enter__(self) -> Self:
        return self

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows; other green threads go on meanwhile."""
        run_blocking(self._write, list(rows))

    def turn_to(self, title: str, columns: Sequence[SheetColumn], *, opens: bool = False) -> None:
        """Go on with another table, in sheets of its own.

        :param opens: whether its sheet is what one sees first of the workbook.
        """
        self._end_sheet()
        self._begin_table(title, columns)
        if opens:
            self._sheet.activate()

    def _begin_table(self, title: str, columns: Sequence[SheetColumn]) -> None:
        self._formats = [self._format(column.number_format) for column in columns]
        self._columns = columns
        self._title = title
        self._sheets = 0
        self._begin_sheet()

    def _write(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            if self._row == self._rows_max:
                self._end_sheet()
                self._begin_sheet()
            sheet, number = self._sheet, self._row
            for at, (value, form) in enumerate(zip(row, self._formats, strict=True)):
                # What most cells are is told by its exact type: asking for every kind in turn takes as long as the writing.
                kind = type(value)
                if kind is str:
                    if value:
                        sheet.write_string(number, at, value)
                elif kind is int or (kind is Decimal and value.is_finite()):
                    sheet.write_number(number, at, value, form)
                elif kind is date and value >= _FIRST_DAY:
                    sheet.write_number(number, at, (value - _DAY_ZERO).days, form)
                else:
                    self._write_cell(at, value, form)
            self._row += 1

    def _write_cell(self, at: int, value: Any, form: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime | date):
            self._sheet.write_datetime(self._row, at, value, form)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
            self._sheet.write_number(self._row, at, value, form)
        else:
            self._sheet.write_string(self._row, at, str(value))

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._sheet: Any = self._book.add_worksheet(self._title if self._sheets == 1 else f"{self._title} {self._sheets}")
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, column.width)
            self._sheet.write_string(0, at, column.header, self._bold)
            if column.note:
                self._sheet.write_comment(0, at, column.note)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)

    def _close(self) -> None:
        self._end_sheet()
        if any(column.choices for column in self._columns):
            self._add_choices()
        self._book.close()

    def _add_choices(self) -> None:
        # Choices in a sheet of their own: within a rule they may have 255 characters in all.
        lists = self._book.add_worksheet("lists")
        lists.hide()
        chosen = [(at, column.choices) for at, column in enumerate(self._columns) if column.choices]
        for row in range(max(len(choices) for _, choices in chosen)):
            for list_at, (_, choices) in enumerate(chosen):
                if row < len(choices):
                    lists.write_string(row, list_at, choices[row])
        for list_at, (at, choices) in enumerate(chosen):
            letter = chr(ord("A") + list_at)
            rule = {"validate": "list", "source": f"=lists!${letter}$1:${letter}${len(choices)}", "error_type": "warning"}
            self._sheet.data_validation(1, at, SHEET_ROWS_MAX - 1, at, rule)

    def _format(self, number_format: str) -> Any:
        return self._book.add_format({"num_format": number_format}) if number_format else None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        run_blocking(self._close)


def written_sheet(columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]], *, title: str, made_at: datetime) -> BinaryIO:
    """A workbook of these rows, open at its beginning. Its file has no name any more, so that closing it is all the tidying.

    :param rows: taken a few hundred at a time, between which other green threads go on.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        with SheetWriter(path, columns, title=title, made_at=made_at) as sheet:
            remaining = iter(rows)
            while piece := list(islice(remaining, _PIECE_ROWS)):
                sheet.write(piece)
        return path.open("rb")


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """An open file's content in pieces; closed at its end, or when nobody wants more."""
    with file:
        while piece := file.read(64 * 1024):
            yield piece
