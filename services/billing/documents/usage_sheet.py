"""The usage detail (数据分析报告) as xlsx, written row by row (spec, billing.md, "Reconciliation")."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import xlsxwriter

from services.kit.blocking import run_blocking

HEADER = ("产品", "账号", "日期", "运营商/国家", "数量（条）")
WIDTHS = (24, 28, 12, 16, 16)
SHEET_ROWS_MAX: Final = 1_048_576
"""What a sheet of xlsx holds, its header included; what is written below is lost without a word."""

UsageRow = tuple[str, str, date, str, int]
"""Product, account, day, operator, quantity."""


class UsageSheet:
    """A workbook being written to a path; memory stays the same however many rows come, and sheet follows sheet.

    :param made_at: the document's date.
    """

    def __init__(self, path: Path, made_at: datetime) -> None:
        # What looks like a formula in a name is a name.
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": "用量明细", "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        self._day: Any = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._number: Any = self._book.add_format({"num_format": "#,##0"})
        self._bold: Any = self._book.add_format({"bold": True})
        self._begin_sheet()

    def __enter__(self) -> Self:
        return self

    def write(self, rows: Iterable[UsageRow]) -> None:
        """Append rows; other green threads go on meanwhile."""
        run_blocking(self._write, list(rows))

    def _write(self, rows: Sequence[UsageRow]) -> None:
        for product, account, day, operator, quantity in rows:
            if self._row == SHEET_ROWS_MAX:
                self._begin_sheet()
            self._sheet.write_string(self._row, 0, product)
            self._sheet.write_string(self._row, 1, account)
            self._sheet.write_datetime(self._row, 2, day, self._day)
            self._sheet.write_string(self._row, 3, operator)
            self._sheet.write_number(self._row, 4, quantity, self._number)
            self._row += 1

    def _begin_sheet(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet: Any = self._book.add_worksheet("用量明细" if number == 1 else f"用量明细 {number}")
        for column, width in enumerate(WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, HEADER, self._bold)
        self._row = 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        run_blocking(self._book.close)
