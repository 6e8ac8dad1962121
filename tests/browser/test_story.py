"""The main job, end to end, clicked through by those whose work it is (spec, README.md)."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.demo.companies import credit_code
from deploy.story.documents import one_page_pdf
from deploy.story.facts import Calendar, spread
from deploy.story.usage import usage_file
from tests.browser.conftest import photograph
from tests.browser.hands import attach, choose, enter_date, fill, submit
from tests.browser.screens import OTHER_SALES, Screens, approve, begin_for, send, settled, show
from tests.browser.watch import Watch

VOLUME: Final = 180_000
TOTAL: Final = "6,074.00"
"""100,000 at 0.0345 and 80,000 at 0.0328."""


@dataclass
class Company:
    """The people of the story at their screens, one browser each, and what they work on."""

    screens: Screens
    tag: str = field(default_factory=lambda: uuid4().hex[:6])
    calendar: Calendar = field(default_factory=Calendar.now)
    customer_address: str = ""

    @property
    def customer(self) -> str:
        return f"杭州听潮{self.tag}科技有限公司"

    @property
    def account(self) -> str:
        return f"tingchao-{self.tag}"

    @property
    def customer_id(self) -> str:
        return self.customer_address.rpartition("/")[2]

    @property
    def sales(self) -> Page:
        return self.screens.sales

    def holder(self, role: str) -> Page:
        return self.screens.holder(role)

    def decide(self, page: Page, opinion: str, enter: Callable[[Locator], Any] | None = None) -> None:
        """Agree to what waits for somebody and is about the customer."""
        approve(page, self.tag, opinion, enter)

    def start(self, process: str, of: str = "") -> Locator:
        """Begin a process on the customer's page; its form."""
        return begin_for(self.sales, self.customer_id, process, of)

    def send(self) -> None:
        send(self.sales)


@pytest.fixture
def company(screens: Screens, watch: Watch) -> Company:
    watch.expect(r"422 POST /api/v1/processes")  # the invoice that is a yuan short
    return Company(screens)


def test_the_main_job_is_done_in_the_browser(company: Company) -> None:
    add_the_customer(company)
    open_a_test_account(company)
    agree_a_contract(company)
    adjust_the_price(company)
    report_usage(company)
    make_the_bill(company)
    reconcile(company)
    invoice(company)
    collect(company)
    see_the_commission(company)


def add_the_customer(company: Company) -> None:
    page = company.sales
    show(page, "/customers")
    page.get_by_role("button", name="添加客户").click()
    drawer = page.get_by_role("dialog", name="添加客户")
    fill(drawer, 客户名称=company.customer, 地区="浙江省", 来源="行业展会")
    choose(drawer, "行业", "信息传输")
    drawer.get_by_role("button", name="与客户名称相同").click()
    number = credit_code(f"91330106MA{int(company.tag, 16) % 10_000_000:07d}")
    fill(drawer, 公司地址="杭州市西湖区文三路 1 号", 联系电话="0571-88001234", 开户银行="工商银行", 银行账号="1202021209900")
    fill(drawer, 税务号=number[:-1] + ("1" if number[-1] != "1" else "2"))
    drawer.get_by_role("button", name="添加客户").click()
    expect(drawer.get_by_text("校验位不对")).to_be_visible()
    fill(drawer, 税务号=number)
    drawer.get_by_role("button", name="添加客户").click()
    expect(page.get_by_role("heading", name=company.customer, level=1)).to_be_visible()
    company.customer_address = page.url.partition("?")[0]
    settled(page)
    page.get_by_role("button", name="添加部门").click()
    drawer = page.get_by_role("dialog", name="添加部门")
    fill(drawer, 部门="技术采购部")
    submit(drawer, "保存")
    # Not 在技术采购部添加联系人, which is there once the department is.
    page.get_by_role("button", name=re.compile(r"(^|\s)添加联系人$")).click()
    drawer = page.get_by_role("dialog", name="添加联系人")
    fill(drawer, 姓名="顾晓岚", 职务="采购经理", 手机="13816008866")
    choose(drawer, "部门", "技术采购部")
    submit(drawer, "保存")
    log = page.get_by_role("form", name="写日志")
    log.get_by_role("textbox", name="沟通内容").fill("拜访客户，确认验证码与通知短信需求。")
    choose(log, "联系人", "顾晓岚")
    log.get_by_role("button", name="保存日志").click()
    page.get_by_role("tab", name="产品与账号").click()
    page.get_by_role("button", name="添加产品").first.click()
    drawer = page.get_by_role("dialog", name="添加产品")
    choose(drawer, "产品类型", "行业短信")
    submit(drawer, "保存")
    expect(page.locator(".page-head")).to_contain_text("意向客户")
    other = company.screens.at(OTHER_SALES)
    show(other, f"/customers?q={company.tag}")
    expect(other.get_by_text("没有符合条件的记录")).to_be_visible()


