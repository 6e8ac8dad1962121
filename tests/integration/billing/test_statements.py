"""A statement is a PDF that a customer can read, the same to the byte whatever becomes of its bills, and an xlsx of the usage
under it (spec, billing.md, "Reconciliation")."""

import hashlib
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.billing.documents.usage_sheet import DIFFERS
from services.billing.usecases import freeze_statement
from services.billing.usecases.assign_usage_name import assign_usage_name
from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.show_statement import find_statement_file, list_statements, show_statement
from services.kit.clock import Month
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from tests.integration.billing.late import APRIL, bill_id, next_month, priced_product, reconcile, sent
from tests.integration.billing.office import FINANCE, OTHER_SALES, SALES, YUNFAN, Office, fields_of, selected, unified
from tests.integration.billing.prepaid import Prepaid
from tests.integration.billing.statements import (
    ask_for,
    billed,
    file_of,
    made_of,
    make_again,
    pages_of,
    sheet_of,
)


@pytest.fixture
def bill(office: Office) -> UUID:
    return billed(office)


# The PDF


def test_the_statement_shows_bills_lines_accounts_and_totals_in_chinese(office: Office, bill: UUID) -> None:
    statement, job = ask_for(office, bill)
    with pytest.raises(Conflict, match="statement_not_ready"):
        find_statement_file(office.begin(SALES), statement, "pdf")
    office.do_shard(job)
    assert show_statement(office.begin(SALES), statement)["state"] == "done"
    text = "".join(pages_of(office, statement))
    for shown in (
        "电子对账单",
        YUNFAN,
        "91310115MA1K3XQ771",
        "示范通信技术有限公司",
        "1001281209016888999",
        "账单期间：2026-03",
        "合计 1 张账单",
        "行业短信",
        "03-01 至 03-31",
        "统一价",
        "6,000",
        "0.0345",
        "207.00",
        "贰佰零柒元整",
        "=cmd|yunfan",
        "#let x = 1",
        "销售方（盖章）",
        "客户确认（盖章）",
        "第 1 页，共 1 页",
    ):
        assert shown in text, shown


@pytest.mark.parametrize(
    ("price", "shown"), [("0.05", " 0.05 "), ("0.035", " 0.035 "), ("0.012345", " 0.012345 "), ("2", " 2.00 ")]
)
def test_a_unit_price_has_the_decimals_it_needs(office: Office, customer: UUID, price: str, shown: str) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified(price), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 100)])
    office.run_billing()
    assert f"100{shown}" in "".join(pages_of(office, made_of(office, office.value("SELECT id FROM bills"))))


def test_every_page_has_its_number_and_a_table_that_goes_on_its_header_and_no_row_is_cut(office: Office, customer: UUID) -> None:
    """With names longer than their column, and no space in them to break at."""
    product = office.product(customer)
    names = [f"BEGIN_{number:03d}_{'W' * 48}_END" for number in range(80)]
    for name in names:
        office.account(product, customer, name)
    office.price(product, unified("0.05"), kind="unified")
    office.report([(name, date(2026, 3, 1), "CMCC", 100) for name in names])
    office.run_billing()
    pages = pages_of(office, made_of(office, office.value("SELECT id FROM bills")))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
        rows = re.findall(r"BEGIN_\d{3}_[W\n]+_END\n100 5\.00", page)
        assert len(rows) == page.count("BEGIN_") == page.count("_END")
        assert not rows or "账号 数量（条） 金额（元）" in page
    assert sum(page.count("BEGIN_") for page in pages) == 80


