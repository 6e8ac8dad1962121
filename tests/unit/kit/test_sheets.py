"""What can be said of any spreadsheet, read or written."""

import contextlib
import random
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from services.kit import sheet_room
from services.kit.errors import InvalidInput
from services.kit.sheets import (
    SheetColumn,
    SheetUnreadable,
    SheetWriter,
    has_lost_digits,
    pieces_of,
    read_text_rows,
    text_of,
    written_sheet,
)
from tests.workbooks import rows_of, workbook

MADE_AT = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        (" 云帆\u3000", "云帆"),
        (13800138000.0, "13800138000"),
        (-7.0, "-7"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (True, "TRUE"),
        (date(2026, 3, 10), "2026-03-10"),
        (datetime(2026, 3, 10, 9, 30), "2026-03-10 09:30:00"),  # noqa: DTZ001  # a cell knows no zone
        (time(9, 30), "09:30:00"),
        ("x" * 40_000, "x" * 32_767),
    ],
)
def test_a_cell_is_the_text_that_people_see_in_it(cell: Any, text: str) -> None:
    assert text_of(cell) == text
    assert not has_lost_digits(text)


@pytest.mark.parametrize("cell", [1e14, 123456789012345.0, 6.222020000000000e18, -1.5e20])
def test_a_number_of_fifteen_digits_and_more_is_known_to_have_lost_some(cell: float) -> None:
    assert has_lost_digits(text_of(cell))


@pytest.mark.parametrize("text", ["1.23E+18", "1.23457E+14", "6E+18", "-1.0e+20"])
def test_what_a_narrow_column_has_left_of_a_long_number_is_known_too(text: str) -> None:
    assert has_lost_digits(text)


@pytest.mark.parametrize("text", ["123456789012345678", "E18", "3E", "1.2.3E+5", "91310000MA1K3YJ12E", "12E5X", "8e88", "１E+5"])
def test_other_texts_have_lost_nothing(text: str) -> None:
    assert not has_lost_digits(text)


def test_rows_keep_their_numbers_though_empty_ones_are_left_out() -> None:
    content = workbook([], ["名称", "手机"], [], ["云帆", 13800138000], ["", " "], ["海纳"])
    assert read_text_rows(content, rows_max=10) == [
        (2, ["名称", "手机"]),
        (4, ["云帆", "13800138000"]),
        (6, ["海纳", ""]),
    ]


def test_a_sheet_may_have_so_many_rows_below_its_header_and_no_more() -> None:
    content = workbook(["名称"], *([f"客户{number}"] for number in range(4)))
    assert len(read_text_rows(content, rows_max=4)) == 5
    with pytest.raises(InvalidInput, match="sheet_too_many_rows") as refused:
        read_text_rows(content, rows_max=3)
    assert refused.value.params == {"max": 3}


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x03\x04 cut off", b"%PDF-1.7", b"\xd0\xcf\x11\xe0 cut off", workbook(["x"])[:-200]],
    ids=["empty", "text", "cut off", "pdf", "xls cut off", "xlsx cut off"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(SheetUnreadable, match="sheet_unreadable"):
        read_text_rows(content, rows_max=10)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_workbook_is_read_or_refused_and_never_a_fault(seed: int) -> None:
    chance = random.Random(seed)
    whole = workbook(["名称", "手机"], ["云帆", 13800138000], ["海纳", True])
    for _ in range(50):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(InvalidInput):
            read_text_rows(bytes(damaged), rows_max=10)


def test_a_zip_of_something_else_is_refused() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(SheetUnreadable):
        read_text_rows(content.getvalue(), rows_max=10)


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({'r="B2"': 'r="XFD1048576"'}, {}),
        ({'r="B2"': "r = 'XFD1048576'"}, {}),
        ({'r="B2"': 'note=">" r="XFD1048576"'}, {}),
        ({'r="B2"': 'r="AAAAAA1"'}, {}),
        ({'r="B2"': 'r="B99999999"'}, {}),
        ({'<row r="2"': '<row r="1048576"', ' r="A2"': "", ' r="B2"': ' r="ZZ1048576"'}, {}),
        ({"</row></sheetData>": "</row>" + "<row/>" * 5_000 + "<row>" + "<c/>" * 5_000 + "</row></sheetData>"}, {}),
        ({'r="B2"': 'r="XFD2"', "</row></sheetData>": "</row>" + "<row/>" * 2_000 + "<row><c/></row></sheetData>"}, {}),
        ({'r="B2"': 'r="XFD1048576"', "worksheets/sheet1.xml": "looks.png"}, {"xl/worksheets/sheet1.xml": "xl/looks.png"}),
    ],
    ids=[
        "far",
        "spaced",
        "behind a bracket",
        "wide",
        "deep",
        "by its row",
        "placed by none",
        "placed by few",
        "in a part of another name",
    ],
)
def test_cells_far_apart_are_refused_before_all_between_them_is_kept(changes: dict[str, str], moved: dict[str, str]) -> None:
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook(["名称", ""], ["云帆", "远"]))) as whole, zipfile.ZipFile(content, "w") as changed:
        for name in whole.namelist():
            part = whole.read(name).decode()
            for old, new in changes.items():
                part = part.replace(old, new)
            changed.writestr(moved.get(name, name), part)
    with pytest.raises(SheetUnreadable):
        read_text_rows(content.getvalue(), rows_max=10)


