"""Reading banks' files: what is a receipt, what is wrong and why."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from services.kit.errors import InvalidInput
from services.payments.domain.statements import ColumnMapping, ColumnsMissing, ReadRow, read_statement
from services.payments.store.statement_files import read_sheet
from tests.workbooks import workbook

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


def read(*rows: dict[str, Any], mapping: ColumnMapping = MAPPING) -> list[ReadRow]:
    header = list(rows[0])
    return read_statement([header, *(list(row.values()) for row in rows)], mapping, bank_account="", today=TODAY)


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
    (row,) = read_statement(sheet, MAPPING, bank_account="", today=TODAY)
    assert row.line == 5
    assert row.receipt is not None


def test_a_file_without_a_column_is_refused_by_the_columns_name() -> None:
    with pytest.raises(ColumnsMissing) as missing:
        read_statement([[name for name in HEADER if name != "金额"]], MAPPING, bank_account="", today=TODAY)
    assert missing.value.fields == ["amount"]


def test_the_account_can_be_said_for_the_whole_file() -> None:
    rows = read_statement([HEADER[1:], list(GOOD.values())[1:]], MAPPING, bank_account="9999", today=TODAY)
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
def test_csv_is_read_in_the_encodings_of_chinese_banks(encoding: str, delimiter: str) -> None:
    content = "\r\n".join(delimiter.join(cells) for cells in (HEADER, [*list(GOOD.values())[:5], "3500.00", "货款"]))
    sheet = read_sheet(content.encode(encoding), rows_max=10)
    (row,) = read_statement(sheet, MAPPING, bank_account="", today=TODAY)
    assert row.receipt is not None
    assert row.receipt.payer_name == "上海云帆网络科技有限公司"


def test_xlsx_is_read_with_its_numbers_and_dates() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(2, 0, HEADER)
    sheet.write_row(3, 0, ["6222", "R1"])
    sheet.write_datetime(3, 2, datetime(2026, 4, 3, 10, 20, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))  # noqa: DTZ001
    sheet.write_row(3, 3, ["上海云帆网络科技有限公司", 3100, 1234.56])
    book.close()
    (row,) = read_statement(read_sheet(target.getvalue(), rows_max=10), MAPPING, bank_account="", today=TODAY)
    assert row.line == 4, "as the sheet numbers it"
    assert row.receipt is not None
    assert (row.receipt.payer_account, row.receipt.amount) == ("3100", Decimal("1234.56"))
    assert row.receipt.received_at.astimezone(UTC) == datetime(2026, 4, 3, 2, 20, 30, tzinfo=UTC)


def test_a_workbook_with_what_no_text_has_is_refused() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ["账号\0", *HEADER[1:]])
    book.close()
    with pytest.raises(InvalidInput, match="statement_unreadable"):
        read_sheet(target.getvalue(), rows_max=10)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"PK\x03\x04nonsense", "statement_unreadable", id="a broken workbook"),
        pytest.param(b"\xff\xff\xff", "statement_unreadable", id="no text in any of the encodings"),
        pytest.param(b"%PDF\x00", "statement_unreadable", id="something binary"),
        pytest.param(b"a,b\n" * 100, "statement_too_many_rows", id="too many rows"),
        pytest.param(workbook(*([["a", "b"]] * 100)), "statement_too_many_rows", id="a workbook of too many rows"),
    ],
)
def test_files_that_cannot_be_read_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_sheet(content, rows_max=10)
    assert refused.value.code == code
