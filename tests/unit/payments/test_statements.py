"""Reading banks' files: what is a receipt, what is wrong and why."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from services.kit.errors import InvalidInput
from services.kit.files import FolderStore
from services.payments.domain.bank_mappings import ColumnMapping, wrong_fields
from services.payments.domain.statements import ColumnsMissing, ReadRow, find_header, read_row
from services.payments.store.statement_files import NumberedRow, opened_statement

MAPPING = ColumnMapping(
    {
        "bank_account": [["账号"]],
        "reference": [["流水号", "reference"]],
        "received_at": [["时间"]],
        "payer_name": [["付款人"]],
        "payer_account": [["付款账号"]],
        "amount": [["金额"]],
        "remark": [["备注"]],
    },
    ["%Y-%m-%d %H:%M:%S", "%Y%m%d", "%Y-%m-%dT%H:%M:%S%z"],
    None,
)
HEADER = ["账号", "流水号", "时间", "付款人", "付款账号", "金额", "备注"]
GOOD: dict[str, Any] = {
    "账号": "6222",
    "流水号": "R1",
    "时间": "2026-04-03 10:20:30",
    "付款人": "上海云帆网络科技有限公司",
    "付款账号": "3100",
    "金额": "3,500.00",
    "备注": "货款",
}
TODAY = date(2026, 4, 10)


def read_sheet(sheet: list[list[Any]], mapping: ColumnMapping = MAPPING, *, bank_account: str = "") -> list[ReadRow]:
    header = find_header(sheet, mapping)
    rows = (
        read_row(line, cells, header, mapping, bank_account=bank_account, today=TODAY)
        for line, cells in enumerate(sheet, start=1)
        if line > header.line
    )
    return [row for row in rows if row is not None]


def read(*rows: dict[str, Any], mapping: ColumnMapping = MAPPING) -> list[ReadRow]:
    return read_sheet([list(rows[0]), *(list(row.values()) for row in rows)], mapping)


def lines_of(folder: Path, content: bytes) -> list[NumberedRow]:
    """A file's, read as it is stored, some at a time."""
    files = FolderStore(folder)
    with opened_statement(files, files.save(io.BytesIO(content), max_bytes=10**7).key) as sheet:
        lines: list[NumberedRow] = []
        while some := sheet.take(7):
            lines += some
    return lines


def test_a_row_becomes_a_receipt() -> None:
    (row,) = read(GOOD)
    receipt = row.receipt
    assert receipt is not None
    assert (row.line, receipt.bank_account, receipt.reference, receipt.remark) == (2, "6222", "R1", "货款")
    assert receipt.amount == Decimal("3500.00")
    assert receipt.received_at.astimezone(UTC) == datetime(2026, 4, 3, 2, 20, 30, tzinfo=UTC), "the bank's time is Shanghai's"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"流水号": ""}, "missing", id="no reference"),
        pytest.param({"付款人": " "}, "missing", id="no payer"),
        pytest.param({"金额": ""}, "missing", id="no amount"),
        pytest.param({"金额": "三百"}, "not_an_amount", id="an amount in words"),
        pytest.param({"金额": "NaN"}, "not_an_amount", id="no number at all"),
        pytest.param({"金额": "1.005"}, "too_many_places", id="a tenth of a fen"),
        pytest.param({"金额": "-5"}, "not_positive", id="money going out"),
        pytest.param({"金额": "9" * 13}, "too_large", id="more than there is"),
        pytest.param({"金额": "1.2E+05"}, "not_an_amount", id="an amount that a sheet has cut short"),
        pytest.param({"金额": "1_000"}, "not_an_amount", id="digits put together by an underscore"),
        pytest.param({"金额": "1234,50"}, "not_an_amount", id="a decimal comma"),
        pytest.param({"时间": "0001-01-01 00:00:00"}, "not_a_time", id="a program's way to say no time"),
        pytest.param({"时间": "9999-12-31T23:59:59-10:00"}, "not_a_time", id="beyond the calendar's end"),
        pytest.param({"时间": "03/04/2026"}, "not_a_time", id="an unknown form of date"),
        pytest.param({"时间": "2026-04-11 00:00:00"}, "in_the_future", id="tomorrow"),
        pytest.param({"流水号": 6.222020000000000e18}, "number_lost_digits", id="a long number that the sheet has ruined"),
        pytest.param({"付款人": "云" * 201}, "too_long", id="a name without end"),
    ],
)
def test_a_wrong_row_says_why(change: dict[str, Any], fault: str) -> None:
    good, wrong = read(GOOD, GOOD | change)
    assert good.receipt is not None, "one wrong row loses nothing"
    assert wrong.receipt is None
    assert wrong.fault is not None
    assert wrong.fault.code == fault


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        pytest.param(3500.0, "3500.00", id="a sheet's number"),
        pytest.param(0.1 + 0.2, None, id="a sheet's number with digits nobody typed"),
        pytest.param(1234567.89, "1234567.89", id="a sheet's number with fen"),
        pytest.param("¥1，234.50", "1234.50", id="a currency sign and a full-width comma"),
        pytest.param('="88.80"', "88.80", id="a text formula"),
        pytest.param("12.30\t", "12.30", id="a tab behind it"),
        pytest.param(".50", "0.50", id="without a leading zero"),
    ],
)
def test_amounts_are_read_to_the_fen(cell: Any, amount: str | None) -> None:
    (row,) = read(GOOD | {"金额": cell})
    assert (row.receipt and str(row.receipt.amount)) == amount


