"""What a price form has besides one price for all (spec, billing.md, "Prices"): tables by operator and by country, typed, pasted
or from a sheet; and whom a price below the floor asks."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import choose, enter_date
from tests.browser.screens import Screens, approve, begun, in_force, send, show
from tests.browser.watch import Watch
from tests.e2e.company import Company, Kept
from tests.workbooks import workbook

PASTE = """(cell, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
"""As the browser does on Ctrl-V of what a spreadsheet has copied."""


def price_form(page: Page, kept: Kept) -> Locator:
    show(page, f"/processes/start/price_adjustment?subject={kept.product_id}")
    return begun(page, "销售调价")


def upload(form: Locator, *rows: tuple[str, ...]) -> None:
    sheet = workbook(("国家", "单价", "开始日期"), *rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    form.get_by_label("上传价格表").first.set_input_files({"name": "价目.xlsx", "mimeType": kind, "buffer": sheet})


def price_shown(page: Page, kept: Kept) -> Locator:
    """The product's prices, where one looks for them."""
    show(page, f"/customers/{kept.id}?tab=products&product={kept.product_id}")
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".ant-skeleton")).to_have_count(0)
    return drawer


def test_a_table_by_operator_comes_from_a_sheet_and_below_the_floor_the_director_is_asked(
    screens: Screens, company: Company, watch: Watch
) -> None:
    watch.expect(r"422 POST /api/v1/price-tables")
    kept = company.customer()
    page = screens.sales
    form = price_form(page, kept)
    form.get_by_text("三网分开", exact=True).click()
    prices = form.get_by_role("table", name="价格表")
    for operator, price in (("中国移动", "0.035"), ("中国联通", "0.036"), ("中国电信", "0.0365")):
        prices.get_by_label(f"{operator} 第 1 档单价").fill(price)
    calculator = form.get_by_role("region", name="费用试算")
    calculator.get_by_label("中国联通").fill("200000")
    expect(calculator).to_contain_text("¥14,350.00")
    expect(calculator).not_to_contain_text("低于底价")
    prices.get_by_role("button", name="删除 中国电信").click()
    form.get_by_role("button", name="添加中国电信").click()
    expect(prices.get_by_label("中国电信 第 1 档单价")).to_have_value("")

    first = company.month_first.isoformat()
    upload(form, ("移动", "0.0285", first), ("联通", "三分", first))
    refused = page.get_by_role("dialog", name="价目.xlsx 未被接受")
    expect(refused.get_by_role("row", name="3 单价")).to_be_visible()
    refused.get_by_role("button", name="关闭").click()
    upload(form, ("移动", "0.0285", first), ("联通", "0.031", first), ("电信", "0.0315", first))
    expect(page.get_by_text("已读入 3 行价格")).to_be_visible()
    expect(form.get_by_label("开始日期")).to_have_value(first)
    expect(prices.get_by_label("中国移动 第 1 档单价")).to_have_value("0.028500")
    expect(calculator.get_by_text("低于底价，需销售事业部总审批")).to_be_visible()
    send(page)

    process = page.url.rpartition("/")[2]
    company.approve(process, ("lead", {}))
    director = screens.holder("sales_director")
    approve(director, kept.name, "战略客户，同意。")
    expect(director.locator(".process-head")).to_contain_text("低于底价")
    expect(director.get_by_role("row", name="中国移动")).to_contain_text("0.0285")
    company.approve(process, ("sales_admin", {}))
    company.sales.wait_until_in_force(process)
    expect(price_shown(page, kept)).to_contain_text("中国移动0.0285")


def test_a_table_by_country_is_typed_and_pasted_and_passes_the_director(screens: Screens, company: Company) -> None:
    kept = company.customer(kind="international_sms")
    page = screens.sales
    form = price_form(page, kept)
    enter_date(form, "开始日期", company.month_first)
    form.get_by_text("按国家", exact=True).click()
    choose(form, "国家 第 1 行", "新加坡")
    prices = form.get_by_role("table", name="价格表")
    prices.get_by_label("新加坡 第 1 档单价").fill("0.25")
    form.get_by_role("button", name="添加国家").click()
    prices.get_by_label("第 2 行 第 1 档单价").evaluate(PASTE, "美国\t0.11\n越南\t¥ 0.31")
    expect(prices.get_by_label("越南 第 1 档单价")).to_have_value("0.31")
    calculator = form.get_by_role("region", name="费用试算")
    expect(calculator).to_contain_text("¥25,000.00")
    choose(calculator, "国家", "美国")
    expect(calculator).to_contain_text("¥11,000.00")
    send(page)
    line = page.get_by_role("list", name="审批节点")
    company.approve(page.url.rpartition("/")[2], ("lead", {}), ("sales_admin", {}))
    in_force(page)
    expect(line.get_by_role("listitem").filter(has_text="销售事业部总").first).to_contain_text("低于底价 等于 否 系统自动通过")
    expect(page.get_by_role("row", name="越南")).to_contain_text("0.31")
    drawer = price_shown(page, kept)
    for country in ("新加坡", "美国", "越南"):
        expect(drawer.get_by_role("spinbutton", name=country)).to_be_visible()
