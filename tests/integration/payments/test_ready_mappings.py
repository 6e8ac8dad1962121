"""Common Chinese banks ship ready: a statement in each one's layout is read, by its mapping's name or by its headers alone.

The statements tell the same: a receipt of 云帆, something that went out, a receipt of a stranger; and what banks write around.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import pytest

from services.kit.errors import InvalidInput
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import YUNFAN, Story
from tests.workbooks import workbook

STATEMENTS: Final = Path(__file__).with_name("statements")
STRANGER: Final = "无人知道的公司"

ABC: Final = workbook(
    ["账户明细"],
    ["账号:10-54560104000123456"],
    ["交易时间", "收入金额", "支出金额", "账户余额", "对方账号", "对方户名", "对方开户行", "摘要"],
    ["2026-04-03 10:11:12", 3500.0, "", 8000.0, "3100066801880001234", YUNFAN, "中国工商银行上海市分行", "短信费"],
    ["2026-04-03 10:12:00", "", 20.0, 7980.0, "", "", "", "手续费"],
    ["2026-04-03 15:30:01", 12.5, "", 7992.5, "6222020200112233445", STRANGER, "", "转账"],
    ["合计", 3512.5, 20.0, "", "", "", "", ""],
)
CMB_BEFORE: Final = [
    "账号",
    "账号名称",
    "币种",
    "交易日",
    "交易时间",
    "起息日",
    "交易类型",
    "借方金额",
    "贷方金额",
    "余额",
    "摘要",
]
CMB_BEHIND: Final = ["业务名称", "用途", "业务参考号", "业务摘要", "其它摘要", "收(付)方分行名", "收(付)方名称", "收(付)方账号"]


def _cmb(clock: str, out: Any, come: Any, balance: float, what: str, number: str, *payer: str) -> list[Any]:
    before = ["121909386210123", "我方科技有限公司", "人民币", "20260403", clock, "20260403", "网银", out, come, balance, what]
    return [*before, number, "", "", what, "", "", "", "", *payer]


CMB: Final = workbook(
    ["查询账号：121909386210123"],
    ["查询时间：2026-04-04 09:51:06"],
    [],
    [*CMB_BEFORE, "流水号", "流程实例号", *CMB_BEHIND],
    _cmb("101112", "", 3500.0, 8000.0, "短信费", "C0336A20003MX7Z", YUNFAN, "3100066801880001234"),
    _cmb("101200", 20.0, "", 7980.0, "手续费", "C0336A20003MX8Z"),
    _cmb("153001", "", 12.5, 7992.5, "", "C0336A20003MX9Z", STRANGER, "6222020200112233445"),
    ["合计", "", "", "", "", "", "", 20.0, 3512.5],
)

FILES: Final = {
    **{name: (STATEMENTS / f"{name}.csv").read_bytes() for name in ("icbc", "ccb", "boc", "alipay", "generic")},
    "abc": ABC,
    "cmb": CMB,
}
READ_AS: Final = {
    # bank account, reference, payer's account, remark
    "icbc": ("1001190709013000123", "00000000001/2026-04-03 10:11:12", "3100066801880001234", "短信费"),
    "ccb": ("31050161364000000123", "81-3519818014YGCW3WL7L/2026-04-03", "3100066801880001234", "短信费"),
    "abc": ("10-54560104000123456", "2026-04-03 10:11:12/3500.00/8000.00", "3100066801880001234", "短信费"),
    "boc": ("232500474807", "75783669085/2026-04-03", "3100066801880001234", "短信费/三月"),
    "cmb": ("121909386210123", "C0336A20003MX7Z/2026-04-03", "3100066801880001234", "短信费"),
    "alipay": ("20880113654003301560156", "54632446537371", "finance@yunfan.example", "短信费/短信包"),
    "generic": ("62220001", "R1", "3100066801880001234", "短信费"),
}


@pytest.mark.parametrize("named", [True, False], ids=["by its mapping's name", "by its headers"])
@pytest.mark.parametrize("bank", list(FILES))
def test_common_chinese_banks_ship_ready(story: Story, imports: Imports, bank: str, named: bool) -> None:
    customer_id = story.customer()
    report = imports.take(FILES[bank], mapping=bank if named else "")
    assert report["mapping"] == bank
    outcomes = [row["outcome"] for row in report["rows"] if row["fault"] is None or row["fault"]["code"] != "foreign_currency"]
    assert outcomes == (["new", "new"] if bank == "generic" else ["new", "skipped", "new"]), "totals and comments are no rows"
    assert report["amount"] == "3512.50"
    first, last = ([row for row in report["rows"] if row["outcome"] == "new"][at] for at in (0, -1))
    receipt = story.shown_receipt(first["receipt_id"])
    assert (receipt["bank_account"], receipt["reference"], receipt["payer_account"], receipt["remark"]) == READ_AS[bank]
    assert (receipt["payer_name"], receipt["amount"], receipt["customer_id"]) == (YUNFAN, "3500.00", str(customer_id))
    assert receipt["received_at"] == "2026-04-03T02:11:12Z"
    assert story.shown_receipt(last["receipt_id"])["amount"] == "12.50"
    again = imports.take(FILES[bank], mapping=bank)
    assert (again["new"], again["known"]) == (0, 2)


def test_what_came_in_another_currency_is_not_counted_as_yuan(story: Story, imports: Imports) -> None:
    report = imports.take(FILES["ccb"])
    (wrong,) = [row for row in report["rows"] if row["outcome"] == "wrong"]
    assert (wrong["row"], wrong["fault"]["code"]) == (5, "foreign_currency")


@pytest.mark.parametrize(
    ("bank", "another_day"),
    [
        pytest.param("boc", ("20260403", "20250403"), id="BOC's numbers come again on another day"),
        pytest.param("icbc", ("2026-04-03", "2025-04-03"), id="ICBC's vouchers begin anew each year"),
    ],
)
def test_bank_ids_reused_each_year_are_other_receipts(story: Story, imports: Imports, bank: str, another_day: Any) -> None:
    imports.take(FILES[bank])
    before = FILES[bank].decode("gbk").replace(*another_day).encode("gbk")
    assert imports.take(before)["new"] == 2
    assert len(story.pool()) == 4


def test_a_sheets_own_days_and_times_are_read_like_texts(story: Story, imports: Imports) -> None:
    rows = ["121909386210123", date(2026, 4, 3), time(10, 11, 12), 3500.0, "C0336A20003MX7Z", YUNFAN]
    sheet = workbook(["账号", "交易日", "交易时间", "贷方金额", "流水号", "收(付)方名称"], rows)
    both = [*rows[:1], datetime(2026, 4, 3), "101112", *rows[3:]]  # noqa: DTZ001  (as sheets have them)
    assert imports.take(sheet, mapping="cmb")["new"] == 1
    assert imports.take(workbook(["账号", "交易日", "交易时间", "贷方金额", "流水号", "收(付)方名称"], both))["known"] == 1
    assert imports.take(FILES["cmb"])["known"] == 1


def test_a_file_that_no_mapping_or_more_than_one_fits_is_refused_by_the_candidates(story: Story, imports: Imports) -> None:
    with pytest.raises(InvalidInput) as refused:
        imports.take("甲,乙\n1,2\n")
    assert (refused.value.code, "icbc" in refused.value.params["mappings"]) == ("statement_not_recognised", True)
    imports.save_mapping(
        "own", columns={name: [[name]] for name in ("bank_account", "reference", "received_at", "payer_name", "amount")}
    )
    header = "bank_account,reference,received_at,payer_name,amount\n"
    with pytest.raises(InvalidInput) as refused:
        imports.take(f"{header}1,R1,2026-04-03,{YUNFAN},1.00\n")
    assert (refused.value.code, refused.value.params) == ("statement_mapping_ambiguous", {"mappings": "generic、own"})
    assert imports.take(f"{header}1,R1,2026-04-03,{YUNFAN},1.00\n", mapping="own")["new"] == 1