def test_what_the_bank_writes_above_the_header_is_passed_over() -> None:
    sheet = [["中国工商银行"], [], ["查询日期", "2026-04-03"], HEADER, list(GOOD.values()), [], ["", ""]]
    (row,) = read_sheet(sheet)
    assert row.line == 5
    assert row.receipt is not None


def test_a_file_without_a_column_is_refused_by_the_columns_name() -> None:
    with pytest.raises(ColumnsMissing) as missing:
        find_header([[name for name in HEADER if name != "金额"]], MAPPING)
    assert missing.value.fields == ["amount"]


def test_the_account_can_be_said_for_the_whole_file() -> None:
    rows = read_sheet([HEADER[1:], list(GOOD.values())[1:]], bank_account="9999")
    assert rows[0].receipt is not None
    assert rows[0].receipt.bank_account == "9999"


def test_outgoing_rows_are_skipped_and_parts_joined() -> None:
    columns = {**MAPPING.columns, "reference": [["流水号"], ["时间"]]}
    mapping = ColumnMapping(columns, MAPPING.time_formats, {"headers": ["借/贷"], "values": ["贷"]})
    incoming, outgoing = read(GOOD | {"借/贷": "贷"}, GOOD | {"借/贷": "借", "金额": ""}, mapping=mapping)
    assert incoming.receipt is not None
    assert incoming.receipt.reference == "R1/2026-04-03 10:20:30"
    assert outgoing.fault is not None
    assert outgoing.fault.code == "not_incoming"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", "\t,"])
def test_csv_is_read_in_the_encodings_of_chinese_banks(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = "\r\n".join(delimiter.join(cells) for cells in (HEADER, [*list(GOOD.values())[:5], "3500.00", "货款"]))
    (row,) = read_sheet([cells for _, cells in lines_of(tmp_path, content.encode(encoding))])
    assert row.receipt is not None
    assert row.receipt.payer_name == "上海云帆网络科技有限公司"


def test_xlsx_is_read_with_its_numbers_and_dates(tmp_path: Path) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(2, 0, HEADER)
    sheet.write_row(3, 0, ["6222", "R1"])
    sheet.write_datetime(3, 2, datetime(2026, 4, 3, 10, 20, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))  # noqa: DTZ001
    sheet.write_row(3, 3, ["上海云帆网络科技有限公司", 3100, 1234.56])
    book.close()
    (row,) = read_sheet([cells for _, cells in lines_of(tmp_path, target.getvalue())])
    assert row.line == 4, "as the sheet numbers it"
    assert row.receipt is not None
    assert (row.receipt.payer_account, row.receipt.amount) == ("3100", Decimal("1234.56"))
    assert row.receipt.received_at.astimezone(UTC) == datetime(2026, 4, 3, 2, 20, 30, tzinfo=UTC)


def test_a_workbook_with_what_no_text_has_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ["账号\0", *HEADER[1:]])
    book.close()
    with pytest.raises(InvalidInput, match="statement_unreadable"):
        lines_of(tmp_path, target.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04nonsense", id="a broken workbook"),
        pytest.param(b"\xff\xff\xff", id="no text in any of the encodings"),
        pytest.param(b"%PDF\x00", id="something binary"),
        pytest.param(b"a,b\n" * 100_000 + b"\xff\xff", id="no text at its very end"),
        pytest.param(b"a,b\n" * 60 + b'"' + b"x" * 200_000, id="a cell without end"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        lines_of(tmp_path, content)
    assert refused.value.code == "statement_unreadable"


def test_a_statement_is_read_from_any_line_on(tmp_path: Path) -> None:
    files = FolderStore(tmp_path)
    key = files.save(io.BytesIO(b"".join(b"%d\n" % line for line in range(1, 12_001))), max_bytes=10**7).key
    with opened_statement(files, key) as sheet:
        assert len(sheet.first) == 50
        sheet.skip_to(11_000)
        assert sheet.take(2) == [(11_001, ["11001"]), (11_002, ["11002"])]
        sheet.skip_to(5)
        assert sheet.take(1) == [(11_003, ["11003"])], "what is passed does not come again"


def with_more(**more: Any) -> ColumnMapping:
    return ColumnMapping(MAPPING.columns, MAPPING.time_formats, None, **more)


def test_headers_are_known_whatever_their_width_and_spaces() -> None:
    columns = {**MAPPING.columns, "amount": [["收入金额（+元）"]]}
    (row,) = read_sheet([[*HEADER[:5], "收入金额 (+元)"], list(GOOD.values())], replace(MAPPING, columns=columns))
    assert row.receipt is not None


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(["合计", "", "", "", "", "3,500.00"], id="a total"),
        pytest.param(["", "", "合计：1 笔"], id="a total further right"),
        pytest.param(["#导出时间：[2026年05月09日]"], id="a comment"),
        pytest.param(HEADER, id="the header once more"),
        pytest.param(["", None, " \t"], id="nothing"),
    ],
)
def test_what_a_bank_writes_below_its_rows_is_no_row(line: list[Any]) -> None:
    sheet = [HEADER, list(GOOD.values()), line]
    assert len(read_sheet(sheet, with_more(passed_over=["合计", "#"]))) == 1