def test_countries_are_called_by_their_chinese_names(office: Office, customer: UUID) -> None:
    codes = ["US", "GB", "JP", "VC", "HK"]
    product = office.product(customer, "国际短信", "international_sms")
    office.account(product, customer, "abroad")
    office.price(product, [{**unified("0.3")[0], "segment": code} for code in codes], kind="unified")
    office.report([("abroad", date(2026, 3, 1), code, 10) for code in codes])
    office.run_billing()
    statement = made_of(office, office.value("SELECT id FROM bills"))
    names = ["美国", "英国", "日本", "圣文森特和格林纳丁斯", "中国香港特别行政区"]
    text = "".join(pages_of(office, statement)).replace("\n", "")
    assert [name for name in names if name not in text] == []
    assert {row[3] for row in sheet_of(office, statement, "用量明细")[1:]} == set(names)


def test_what_balances_paid_stands_between_the_amount_and_what_is_owed(office: Office, customer: UUID) -> None:
    prepaid = Prepaid(office, customer)
    prepaid.recharge("30.00")
    office.report([(prepaid.name, date(2026, 3, 1), "CMCC", 10_000)])
    office.run_billing()
    statement = made_of(office, office.value("SELECT id FROM bills"))
    text = "".join(pages_of(office, statement))
    for shown in ("合计 1 张账单 10,000 100.00", "余额已支付 -30.00", "应付金额 70.00", "应付金额（大写）：柒拾元整"):
        assert shown in text, shown
    listed = show_statement(office.begin(SALES), statement)
    assert (str(listed["amount"]), str(listed["owed"])) == ("100.00", "70.00")


