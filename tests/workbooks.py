"""Workbooks for tests: from rows to bytes and back."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook


def workbook(*rows: Sequence[Any]) -> bytes:
    """An xlsx of one sheet. Texts stay texts, numbers numbers."""
    content = BytesIO()
    book: Any = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row, None)
        for column, cell in enumerate(row):
            if hasattr(cell, "isoformat"):
                sheet.write_datetime(at, column, cell, day)
    book.close()
    return content.getvalue()


def rows_of(content: bytes) -> list[list[Any]]:
    """The first sheet of an xlsx, as its reader has it."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