def open_a_test_account(company: Company) -> None:
    form = company.start("测试账号申请", of="行业短信")
    fill(form, 签名="听潮科技", 发送模板="【听潮科技】您的验证码是{code}", 行业="软件")
    choose(form, "接口类型", "HTTP")
    company.send()
    expect(company.sales.get_by_role("list", name="审批节点")).to_contain_text("陈静")
    photograph(company.sales, "story-process-zh")
    company.decide(company.screens.lead, "客户情况属实，同意测试。")
    company.decide(company.holder("risk_expert"), "签名与模板合规。")

    def enter(asked: Locator) -> None:
        identifiers = asked.get_by_role("combobox", name="账号")
        identifiers.fill(company.account)
        identifiers.press("Enter")
        identifiers.press("Escape")

    company.decide(company.holder("customer_care"), "已开户。", enter)
    becomes(company, "测试客户")


def agree_a_contract(company: Company) -> None:
    form = company.start("合同评审")
    form.get_by_role("checkbox", name=re.compile("行业短信")).check()
    first = company.calendar.first_of_this_month
    enter_date(form, "开始有效期", company.calendar.day(1))
    enter_date(form, "结束有效期", first.replace(year=first.year + 1))
    fill(form, 月发送量="300000", 合同金额="120000", 单价="0.0345", 备注="标准合同，按月后付。")
    form.get_by_role("group", name=re.compile("是否标准合同")).get_by_role("radio", name="是").check()
    attach(form.get_by_role("group", name="合同附件"), "合同草稿.pdf", one_page_pdf("SMS service contract, draft"))
    company.send()
    company.decide(company.screens.lead, "同意。")
    for role in ("legal", "finance", "operations_vp", "sales_director"):
        company.decide(company.holder(role), "同意。")
    scan = one_page_pdf("SMS service contract, stamped")
    company.decide(
        company.sales, "双方已盖章。", lambda asked: attach(asked.get_by_role("group", name="双方盖章扫描件"), "盖章.pdf", scan)
    )
    becomes(company, "合同客户")


def becomes(company: Company, tier: str) -> None:
    """The customer's page shows the tier, once the effect is in force."""
    page = company.sales
    show(page, company.customer_address)
    expect(page.locator(".page-head")).to_contain_text(tier)


def adjust_the_price(company: Company) -> None:
    form = company.start("销售调价")
    first = company.calendar.first_of_this_month
    enter_date(form, "开始日期", company.calendar.day(1))
    enter_date(form, "结束日期", first.replace(year=first.year + 1))
    form.get_by_role("radio", name="阶梯价").check()
    form.get_by_role("button", name="添加档位").click()
    tiers = form.get_by_role("table", name=re.compile("档位"))
    tiers.get_by_label(re.compile("第 1 档上限")).fill("100000")
    tiers.get_by_label(re.compile("第 1 档单价")).fill("0.0345")
    tiers.get_by_label(re.compile("第 2 档单价")).fill("0.0328")
    calculator = form.get_by_role("region", name="费用试算")
    calculator.get_by_label("发送量").fill(str(VOLUME))
    expect(calculator).to_contain_text(f"¥{TOTAL}")
    fill(form, 调价理由="按合同约定")
    company.send()
    company.decide(company.screens.lead, "同意。")
    company.decide(company.holder("sales_admin"), "价格已核对。")