def test_what_was_agreed_beside_the_bills_stands_between_the_amount_and_what_is_owed(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    process, form = new_id(), {**selected(*bills), "agreed_difference": "-0.50"}
    office.prepare("reconciliation", process, customer, form)
    office.archive("reconciliation", process, form)
    text = "".join(pages_of(office, made_of(office, *bills)))
    for shown in (
        "1,200.00",
        "约定差额 -0.50",
        "应付金额 1,199.50",
        "壹仟壹佰玖拾玖元伍角整",
        "约定差额 -0.12",
        "应付金额 299.88",
    ):
        assert shown in text, shown


def test_bills_of_several_months_add_up(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified", valid_from="2026-02-01")
    office.report([("yunfan01", date(2026, month, 1), "CMCC", 1000) for month in (2, 3)])
    for month in (2, 3):
        office.run_billing(Month(2026, month))
    statement = made_of(office, *[row.id for row in office.rows("SELECT id FROM bills ORDER BY month DESC")])
    text = "".join(pages_of(office, statement))
    for shown in ("账单期间：2026-02 至 2026-03", "合计 2 张账单 2,000 100.00", "壹佰元整"):
        assert shown in text, shown
    assert text.index("账单-2026-02") < text.index("账单-2026-03")
    name = find_statement_file(office.begin(SALES), statement, "xlsx")["file_name"]
    assert name == f"用量明细-{YUNFAN}-2026-02_2026-03.xlsx"


def test_accounts_beyond_what_can_be_read_are_in_the_usage_detail_alone(
    office: Office, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze_statement, "ACCOUNTS_SHOWN_MAX", 1)
    statement = made_of(office, bill)
    text = "".join(pages_of(office, statement))
    assert "本账单共 2 个账号" in text
    assert "=cmd|yunfan" not in text
    assert [row[1:] for row in sheet_of(office, statement, "账号汇总")[1:]] == [
        ["#let x = 1 *粗* $y$", 3000.0, 103.5],
        ["=cmd|yunfan", 3000.0, 103.5],
    ]


def test_a_statement_too_long_to_be_set_is_refused_when_it_is_asked_for(
    office: Office, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze_statement, "ROWS_MAX", 3)
    assert fields_of(lambda: ask_for(office, bill)) == {"bill_ids": ["statement_too_long|4|3"]}
    assert office.value("SELECT count(*) FROM statements") == 0
    assert office.value("SELECT count(*) FROM jobs WHERE name = 'statement'") == 0


# The same to the byte


def test_whatever_becomes_of_the_bills_and_the_customer_the_statement_is_the_same_to_the_byte(office: Office, bill: UUID) -> None:
    statement, job = ask_for(office, bill)
    late, late_job = ask_for(office, bill)
    office.do_shard(job)
    first = file_of(office, statement, "pdf")
    detail = file_of(office, statement, "xlsx")
    customer = office.value("SELECT customer_id FROM bills")
    office.customer("更名后的公司", id=customer, version=2, information={"company_name": "更名后的公司"})
    office.rows("UPDATE bill_lines SET unit_price = 9, amount = 54000 RETURNING number")
    office.rows("UPDATE bill_accounts SET amount = 27000, identifier = 'renamed' || quantity || amount RETURNING quantity")
    office.rows("UPDATE bills SET amount = 54000, product_name = '改名产品', version = version + 1 RETURNING id")
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(bill))
    office.archive("reconciliation", process, selected(bill))

    make_again(office, job)
    assert hashlib.sha256(file_of(office, statement, "pdf")).digest() == hashlib.sha256(first).digest()
    assert file_of(office, statement, "xlsx") == detail
    office.do_shard(late_job)  # asked for before, made after
    made_late = "".join(pages_of(office, late))
    assert "207.00" in made_late
    assert "54,000.00" not in made_late
    assert "54,000.00" in "".join(pages_of(office, made_of(office, bill)))
    shas = {row.pdf_sha256 for row in office.rows("SELECT pdf_sha256 FROM statements WHERE id = :id", id=statement)}
    assert shas == {hashlib.sha256(first).hexdigest()}


def test_a_bill_that_is_rated_anew_is_new_on_new_statements_alone(office: Office) -> None:
    priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    statement, job = ask_for(office, bill_id(office))
    office.do_shard(job)
    first = file_of(office, statement, "pdf")
    sent(office, ("yunfan-1", "2026-03-31", 200), ("yunfan-2", "2026-03-01", 40))
    assert office.rerate() == {"replaced": 1}
    make_again(office, job)
    assert file_of(office, statement, "pdf") == first
    assert sheet_of(office, statement, "账单汇总")[1][4:9] == [1000.0, 0.0, 1200.0, 200.0, 50.0]
    anew = made_of(office, bill_id(office))
    assert "合计 1 张账单 1,240 62.00" in "".join(pages_of(office, anew))
    assert sheet_of(office, anew, "账单汇总")[1][4:9] == [1240.0, 0.0, 1240.0, 0.0, 62.0]


def test_another_seller_gives_other_statements_from_then_on(office: Office, bill: UUID) -> None:
    statement, job = ask_for(office, bill)
    office.do_shard(job)
    first = file_of(office, statement, "pdf")
    other, other_job = ask_for(office, bill, seller=Seller("另一家公司"))
    office.do_shard(other_job)
    make_again(office, job)
    assert file_of(office, statement, "pdf") == first
    text = "".join(pages_of(office, other))
    assert "另一家公司" in text
    assert "1001281209016888999" not in text


# The usage detail


def test_the_usage_detail_has_a_row_for_every_daily_sum_and_no_formulas(office: Office, bill: UUID) -> None:
    statement = made_of(office, bill)
    rows = sheet_of(office, statement, "用量明细")
    assert rows[0] == ["产品", "账号", "日期", "运营商/国家", "数量（条）"]
    assert ["行业短信", "=cmd|yunfan", date(2026, 3, 2), "中国移动", 2000.0] in rows
    assert len(rows) == 5
    (number,) = (row[0] for row in sheet_of(office, statement, "账单汇总")[1:])
    assert number == f"账单-2026-03-{YUNFAN}-行业短信-001"


def test_usage_that_came_after_the_bill_is_in_the_detail_and_what_differs_is_said(office: Office, bill: UUID) -> None:
    assert sheet_of(office, made_of(office, bill), "账单汇总")[1][3:] == [2.0, 6000.0, 0.0, 6000.0, 0.0, 207.0, ""]
    statement, job = ask_for(office, bill)
    office.report([("=cmd|yunfan", date(2026, 3, 9), "CUCC", 50)])
    office.do_shard(job)
    assert ["行业短信", "=cmd|yunfan", date(2026, 3, 9), "中国联通", 50.0] in sheet_of(office, statement, "用量明细")
    assert sheet_of(office, statement, "账单汇总")[1][3:] == [2.0, 6000.0, 0.0, 6050.0, 50.0, 207.0, DIFFERS]


def test_an_adjustment_is_a_line_of_the_bill_and_no_difference_in_the_detail(office: Office) -> None:
    customer_id, _ = priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    reconcile(office, customer_id, bill_id(office))
    sent(office, ("yunfan-2", "2026-03-31", 200))
    assert office.rerate() == {"adjusted": 1}
    next_month(office)
    sent(office, ("yunfan-1", "2026-04-10", 100))
    office.run_billing(APRIL)
    other = office.product(customer_id, "营销短信", "marketing_sms")
    row = office.rows("SELECT id FROM accounts WHERE identifier = 'yunfan-2'")[0]
    office.account(other, customer_id, "yunfan-2", id=row.id, version=2)
    sent(office, ("yunfan-2", "2026-04-11", 9))  # under another product by now, and no part of this bill
    statement = made_of(office, bill_id(office, APRIL))
    text = "".join(pages_of(office, statement))
    for shown in ("2026-03 用量 晚到用量调整", "200", "10.00", "合计 1 张账单 300 15.00"):
        assert shown in text, shown
    assert [row[1:] for row in sheet_of(office, statement, "用量明细")[1:]] == [
        ["yunfan-1", date(2026, 4, 10), "中国移动", 100.0]
    ]
    assert sheet_of(office, statement, "账单汇总")[1][3:] == [2.0, 300.0, 200.0, 100.0, 0.0, 15.0, ""]
    assert [row[1:] for row in sheet_of(office, statement, "账号汇总")[1:]] == [
        ["yunfan-1", 100.0, 5.0],
        ["yunfan-2", 200.0, 10.0],
    ]


def test_the_detail_is_of_the_accounts_that_the_bill_counted_whosever_they_are_by_now(office: Office, bill: UUID) -> None:
    row = office.rows("SELECT id, customer_id FROM accounts WHERE identifier = '=cmd|yunfan'")[0]
    other = office.product(row.customer_id, "营销短信", "marketing_sms")
    office.account(other, row.customer_id, "=cmd|yunfan", id=row.id, version=2)
    newcomer = office.value("SELECT product_id FROM bills")
    office.account(newcomer, row.customer_id, "newcomer")
    office.report([("newcomer", date(2026, 3, 5), "CMCC", 7)])
    rows = sheet_of(office, made_of(office, bill), "用量明细")[1:]
    assert [(each[0], each[1]) for each in rows] == [("行业短信", "#let x = 1 *粗* $y$")] * 2 + [("行业短信", "=cmd|yunfan")] * 2


def test_usage_under_a_name_that_was_assigned_to_an_account_is_the_accounts(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    account = office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 100), ("YUNFAN-1", date(2026, 3, 1), "CMCC", 20)])
    office.report([("YUNFAN-1", date(2026, 3, 2), "CUCC", 3)])
    assign_usage_name(office.begin(), name="YUNFAN-1", account_id=account, reason="同一账号")
    office.run_billing()
    statement = made_of(office, office.value("SELECT id FROM bills"))
    assert [row[1:] for row in sheet_of(office, statement, "用量明细")[1:]] == [
        ["yunfan01", date(2026, 3, 1), "中国移动", 120.0],
        ["yunfan01", date(2026, 3, 2), "中国联通", 3.0],
    ]
    assert sheet_of(office, statement, "账单汇总")[1][4:8] == [123.0, 0.0, 123.0, 0.0]


