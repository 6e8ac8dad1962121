"""The usage detail holds every row, however many there are."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from services.billing.documents import usage_sheet
from services.billing.documents.usage_sheet import HEADER, UsageRow, UsageSheet


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_sheet, "SHEET_ROWS_MAX", 4)
    path = tmp_path / "usage.xlsx"
    rows: list[UsageRow] = [("行业短信", f"account{number}", date(2026, 3, 1), "中国移动", number) for number in range(7)]
    with UsageSheet(path, datetime(2026, 4, 1, tzinfo=UTC)) as sheet:
        sheet.write(rows[:5])
        sheet.write(rows[5:])
    book = CalamineWorkbook.from_path(str(path))
    read = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [list(sheet[0]) for sheet in read] == [list(HEADER)] * 3
    assert [row[4] for sheet in read for row in sheet[1:]] == list(range(7))
