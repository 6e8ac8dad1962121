"""Processes of the catalogue (workflow.md) clicked from where a person starts them, by everybody who decides, to where one looks
for their effect. ``test_story.py`` has those of the main job, ``test_reversals.py`` what is taken back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from deploy.story.documents import one_page_pdf
from tests.browser.conftest import photograph
from tests.browser.hands import attach, choose, control, enter_date, fill
from tests.browser.screens import (
    STRANGER,
    Screens,
    approve,
    begin_for,
    begun,
    in_force,
    send,
    settled,
    show,
)
from tests.browser.watch import Watch
from tests.e2e.company import Company

DEFINED: Final = ("code", "name_zh", "name_en", "owner_service", "owner_by", "subject_type", "starters", "fields", "facts")
"""What of a definition that is shown can be published with other nodes."""


def soon(company: Company) -> date:
    return company.today + timedelta(days=30)


def open_account(screens: Screens, customer_id: str, identifier: str) -> Locator:
    """An account's drawer, from the customer's page."""
    page = screens.sales
    show(page, f"/customers/{customer_id}?tab=products")
    page.get_by_role("button", name=identifier, exact=True).click()
    drawer = page.get_by_role("dialog", name=identifier)
    expect(drawer.locator(".ant-skeleton")).to_have_count(0)
    return drawer


def test_a_customer_of_the_pool_is_claimed(screens: Screens, company: Company) -> None:
    pooled = company.customer(by=STRANGER)
    company.desk(STRANGER).client.post(f"/customers/{pooled.id}/release", {"reason": "暂无需求"})
    page = screens.sales
    show(page, f"/pool?q={pooled.name}")
    page.get_by_role("link", name=f"申请客户 {pooled.name}").click()
    form = begun(page, "申请客户")
    fill(form, 申请理由="客户来电咨询国际短信。")
    attach(form.get_by_role("group", name="说明附件"), "来电记录.pdf", one_page_pdf("A call"))
    send(page)
    show(page, f"/pool?q={pooled.name}")
    expect(page.get_by_role("link", name="张伟 申请中", exact=True)).to_be_visible()
    other = screens.at(STRANGER)
    show(other, f"/pool?q={pooled.name}")
    expect(other.get_by_text("没有符合条件的记录")).to_be_visible()
    approve(screens.lead, pooled.name, "同意申请。")
    approve(screens.holder("sales_admin"), pooled.name, "同意申请。")
    in_force(screens.holder("sales_admin"))
    show(page, f"/customers?q={pooled.name}")
    row = page.locator("#main .list-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("沉默客户")
    row.locator("a").first.click()
    settled(page)
    expect(page.locator("#main")).to_contain_text("张伟")


def test_a_channel_is_registered_for_an_account(screens: Screens, company: Company) -> None:
    kept = company.customer()
    page = screens.sales
    open_account(screens, kept.id, kept.account).get_by_role("link", name="通道报备").click()
    form = begun(page, "通道报备")
    fill(form, 签名="云帆", 子号码="8612", 申请说明="验证码与通知。")
    form.get_by_role("radio", name="短信和彩信", exact=True).check()
    choose(form, "行业", "信息传输")
    attach(form.get_by_role("group", name="申请材料"), "营业执照.pdf", one_page_pdf("A licence"))
    send(page)
    approve(screens.lead, kept.name, "同意报备。")
    approve(screens.holder("risk_expert"), kept.name, "签名与主体一致。")

    def enter(panel: Locator) -> None:
        panel.get_by_role("radio", name="报备失败").check()
        expect(control(panel, "结果说明")).to_be_visible()
        panel.get_by_role("radio", name="报备成功").check()
        expect(control(panel, "结果说明")).to_have_count(0)
        fill(panel, 通道="移动 1069")

    resource = screens.holder("resource")
    approve(resource, kept.name, "已报备。", enter)
    in_force(resource)
    drawer = open_account(screens, kept.id, kept.account)
    row = drawer.get_by_role("row", name="【云帆】")
    expect(row).to_contain_text("移动 1069")
    expect(row).to_contain_text("已报备")


def test_an_account_is_recharged_from_its_ledger(screens: Screens, company: Company) -> None:
    kept = company.customer(mode="prepaid")
    page = screens.sales
    show(page, f"/balances?customer_id={kept.id}")
    page.locator("#main .list-row").click()
    page.get_by_role("dialog").get_by_role("link", name="销售充值").click()
    form = begun(page, "销售充值")
    expect(form.get_by_role("radio", name="预付")).to_be_checked()
    fill(form, 单价="0.05", 条数="9600")
    expect(control(form, "充值金额")).to_have_value("480.00")
    fill(form, 充值金额="500")
    expect(form.get_by_role("button", name="改为 480.00")).to_be_visible()
    form.get_by_role("button", name="改为 10,000 条").click()
    expect(form).to_contain_text("10,000 条 × 0.05 = 500.00 元")
    enter_date(form, "开票截止日期", soon(company))
    enter_date(form, "收款截止日期", soon(company))
    photograph(page, "start-recharge-zh")
    send(page)
    approve(screens.lead, kept.name, "同意充值。")
    approve(screens.holder("finance"), kept.name, "款已收到。", lambda panel: enter_date(panel, "实际收款日期", company.today))
    care = screens.holder("customer_care")
    approve(care, kept.name, "已充值。", lambda panel: enter_date(panel, "实际开票日期", company.today))
    in_force(care)
    show(page, f"/balances?account={kept.account_id}")
    ledger = page.get_by_role("dialog", name=kept.account)
    expect(ledger.get_by_role("row", name="充值")).to_contain_text("500.00")
    expect(ledger).to_contain_text("10,000 条 × 0.05 元")
    expect(ledger).to_contain_text(f"收款：{company.today}")
    expect(ledger).to_contain_text(f"开票：{company.today}")


def test_an_account_may_owe_up_to_a_limit(screens: Screens, company: Company) -> None:
    kept = company.customer(mode="prepaid")
    page = screens.sales
    form = begin_for(page, kept.id, "后付款申请")
    expect(form.get_by_text("¥0.00").first).to_be_visible()
    fill(form, 额度="100", 申请理由="客户月底统一付款。")
    enter_date(form, "截止日期", soon(company))
    send(page)
    approve(screens.lead, kept.name, "同意后付。")
    approve(screens.holder("finance"), kept.name, "信用良好。")
    director = screens.holder("sales_director")
    approve(director, kept.name, "同意。")
    in_force(director)
    show(page, f"/balances?account={kept.account_id}")
    ledger = page.get_by_role("dialog", name=kept.account)
    expect(ledger).to_contain_text("¥100.00")
    expect(ledger).to_contain_text(soon(company).isoformat())


@pytest.fixture
def expert_to_choose(company: Company) -> Iterator[None]:
    """A limit is looked at by an expert whom its initiator names; until the test is over. No other module asks for limits."""
    path, admin = "/process-definitions", company.desk("admin").client
    shown = admin.get(f"{path}/deferred_payment")
    shipped = {name: shown[name] for name in DEFINED}
    actors = {"kind": "chosen", "roles": ["risk_expert", "audit_expert"]}
    expert = {"code": "expert", "name_zh": "信用专家", "name_en": "Credit expert", "actors": actors}

    def publish(nodes: list[dict[str, Any]], note: str) -> None:
        newest = admin.get(f"{path}/deferred_payment/versions")["items"][0]["version"]
        admin.post(path, {"definition": {**shipped, "nodes": nodes}, "note": note, "version": newest})

    publish([*shown["nodes"][:2], expert], "由发起人指定专家")
    yield
    publish(shown["nodes"], "恢复")


@pytest.mark.usefixtures("expert_to_choose")
def test_who_starts_a_process_chooses_who_looks_and_chooses_anew_when_it_comes_back(
    screens: Screens, company: Company, watch: Watch
) -> None:
    watch.expect(r"422 POST /api/v1/processes")
    kept = company.customer(mode="prepaid")
    page = screens.sales
    form = begin_for(page, kept.id, "后付款申请")
    expect(page.get_by_role("complementary", name="流程节点")).to_contain_text("由发起人指定 风控专家、运营稽核专家")
    fill(form, 额度="100", 申请理由="客户月底统一付款。")
    enter_date(form, "截止日期", soon(company))
    form.get_by_role("button", name="发起", exact=True).click()
    expect(form.get_by_role("alert").filter(has_text="信用专家")).to_be_visible()
    choose(form, "信用专家 处理人 1", "胡斌")
    send(page)
    line = page.get_by_role("list", name="审批节点")
    expect(line).to_contain_text("胡斌")
    company.desk("lead").reject(page.url.rpartition("/")[2], "胡斌出差，请另选。")
    page.get_by_role("button", name="修改并重新提交").click()
    settled(page)
    expect(form.get_by_role("group", name="信用专家")).to_contain_text("胡斌")
    choose(form, "信用专家 处理人 1", "郭涛")
    page.get_by_role("button", name="修改并重新提交").click()
    expect(line).to_contain_text("郭涛")
    expect(line).not_to_contain_text("胡斌")


def test_a_word_is_exempted_for_an_account(screens: Screens, company: Company) -> None:
    """A sensitive kind: risk control is asked first."""
    kept = company.customer()
    page = screens.sales
    open_account(screens, kept.id, kept.account).get_by_role("link", name="客服特殊申请").click()
    form = begun(page, "客服特殊申请")
    choose(form, "申请类型", "敏感词排除")
    expect(form).to_contain_text(kept.account)
    fill(form, 申请说明="客户业务为正规小额贷款。")
    words = control(form, "敏感词")
    words.fill("贷款，借款")
    words.press("Enter")
    words.press("Escape")
    send(page)
    approve(screens.holder("risk_expert"), kept.name, "资质齐全。")
    routing = screens.holder("routing_manager")
    approve(routing, kept.name, "已加入白名单。")
    in_force(routing)
    drawer = open_account(screens, kept.id, kept.account)
    for word in ("贷款", "借款"):
        expect(drawer.get_by_role("link", name=word, exact=True)).to_be_visible()


def test_the_details_of_a_month_are_handed_over(screens: Screens, company: Company) -> None:
    """A kind that is not sensitive passes risk control; what operations enters is the answer."""
    kept = company.customer()
    page = screens.sales
    form = begin_for(page, kept.id, "客服特殊申请")
    choose(form, "申请类型", "导出详单")
    enter_date(form, "详单开始日期", company.month_first)
    enter_date(form, "详单结束日期", company.today)
    fill(form, 申请说明="客户核对用量。")
    send(page)
    expect(page.get_by_role("list", name="审批节点")).to_contain_text("自动通过")
    support = screens.holder("tech_support")
    details = "账号,日期,条数\n目录,2026-10-01,100\n".encode()
    approve(
        support,
        kept.name,
        "见附件。",
        lambda panel: attach(panel.get_by_role("group", name="详单"), "详单.csv", details, "text/csv"),
    )
    in_force(support)
    show(page, f"/processes?box=started&q={kept.name}")
    page.locator("#main .list-row a").first.click()
    settled(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="下载 详单.csv").first.click()
    assert downloading.value.path().read_bytes() == details


def test_the_cycle_of_a_product_is_changed(screens: Screens, company: Company) -> None:
    kept = company.customer()
    page = screens.sales
    form = begin_for(page, kept.id, "账单周期更改")
    form.get_by_role("checkbox").check()
    fill(form, 新账单周期="13", 备注="客户要求季度付款。")
    form.get_by_role("button", name="发起", exact=True).click()
    expect(form.get_by_text("应在 1 至 12 之间").first).to_be_visible()
    fill(form, 新账单周期="3")
    send(page)
    approve(screens.lead, kept.name, "同意更改。")
    approve(screens.holder("finance"), kept.name, "同意更改。")
    admin = screens.holder("sales_admin")
    approve(admin, kept.name, "同意更改。")
    in_force(admin)
    show(page, f"/customers/{kept.id}?tab=products")
    expect(page.locator("#main .product")).to_contain_text("账单周期 3 个月")


def test_goods_are_bought_and_sold_on_one_bill(screens: Screens, company: Company) -> None:
    """From the catalogue itself: the chooser of processes, and of the customer."""
    kept = company.customer()
    page = screens.sales
    show(page, "/processes?box=started")
    page.get_by_role("button", name="发起流程").click()
    page.get_by_role("link", name="电商购销单").click()
    expect(page.get_by_role("heading", name="为哪个客户发起？")).to_be_visible()
    choose(page, "客户", kept.name)
    form = begun(page, "电商购销单")
    fill(form, 供应商="上海供货有限公司", 交货方式="电子卡密")
    items = form.get_by_role("group", name="商品")
    for row, (name, quantity, bought, sold) in enumerate((("话费充值卡", "100", "9.5", "10"), ("视频月卡", "10", "12", "15")), 1):
        if row > 1:
            items.get_by_role("button", name="添加一行").click()
        for column, text in (("名称", name), ("数量", quantity), ("采购单价", bought), ("销售单价", sold)):
            items.get_by_label(f"{column} 第 {row} 行").fill(text)
    expect(items).to_contain_text("¥1,070.00")
    expect(items).to_contain_text("¥1,150.00")
    expect(items).to_contain_text("¥80.00 (7.0%)")
    photograph(page, "start-order-zh")
    send(page)
    approve(screens.lead, kept.name, "同意采购。")
    approve(screens.holder("resource"), kept.name, "货源已确认。")
    finance = screens.holder("finance")
    approve(finance, kept.name, "同意付款。")
    in_force(finance)
    show(page, f"/bills?customer_id={kept.id}")
    row_shown = page.locator("#main .list-row")
    expect(row_shown).to_have_count(1)
    row_shown.locator("a").first.click()
    settled(page)
    expect(page.locator("#main")).to_contain_text("¥1,150.00")
    expect(page.get_by_role("row", name="话费充值卡")).to_contain_text("1,000.00")


def test_money_is_invoiced_before_there_is_a_bill(screens: Screens, company: Company) -> None:
    kept = company.customer()
    page = screens.sales
    show(page, "/invoices")
    page.get_by_role("link", name="无账单开票").click()
    expect(page.get_by_role("heading", name="为哪个客户发起？")).to_be_visible()
    choose(page, "客户", kept.name)
    form = begun(page, "无账单开票")
    fill(form, 已收金额="400", 开票金额="500", 备注="预收下季度短信费。")
    expect(form).to_contain_text("开票多于已收")
    form.get_by_role("radio", name="增值税专用发票").check()
    expect(form.get_by_text("专用发票还缺")).to_be_visible()
    form.get_by_role("radio", name="增值税普通发票").check()
    expect(form.get_by_text("发票还缺")).to_have_count(0)
    expect(control(form, "公司名称")).to_have_value(kept.name)
    send(page)
    approve(screens.lead, kept.name, "同意开票。")
    number = company.number()["invoice_number"]

    def enter(panel: Locator) -> None:
        fill(panel, 发票号码=number)
        enter_date(panel, "开票日期", company.today)

    finance = screens.holder("finance")
    approve(finance, kept.name, "已开具。", enter)
    in_force(finance)
    show(page, f"/customers/{kept.id}?tab=bills")
    page.get_by_role("link", name=number).click()
    settled(page)
    expect(page.locator(".page-head")).to_contain_text("已开具")
    expect(page.locator("#main")).to_contain_text("¥500.00")
    expect(page.locator("#main")).to_contain_text("¥400.00")


def test_a_receipt_is_written_off_by_hand(screens: Screens, company: Company) -> None:
    """What came in covers the bill in part; no automatic write-off starts, and sales gives it out."""
    kept = company.customer()
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    receipt = company.receipt(kept, "300.00")
    page = screens.sales
    show(page, f"/receipts/{receipt['id']}")
    page.get_by_role("link", name="手动销账").click()
    form = begun(page, "销账")
    amount = form.get_by_label(f"{kept.name} 的款用于账单 {bill['number']} 的金额")
    amount.fill("300.01")
    expect(form).to_contain_text("超出 ¥0.01")
    form.get_by_role("button", name="清空").click()
    form.get_by_role("button", name="按到期先后自动分配").click()
    expect(amount).to_have_value("300.00")
    expect(form.get_by_text("销账合计")).to_contain_text("¥300.00")
    photograph(page, "start-write-off-zh")
    send(page)
    approve(screens.holder("sales_director"), kept.name, "同意销账。")
    approve(screens.holder("finance"), kept.name, "款项已核对。")
    approve(page, kept.name, "确认销账。")
    in_force(page)
    show(page, f"/receivables/{bill['id']}")
    expect(page.locator("#main")).to_contain_text("¥120.00")
    expect(page.locator("#main")).to_contain_text("¥0.00 / ¥300.00")