def test_an_orders_bill_has_no_usage_to_compare(office: Office, customer: UUID) -> None:
    item = {"name": "服务器", "quantity": 2, "purchase_price": "1.00", "sale_price": "2.00"}
    office.archive("ecommerce_order", new_id(), {"supplier": "供应商", "items": [item]}, customer)
    statement = made_of(office, office.value("SELECT id FROM bills"))
    assert sheet_of(office, statement, "账单汇总")[1][3:] == [0.0, 2.0, 0.0, "", "", 4.0, ""]
    assert sheet_of(office, statement, "用量明细")[1:] == []


def test_what_is_sold_once_is_counted_in_pieces_and_never_added_to_messages(office: Office, bill: UUID) -> None:
    customer = office.value("SELECT customer_id FROM bills")
    item = {"name": "服务器", "quantity": 2, "purchase_price": "1.00", "sale_price": "2.00"}
    office.archive("ecommerce_order", new_id(), {"supplier": "供应商", "items": [item]}, customer)
    software = office.product(customer, "短信平台", "software")
    sale = {"product_id": str(software), "valid_from": "2026-03-05", "kind": "unified", "prices": unified("10"), "quantity": 3}
    office.archive("price_adjustment", new_id(), sale)
    office.run_billing(attempt=2)
    once = [row.id for row in office.rows("SELECT id FROM bills WHERE id <> :bill ORDER BY month, number", bill=bill)]
    text = "".join(pages_of(office, made_of(office, *once)))
    assert "数量（件）" in text
    assert "（条）" not in text
    assert "合计 2 张账单 5 34.00" in text
    assert "03-05 统一价 全部 3 10.00 30.00" in text
    both = "".join(pages_of(office, made_of(office, bill, *once)))
    assert "月份 数量 金额（元）" in both
    assert "合计 3 张账单 — 241.00" in both
    assert ("数量（条）" in both, "数量（件）" in both) == (True, True)