def test_a_text_that_stands_in_many_cells_counts_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(*([["云帆网络科技", "云", number] for number in range(10)]))
    monkeypatch.setattr(sheet_room, "CHARACTERS_MAX", 70)
    assert len(read_text_rows(content, rows_max=10)) == 10
    monkeypatch.setattr(sheet_room, "CHARACTERS_MAX", 69)
    with pytest.raises(SheetUnreadable):
        read_text_rows(content, rows_max=10)


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"], ids=["ods", "xlsb"])
def test_a_workbook_of_another_kind_is_refused(name: str) -> None:
    content = BytesIO(workbook(["名称"]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(name, "…")
    with pytest.raises(SheetUnreadable):
        read_text_rows(content.getvalue(), rows_max=10)


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(["名称"])
    monkeypatch.setattr(sheet_room, "UNPACKED_BYTES_MAX", 1_000)
    with pytest.raises(SheetUnreadable):
        read_text_rows(content, rows_max=10)


def test_what_is_written_is_what_was_given_and_no_formula() -> None:
    columns = [SheetColumn("文本"), SheetColumn("日期", 12, "yyyy-mm-dd"), SheetColumn("数", 10, "0%")]
    rows: list[list[Any]] = [
        ["=1+1", date(2026, 3, 10), Decimal("0.6")],
        ["@SUM(A1)", None, float("nan")],
        ["https://example.com", None, float("inf")],
        ["123456789012345678", "", 3],
        ["0012", None, True],
    ]
    with written_sheet(columns, iter(rows), title="客户", made_at=MADE_AT) as file:
        content = file.read()
    assert rows_of(content) == [
        ["文本", "日期", "数"],
        ["=1+1", date(2026, 3, 10), 0.6],
        ["@SUM(A1)", "", "nan"],
        ["https://example.com", "", "inf"],
        ["123456789012345678", "", 3.0],
        ["0012", "", "True"],
    ]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert '<autoFilter ref="A1:C6"/>' in sheet
    assert 'state="frozen"' in sheet


def test_a_header_says_what_is_allowed_and_offers_what_may_be_chosen() -> None:
    columns = [SheetColumn("名称", note="必填"), SheetColumn("行业", choices=["制造业", "a, b"])]
    with written_sheet(columns, [], title="客户", made_at=MADE_AT) as file, zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        texts = archive.read("xl/comments1.xml").decode()
        lists = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<formula1>lists!$A$1:$A$2</formula1>" in sheet
    assert 'sqref="B2:B1048576"' in sheet
    assert "必填" in texts
    assert "a, b" in lists


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    with SheetWriter(path, [SheetColumn("数")], title="客户", made_at=MADE_AT, rows_max=3) as sheet:
        sheet.write([[number] for number in range(5)])
    with zipfile.ZipFile(path) as archive:
        assert sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist()) == 3
    assert rows_of(path.read_bytes()) == [["数"], [0.0], [1.0]]


def test_another_table_has_sheets_of_its_own_and_may_be_what_the_workbook_opens_with(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    with SheetWriter(path, [SheetColumn("数")], title="明细", made_at=MADE_AT, rows_max=3) as sheet:
        sheet.write([[1], [2], [3]])
        sheet.turn_to("汇总", [SheetColumn("名称"), SheetColumn("合计", 10, "#,##0")], opens=True)
        sheet.write([["全部", 6]])
    book = CalamineWorkbook.from_path(str(path))
    assert {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names} == {
        "明细": [["数"], [1.0], [2.0]],
        "明细 2": [["数"], [3.0]],
        "汇总": [["名称", "合计"], ["全部", 6.0]],
    }
    with zipfile.ZipFile(path) as archive:
        assert 'activeTab="2"' in archive.read("xl/workbook.xml").decode()


def test_days_are_days_also_those_before_which_spreadsheets_miscount(tmp_path: Path) -> None:
    days = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2026, 2, 28), date(2999, 12, 31)]
    path, library = tmp_path / "sheet.xlsx", tmp_path / "library.xlsx"
    with SheetWriter(path, [SheetColumn("日期", 12, "yyyy-mm-dd")], title="日期", made_at=MADE_AT) as sheet:
        sheet.write([[day] for day in days])
    with xlsxwriter.Workbook(str(library)) as book:
        cells = book.add_worksheet()
        for number, day in enumerate(days):
            cells.write_datetime(number + 1, 0, day, book.add_format({"num_format": "yyyy-mm-dd"}))
    assert rows_of(path.read_bytes())[1:] == rows_of(library.read_bytes())


def test_a_written_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = written_sheet([SheetColumn("数")], [[1]], title="客户", made_at=MADE_AT)
    assert list(tmp_path.iterdir()) == []
    assert rows_of(b"".join(pieces_of(file))) == [["数"], [1.0]]
    assert file.closed
