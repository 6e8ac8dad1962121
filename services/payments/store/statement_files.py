"""Bank statements as files: CSV in UTF-8 or GBK, xlsx and xls. From bytes to a sheet of cells."""

import csv
import io
from typing import Final

from services.kit.errors import InvalidInput
from services.kit.sheets import SheetUnreadable, first_sheet
from services.payments.domain.statements import Sheet

_XLSX_MAGIC: Final = b"PK\x03\x04"
_XLS_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_PREAMBLE_ROWS: Final = 50


def read_sheet(content: bytes, *, rows_max: int) -> Sheet:
    """The file's first sheet.

    :param rows_max: rows of data at most; a bank's preamble is allowed besides.
    :raises InvalidInput: ``statement_unreadable``, ``statement_too_many_rows``.
    """
    is_workbook = content.startswith((_XLSX_MAGIC, _XLS_MAGIC))
    most = rows_max + _PREAMBLE_ROWS
    sheet = _read_workbook(content, most + 1) if is_workbook else _read_csv(content)
    if len(sheet) > most:
        raise InvalidInput("statement_too_many_rows", max=rows_max)
    return sheet


def _read_workbook(content: bytes, rows: int) -> Sheet:
    try:
        # The rows above the first used one are kept, so that a report's row numbers are the sheet's.
        sheet: Sheet = first_sheet(content).to_python(skip_empty_area=False, nrows=rows)
    except SheetUnreadable as error:
        raise InvalidInput("statement_unreadable") from error
    if any("\x00" in cell for row in sheet for cell in row if isinstance(cell, str)):
        raise InvalidInput("statement_unreadable")
    return sheet


def _read_csv(content: bytes) -> Sheet:
    text = _decoded(content)
    delimiter = "\t" if text.count("\t") > text.count(",") and _tabs_part_columns(text) else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput("statement_unreadable") from error


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise InvalidInput("statement_unreadable")
    for encoding in ("utf-8-sig", "gb18030"):  # GB 18030 holds all of GBK; text in it is hardly ever valid UTF-8
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("statement_unreadable")


def _tabs_part_columns(text: str) -> bool:
    # Commas with a tab behind every value are commas: the tabs only keep spreadsheets from rounding.
    return "\t," not in text