@pytest.mark.parametrize(
    ("came", "went", "expected"),
    [
        pytest.param("5.00", "", None, id="came"),
        pytest.param("5.00", "0.00", None, id="came, and zero went"),
        pytest.param("0.00", "-5.00", "not_incoming", id="went"),
        pytest.param("", "5.00", "not_incoming", id="went, and none came"),
        pytest.param("0.00", "0.00", "not_positive", id="neither"),
        pytest.param("x", "5.00", "not_an_amount", id="something that is no amount came"),
    ],
)
def test_debit_and_credit_columns_tell_what_came_in(came: str, went: str, expected: str | None) -> None:
    (row,) = read(GOOD | {"金额": came, "支出": went}, mapping=with_more(outgoing=["支出"]))
    assert (row.fault and row.fault.code) == expected


@pytest.mark.parametrize(
    "above",
    [
        pytest.param(["账号：6222"], id="behind a colon"),
        pytest.param(["#账号：[6222]"], id="in brackets, in a comment"),
        pytest.param(["账  号", "", "6222"], id="in another cell"),
        pytest.param(["户名:我方", "账号: 6222"], id="beside something else"),
    ],
)
def test_the_account_may_stand_above_the_header(above: list[str]) -> None:
    (row,) = read_sheet([above, HEADER[1:], list(GOOD.values())[1:]], with_more(account_labels=["账号"]), bank_account="9999")
    assert row.receipt is not None
    assert row.receipt.bank_account == "6222"


@pytest.mark.parametrize(
    ("unique_by", "reference"),
    [
        pytest.param([], "R1", id="as it is"),
        pytest.param(["year"], "R1/2026", id="with the year"),
        pytest.param(["date"], "R1/2026-04-03", id="with the day"),
        pytest.param(["time"], "R1/2026-04-03 10:20:30", id="with the time"),
        pytest.param(["time", "amount", "balance"], "R1/2026-04-03 10:20:30/3500.00/8000.50", id="with all there is"),
    ],
)
@pytest.mark.parametrize("form", ["2026-04-03 10:20:30", "20260403 10:20:30", datetime(2026, 4, 3, 10, 20, 30)])  # noqa: DTZ001
def test_what_makes_a_reference_unique_is_told_alike_however_the_file_writes_it(
    unique_by: list[str], reference: str, form: Any
) -> None:
    columns = {**MAPPING.columns, "balance": [["余额"]]}
    mapping = replace(MAPPING, columns=columns, time_formats=["%Y%m%d %H:%M:%S"], unique_by=unique_by)
    for amount, balance in (("3,500.00", "8,000.50"), (3500.0, 8000.5)):
        (row,) = read(GOOD | {"时间": form, "金额": amount, "余额": balance}, mapping=mapping)
        assert row.receipt is not None
        assert row.receipt.reference == reference


@pytest.mark.parametrize(
    ("cell", "payer", "account"),
    [
        ("陈晶 (chen@example.com)", "陈晶", "chen@example.com"),
        ("张青（13335406888）", "张青", "13335406888"),
        ("云帆(北京)", "云帆(北京)", "3100"),
        ("buyer@example.com", "buyer@example.com", "3100"),
    ],
)
def test_a_payers_account_may_stand_behind_the_name(cell: str, payer: str, account: str) -> None:
    (row,) = read(GOOD | {"付款人": cell}, mapping=with_more(split_payer=True))
    assert row.receipt is not None
    assert (row.receipt.payer_name, row.receipt.payer_account) == (payer, account)


def test_a_long_number_that_a_spreadsheet_has_cut_short_in_a_csv_is_told() -> None:
    (row,) = read(GOOD | {"流水号": "6.22202E+18"})
    assert row.fault is not None
    assert row.fault.code == "number_lost_digits"


def test_a_mapping_needs_what_makes_a_receipt() -> None:
    nothing = ColumnMapping({}, ["%Y", "%d.%m.%Y", "%Q"], None, unique_by=["balance"])
    assert wrong_fields(nothing) == {
        **{f"columns.{field}": ["required"] for field in ("reference", "received_at", "payer_name", "amount", "balance")},
        "time_formats.0": ["not_a_time_format"],
        "time_formats.2": ["not_a_time_format"],
    }
    numberless = {name: parts for name, parts in MAPPING.columns.items() if name != "reference"}
    assert wrong_fields(ColumnMapping(numberless, [], None, unique_by=["time"])) == {}
