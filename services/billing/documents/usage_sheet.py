"""The usage detail (数据分析报告) as xlsx, written row by row (spec, billing.md, "Reconciliation")."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from services.kit.sheets import SHEET_ROWS_MAX, SheetColumn, SheetWriter

HEADER: Final = ("产品", "账号", "日期", "运营商/国家", "数量（条）")
_COLUMNS: Final = (
    SheetColumn(HEADER[0], 24),
    SheetColumn(HEADER[1], 28),
    SheetColumn(HEADER[2], 12, "yyyy-mm-dd"),
    SheetColumn(HEADER[3], 16),
    SheetColumn(HEADER[4], 16, "#,##0"),
)

UsageRow = tuple[str, str, date, str, int]
"""Product, account, day, operator, quantity."""


class UsageSheet(SheetWriter):
    """A workbook of :data:`UsageRow` being written to a path.

    :param made_at: the document's date.
    """

    def __init__(self, path: Path, made_at: datetime) -> None:
        super().__init__(path, _COLUMNS, title="用量明细", made_at=made_at, rows_max=SHEET_ROWS_MAX)