def report_usage(company: Company) -> None:
    page = company.holder("billing_expert")
    show(page, "/usage")
    page.get_by_role("tab", name="文件导入").click()
    page.get_by_role("button", name="导入用量文件").click()
    drawer = page.get_by_role("dialog")
    days = [company.calendar.day(number) for number in range(7, company.calendar.last_day.day + 1)]
    attach(drawer, f"用量-{company.tag}.csv", usage_file(company.account, spread(VOLUME, days)), "text/csv")
    drawer.get_by_role("button", name="开始导入").click()
    expect(page.get_by_text(re.compile(r"已计入 \d+ 行"))).to_be_visible()


def make_the_bill(company: Company) -> None:
    page = company.sales
    show(page, f"/bills/reconcile?customer={company.customer_id}")
    page.get_by_role("button", name="生成账单").click()
    expect(page.get_by_text(re.compile("已生成 1 张账单"))).to_be_visible()
    expect(page.locator("#main")).to_contain_text(TOTAL)


def reconcile(company: Company) -> None:
    page = company.sales
    page.get_by_role("button", name="全选待对账").click()
    page.get_by_role("button", name="对账单与数据分析报告").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.locator("iframe")).to_be_visible()
    with page.expect_download() as downloading:
        drawer.get_by_role("button", name="下载 PDF").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")
    drawer.get_by_role("button", name="关闭").click()
    expect(drawer).to_be_hidden()
    page.reload()
    settled(page)
    expect(page.get_by_role("complementary", name="已选账单")).to_contain_text(TOTAL)
    page.get_by_role("link", name="发起对账").click()
    expect(page.get_by_role("heading", name="对账", level=1)).to_be_visible()
    expect(page.locator("#main")).to_contain_text(f"¥{TOTAL}")
    company.send()
    company.decide(company.holder("billing_expert"), "数量与平台一致。")
    company.decide(company.holder("finance"), "同意。")


def invoice(company: Company) -> None:
    form = company.start("账单开票")
    form.get_by_role("checkbox", name=re.compile("^账单-")).check()
    asked = form.get_by_label(re.compile("开票金额$"))
    asked.fill("6073.00")
    form.get_by_role("radio", name="增值税普通发票").check()
    form.get_by_role("button", name="发起", exact=True).click()
    expect(form.get_by_text(re.compile("不一致|不相等|不等")).first).to_be_visible()
    asked.fill("6074.00")
    company.send()
    company.decide(company.screens.lead, "同意。")

    def enter(asked: Locator) -> None:
        fill(asked, 发票号码=f"2531{company.tag.upper()}")
        enter_date(asked, "开票日期", company.calendar.today)

    company.decide(company.holder("finance"), "已开具。", enter)


def collect(company: Company) -> None:
    page = company.holder("finance")
    show(page, "/receipt-imports/new")
    page.locator("#main input[type=file]").set_input_files(
        {"name": f"到款-{company.tag}.csv", "mimeType": "text/csv", "buffer": bank_file(company)}
    )
    page.get_by_role("button", name=re.compile("导入 1 笔")).click()
    expect(page.get_by_text("不是金额").first).to_be_visible()
    company.decide(company.sales, "款项无误，确认销账。", lambda _: photograph(company.sales, "story-write-off-zh"))
    expect(company.sales.get_by_text("满足条件: 自动销账 等于 1 系统自动通过")).to_have_count(6)


def bank_file(company: Company) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    moment = f"{company.calendar.today:%Y-%m-%d} 08:26:31"
    rows.writerow(["收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注"])
    rows.writerow(["1001244509016612345", f"{company.tag}01", moment, company.customer, "1202021209900", "6074.00", "短信费"])
    rows.writerow(["1001244509016612345", f"{company.tag}02", moment, "金额写错的公司", "", "一千元", ""])
    return text.getvalue().encode("gb18030")


def see_the_commission(company: Company) -> None:
    page = company.sales
    show(page, f"/bills?customer_id={company.customer_id}&state=closed")
    expect(page.locator("#main .list-row")).to_have_count(1)
    show(page, "/commission")
    expect(page.locator("#main")).to_contain_text(company.customer)
    photograph(page, "story-commission-zh")
    show(page, "/messages")
    expect(page.locator("#main")).to_contain_text(company.customer)