# Lists, and who sees them


def test_statements_are_listed_the_newest_first(office: Office, bill: UUID) -> None:
    query: dict[str, Any] = {"customer_id": None, "page_size": 2, "sort": "", "cursor": ""}
    made = []
    for _ in range(3):
        office.now += timedelta(minutes=1)
        made.append(ask_for(office, bill)[0])
    page = list_statements(office.begin(SALES), **query)
    assert [each["id"] for each in page.items] == made[:0:-1]
    (last,) = list_statements(office.begin(SALES), **{**query, "cursor": page.next_cursor}).items
    assert (last["id"], last["customer_name"], last["created_by_name"], last["state"]) == (made[0], YUNFAN, "张伟", "queued")
    customer = office.value("SELECT customer_id FROM bills")
    assert len(list_statements(office.begin(FINANCE), **{**query, "customer_id": customer}).items) == 2
    assert list_statements(office.begin(FINANCE), **{**query, "customer_id": new_id()}).items == []


def test_statements_are_of_one_customer_whose_bills_one_sees(office: Office, bill: UUID) -> None:
    statement = made_of(office, bill)
    with pytest.raises(NotFound, match="statement_not_found"):
        find_statement_file(office.begin(OTHER_SALES), statement, "pdf")
    with pytest.raises(NotFound, match="statement_not_found"):
        show_statement(office.begin(OTHER_SALES), statement)
    query: dict[str, Any] = {"customer_id": None, "page_size": 2, "sort": "", "cursor": ""}
    assert list_statements(office.begin(OTHER_SALES), **query).items == []
    assert fields_of(lambda: ask_for(office, bill, caller=OTHER_SALES)) == {"bill_ids.0": ["bill_not_found"]}
    other = office.customer("深圳市海蓝科技有限公司")
    office.archive(
        "ecommerce_order",
        new_id(),
        {"supplier": "供应商", "items": [{"name": "网线", "quantity": 1, "purchase_price": "1", "sale_price": "2"}]},
        other,
    )
    others = office.value("SELECT id FROM bills WHERE customer_id = :id", id=other)
    assert fields_of(lambda: ask_for(office, bill, others)) == {"bill_ids": ["bills_of_several_customers"]}
