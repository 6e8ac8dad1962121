"""The usage detail (数据分析报告) as xlsx, written row by row (spec, billing.md, "Reconciliation")."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from services.kit.sheets import SHEET_ROWS_MAX, SheetColumn, SheetWriter

HEADER: Final = ("产品", "账号", "日期", "运营商/国家", "数量（条）")
DIFFERS: Final = "出账后用量有补报或更正，金额以账单为准"

_COLUMNS: Final = (
    SheetColumn(HEADER[0], 24),
    SheetColumn(HEADER[1], 28),
    SheetColumn(HEADER[2], 12, "yyyy-mm-dd"),
    SheetColumn(HEADER[3], 16),
    SheetColumn(HEADER[4], 16, "#,##0"),
)
_ACCOUNT_COLUMNS: Final = (
    SheetColumn("账单", 48),
    SheetColumn("账号", 28),
    SheetColumn("账单数量（条）", 16, "#,##0"),
    SheetColumn("金额（元）", 16, "#,##0.00"),
)
_BILL_COLUMNS: Final = (
    SheetColumn("账单", 48),
    SheetColumn("产品", 24),
    SheetColumn("月份", 10),
    SheetColumn("账号数", 10, "#,##0"),
    SheetColumn("账单数量", 16, "#,##0"),  # of what is sold once, too, in pieces
    SheetColumn("其中往月调整（条）", 18, "#,##0"),
    SheetColumn("明细数量（条）", 16, "#,##0"),
    SheetColumn("差异（条）", 14, "#,##0"),
    SheetColumn("账单金额（元）", 16, "#,##0.00"),
    SheetColumn("说明", 44),
)

UsageRow = tuple[str, str, date, str, int]
"""Product, account, day, operator, quantity."""


class UsageSheet(SheetWriter):
    """A workbook of :data:`UsageRow` being written to a path.

    :param made_at: the document's date.
    """

    def __init__(self, path: Path, made_at: datetime) -> None:
        super().__init__(path, _COLUMNS, title="用量明细", made_at=made_at, rows_max=SHEET_ROWS_MAX)

    def compare(self, billed: Sequence[Mapping[str, Any]], sent: Sequence[int]) -> None:
        """After the last row: what each bill counted of each account, and a sheet that the workbook opens with, of what each bill
        counted in all beside what the rows add up to. Adjustments are of usage of earlier months, which is no row here; usage
        that came after the bill makes the two differ, and it is said.

        :param billed: as a statement's document has them.
        :param sent: what the rows add up to, for each of them.
        """
        self.turn_to("账号汇总", _ACCOUNT_COLUMNS)
        for bill in billed:
            self.write((bill["number"], each["account"], each["quantity"], Decimal(each["amount"])) for each in bill["accounts"])
        self.turn_to("账单汇总", _BILL_COLUMNS, opens=True)
        self.write(_compared(bill, quantity) for bill, quantity in zip(billed, sent, strict=True))


def _compared(bill: Mapping[str, Any], sent: int) -> tuple[Any, ...]:
    # An order's bill has no accounts, and its quantity is of goods: nothing to compare.
    detail = sent if bill["accounts"] else None
    difference = None if detail is None else detail + bill["adjusted"] - bill["quantity"]
    return (
        bill["number"],
        bill["product"],
        bill["month"],
        len(bill["accounts"]),
        bill["quantity"],
        bill["adjusted"],
        detail,
        difference,
        Decimal(bill["amount"]),
        DIFFERS if difference else "",
    )
