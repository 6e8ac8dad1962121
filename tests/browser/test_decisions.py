"""Every decision that a handler has, and what goes beside it (workflow.md, "The engine"), clicked by those whose it is."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from deploy.story.documents import one_page_pdf
from tests.browser.hands import attach, choose, control, fill, submit
from tests.browser.screens import (
    OTHER_LEAD,
    OTHER_SALES,
    STRANGER,
    Screens,
    approve,
    asked,
    decide,
    in_force,
    load,
    open_task,
    pick,
    settled,
    show,
)
from tests.browser.watch import Watch
from tests.e2e.company import Company, Kept
from tests.e2e.starts import contract_review

WORDS = "客户要求更换签名通道"


@pytest.fixture(scope="module")
def kept(company: Company) -> Kept:
    """A customer with an account: what all processes here are about."""
    return company.customer()


def registration(company: Company, kept: Kept, signature: str) -> str:
    """A channel registration that waits for the lead; each is about a signature of its own.

    :returns: what finds it.
    """
    form = {"signature": signature, "type": "sms", "industry": "i", "explanation": WORDS}
    company.sales.start("channel_registration", kept.account_id, form)
    return signature


def test_what_comes_back_is_mended_and_sent_again_with_all_its_values(screens: Screens, company: Company, kept: Kept) -> None:
    """Returned to its initiator; what is not mended stays as it was, also over a reload."""
    about = registration(company, kept, f"退回{kept.account[-5:]}")
    open_task(screens.lead, about)
    asked(screens.lead).get_by_role("button", name="退回").click()
    pick(screens.lead, "发起")
    expect(asked(screens.lead).get_by_text("请填写意见")).to_be_visible()
    decide(screens.lead, "退回", "子号码没有填。", to="发起")
    page = screens.sales
    show(page, f"/processes?box=todo&q={about}")
    page.locator("#main .list-row a").first.click()
    settled(page)
    expect(page.get_by_text("子号码没有填。").first).to_be_visible()
    page.get_by_role("button", name="修改并重新提交").click()
    form = page.locator("#main")
    expect(control(form, "申请说明")).to_have_value(WORDS)
    fill(form, 子号码="106")
    expect(page.get_by_text(re.compile("已自动保存"))).to_be_visible()
    page.reload()
    expect(control(form, "子号码")).to_have_value("106")
    expect(control(form, "签名")).to_have_value(about)
    expect(form.get_by_role("radio", name="短信", exact=True)).to_be_checked()
    fill(form, 意见="已补子号码。")
    page.get_by_role("button", name="修改并重新提交").click()
    expect(page.get_by_text("已补子号码。")).to_be_visible()
    expect(page.get_by_label("变更")).to_contain_text("106")
    approve(screens.lead, about, "子号码正确。")


def test_a_node_sends_back_to_an_earlier_one(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"回退{kept.account[-5:]}")
    approve(screens.lead, about, "同意。")
    risk = screens.holder("risk_expert")
    open_task(risk, about)
    decide(risk, "退回", "请领导确认主体。", to="销售部门领导")
    open_task(screens.lead, about)
    expect(screens.lead.get_by_text("请领导确认主体。").first).to_be_visible()
    decide(screens.lead, "同意", "主体已确认。")
    approve(risk, about, "确认无误。")


def test_a_rejection_says_why_and_ends_what_it_reserved(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"驳回{kept.account[-5:]}")
    open_task(screens.lead, about)
    decide(screens.lead, "驳回", "该客户没有资质。")
    expect(screens.lead.locator(".page-head")).to_contain_text("已驳回")
    page = screens.sales
    show(page, f"/processes?box=started&q={about}")
    row = page.locator("#main .list-row")
    expect(row).to_contain_text("已驳回")
    row.locator("a").first.click()
    settled(page)
    expect(page.locator("#main .ant-alert-error")).to_contain_text("该客户没有资质。")


def test_an_initiator_takes_back_what_is_under_way(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"撤回{kept.account[-5:]}")
    lead, page = screens.lead, screens.sales
    open_task(lead, about)
    show(page, f"/processes?box=started&q={about}")
    page.locator("#main .list-row a").first.click()
    settled(page)
    page.get_by_role("button", name="更多").click()
    pick(page, "撤回")
    drawer = page.get_by_role("dialog", name="撤回")
    fill(drawer, 说明="客户改变主意。")
    submit(drawer, "撤回")
    expect(page.locator(".page-head")).to_contain_text("已撤回")
    # The lead, who has it open, sees it go.
    expect(lead.locator(".page-head")).to_contain_text("已撤回")
    expect(asked(lead)).to_have_count(0)


def hand_on(page: Page, action: str, person: str, words: str, position: str = "") -> None:
    """Give the task that is open to somebody, as its menu offers."""
    asked(page).get_by_role("button", name="转交").click()
    pick(page, action)
    drawer = page.get_by_role("dialog", name=action)
    choose(drawer, "交给谁", person)
    if position:
        drawer.get_by_role("radio", name=position).check()
    fill(drawer, 说明=words)
    submit(drawer, action)


def test_a_task_is_handed_to_somebody_else(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"转办{kept.account[-5:]}")
    lead, other = screens.lead, screens.at(OTHER_LEAD)
    open_task(lead, about)
    hand_on(lead, "转办", "周敏", "我下午出差。")
    expect(asked(lead)).to_have_count(0)
    approve(other, about, "代为审核，同意。")
    expect(other.locator(".history")).to_contain_text("我下午出差。")
    expect(other.get_by_role("list", name="审批节点")).to_contain_text("周敏")


def test_a_further_approver_stands_behind(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"加签{kept.account[-5:]}")
    lead, other = screens.lead, screens.at(OTHER_LEAD)
    open_task(lead, about)
    hand_on(lead, "加签", "周敏", "请华南也看一下。", "在我之后审批")
    line = lead.get_by_role("list", name="审批节点")
    expect(line).to_contain_text("后加签")
    decide(lead, "同意", "我同意。")
    expect(line.locator("[aria-current=step]")).to_contain_text("周敏")
    approve(other, about, "华南没有意见。")
    expect(other.get_by_role("list", name="审批节点").locator("[aria-current=step]")).to_contain_text("风控专家")


def test_a_further_approver_stands_before(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"前签{kept.account[-5:]}")
    lead, other = screens.lead, screens.at(OTHER_LEAD)
    open_task(lead, about)
    hand_on(lead, "加签", "周敏", "请华南先看一下。", "在我之前审批")
    expect(asked(lead)).to_have_count(0)
    approve(other, about, "华南没有异议。")
    open_task(lead, about)
    expect(lead.locator(".history")).to_contain_text("华南没有异议。")
    decide(lead, "同意", "都看过了。")
    expect(lead.get_by_role("list", name="审批节点").locator("[aria-current=step]")).to_contain_text("风控专家")


def test_an_administrator_gives_a_stuck_task_to_somebody_else(screens: Screens, company: Company, kept: Kept) -> None:
    """Whoever had it open sees it go; the one who has it now learns whose it was."""
    about = registration(company, kept, f"改派{kept.account[-5:]}")
    lead, admin, other = screens.lead, screens.at("admin"), screens.at(OTHER_LEAD)
    open_task(lead, about)
    show(admin, lead.url)
    admin.get_by_role("button", name="改派 陈静 的待办").click()
    drawer = admin.get_by_role("dialog", name="改派")
    choose(drawer, "交给谁", "周敏")
    fill(drawer, 说明="陈静休假，联系不上。")
    submit(drawer, "改派")
    expect(admin.get_by_role("list", name="审批节点").locator("[aria-current=step]")).to_contain_text("周敏")
    expect(asked(lead)).to_have_count(0)
    open_task(other, about)
    expect(other.locator(".history")).to_contain_text("陈静 → 周敏")
    expect(other.locator(".history")).to_contain_text("陈静休假，联系不上。")


def test_what_could_not_come_into_force_says_why_and_is_tried_again(screens: Screens, company: Company, kept: Kept) -> None:
    """Two accounts of a product asked for one sub-number; the second has it once the first has given it up."""
    second = company.account(kept.product_id)
    form = {"kind": "sub_number", "sub_number": "107", "explanation": WORDS}
    started = [
        company.sales.start("special_request", kept.id, {**form, "account_id": account_id})
        for account_id in (kept.account_id, second["id"])
    ]
    company.approve(started[0], ("customer_care", {}))
    company.sales.wait_until_in_force(started[0])
    company.approve(started[1], ("customer_care", {}))
    page = screens.sales
    show(page, f"/processes/{started[1]}")
    expect(page.locator(".page-head")).to_contain_text("未能生效")
    expect(page.get_by_role("alert").filter(has_text="审批结果未能生效")).to_contain_text("107")
    company.change_account(kept.account_id, sub_number="")
    page.get_by_role("button", name="重试生效").click()
    drawer = page.get_by_role("dialog", name="重试生效")
    fill(drawer, 说明="子号码已让出。")
    submit(drawer, "重试生效")
    in_force(page)
    expect(page.locator(".history")).to_contain_text("子号码已让出。")


def test_advice_is_asked_for_given_and_not_waited_for_any_longer(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"委派{kept.account[-5:]}")
    lead, other = screens.lead, screens.at(OTHER_LEAD)
    open_task(lead, about)
    hand_on(lead, "委派（征求意见）", "周敏", "您看可以吗？")
    show(other, f"/processes?box=todo&q={about}")
    expect(other.locator("#main .list-row")).to_contain_text("征求意见")
    other.locator("#main .list-row a").first.click()
    settled(other)
    panel = other.get_by_role("region", name="待您处理")
    fill(panel, 意见="可以，注意签名。")
    panel.get_by_role("button", name="答复").click()
    expect(panel).to_have_count(0)
    # Its answer is seen at once by whoever waits for it.
    expect(lead.get_by_text("可以，注意签名。").first).to_be_visible()
    expect(asked(lead)).to_be_visible()
    hand_on(lead, "委派（征求意见）", "王芳", "销售怎么看？")
    lead.get_by_role("button", name="收回委派").click()
    drawer = lead.get_by_role("dialog", name="收回委派")
    submit(drawer, "收回委派")
    decide(lead, "同意", "不再等待，同意。")
    show(screens.at(OTHER_SALES), f"/processes?box=todo&q={about}")
    expect(screens.at(OTHER_SALES).get_by_text("没有符合条件的记录")).to_be_visible()


@pytest.fixture
def deputy(screens: Screens, company: Company) -> Iterator[Page]:
    """Whoever is legal is away today, and has named who acts in the meantime; until the test is over."""
    away = screens.holder("legal")
    show(away, "/deputies")
    away.get_by_role("button", name="设置代理人").click()
    drawer = away.get_by_role("dialog", name="设置代理人")
    choose(drawer, "代理人", "何平")
    days = drawer.locator(".ant-picker-input input")
    days.first.fill(company.today.isoformat())
    days.first.press("Enter")
    days.last.fill((company.today + timedelta(days=2)).isoformat())
    days.last.press("Enter")
    submit(drawer, "保存")
    expect(away.get_by_role("row", name="何平")).to_contain_text("代理中")
    yield screens.holder("resource")
    show(away, "/deputies")
    away.get_by_role("row", name="何平").get_by_role("button", name="结束代理").click()
    away.get_by_role("tooltip").get_by_role("button", name="结束代理").click()
    expect(away.get_by_role("row", name="何平")).to_have_count(0)


def test_a_deputy_decides_for_whoever_is_away(deputy: Page, company: Company) -> None:
    start = contract_review(company)
    company.approve(company.sales.start(start.code, start.subject_id, start.form), ("lead", {}))
    customer = (company.found(f"/customers/{start.subject_id}") or {})["name"]
    show(deputy, f"/processes?box=todo&q={customer}")
    row = deputy.locator("#main .list-row")
    expect(row).to_contain_text("代 钱军")
    row.locator("a").first.click()
    settled(deputy)
    expect(asked(deputy)).to_contain_text("代 钱军")
    decide(deputy, "同意", "钱军出差，代为同意。")
    expect(deputy.get_by_role("list", name="审批节点")).to_contain_text("由 何平 代办")
    expect(deputy.locator(".history")).to_contain_text("代 钱军")


def test_one_comments_urges_and_lets_others_read(screens: Screens, company: Company, kept: Kept) -> None:
    about = registration(company, kept, f"抄送{kept.account[-5:]}")
    page, lead, reader = screens.sales, screens.lead, screens.at(OTHER_SALES)
    show(lead, "/messages")
    show(page, f"/processes?box=started&q={about}")
    page.locator("#main .list-row a").first.click()
    settled(page)
    page.get_by_role("button", name="催办").click()
    drawer = page.get_by_role("dialog", name="催办")
    fill(drawer, 说明="客户今天要结果。")
    submit(drawer, "催办")
    expect(page.locator(".history")).to_contain_text("客户今天要结果。")
    expect(lead.locator("#main")).to_contain_text("客户今天要结果。")
    page.get_by_role("button", name="更多").click()
    pick(page, "评论")
    drawer = page.get_by_role("dialog", name="评论")
    fill(drawer, 内容="补充一份授权书。")
    attach(drawer, "授权书.pdf", one_page_pdf("An authority"))
    submit(drawer, "评论")
    expect(page.locator(".history")).to_contain_text("授权书.pdf")
    page.get_by_role("button", name="更多").click()
    pick(page, "抄送")
    drawer = page.get_by_role("dialog", name="抄送")
    choose(drawer, "抄送给", "王芳")
    page.keyboard.press("Escape")
    submit(drawer, "抄送")
    show(reader, f"/processes?box=copied&q={about}")
    row = reader.locator("#main .list-row")
    expect(row).to_contain_text("未读")
    row.locator("a").first.click()
    settled(reader)
    expect(reader.locator(".history")).to_contain_text("补充一份授权书。")
    show(reader, f"/processes?box=copied&q={about}")
    expect(row).not_to_contain_text("未读")


def test_many_are_agreed_to_at_once_and_one_of_them_was_gone(screens: Screens, company: Company) -> None:
    lead = screens.lead
    claimed = [company.customer(by=STRANGER) for _ in range(3)]
    processes = []
    for customer in claimed:
        company.desk(STRANGER).client.post(f"/customers/{customer.id}/release", {"reason": "暂无需求"})
        processes.append(company.sales.start("claim_customer", customer.id, {"reason": WORDS}))
    common = claimed[0].name[:7]
    # What the stream would tell is what the lead is not to have heard yet.
    lead.route("**/api/v1/stream", lambda route: route.abort())
    load(lead, f"/processes?box=todo&code=claim_customer&q={common}")
    rows = lead.locator("#main .list-row")
    expect(rows).to_have_count(3)
    for row in rows.all():
        row.get_by_role("checkbox").check()
    company.withdraw(processes[1])
    lead.get_by_role("button", name="批量同意").click()
    dialog = lead.get_by_role("dialog", name="同意 3 条待办")
    dialog.get_by_label("意见").fill("一并同意。")
    dialog.get_by_role("button", name="同意", exact=True).click()
    said = lead.get_by_role("dialog", name="同意 2 条，未成功 1 条")
    expect(said.get_by_role("listitem").filter(has_text=claimed[0].name)).to_contain_text("已同意")
    refused = said.get_by_role("listitem").filter(has_text=claimed[1].name)
    expect(refused.locator(".loss").last).to_be_visible()
    said.get_by_role("button", name="关闭").last.click()
    expect(rows).to_have_count(0)
    lead.unroute("**/api/v1/stream")
    admin = screens.holder("sales_admin")
    approve(admin, claimed[0].name, "同意申请。")
    in_force(admin)


def test_a_draft_is_gone_on_with_from_the_list_of_drafts(screens: Screens, company: Company, kept: Kept) -> None:
    page = screens.sales
    show(page, f"/processes/start/contract_review?subject={kept.id}")
    form = page.locator("#main")
    fill(form, 合同金额="88000", 备注="等客户盖章。")
    expect(page.get_by_text(re.compile("已自动保存"))).to_be_visible()
    show(page, "/drafts")
    draft = page.get_by_role("row", name=kept.name)
    draft.get_by_role("link").click()
    settled(page)
    expect(control(form, "备注")).to_have_value("等客户盖章。")
    expect(control(form, "合同金额")).to_have_value(re.compile("88,?000"))
    show(page, "/drafts")
    draft.get_by_role("button", name="删除草稿").click()
    page.get_by_role("tooltip").get_by_role("button", name="删除").click()
    expect(draft).to_have_count(0)


def test_a_large_file_says_how_far_it_is_and_a_refused_one_why(
    screens: Screens, company: Company, kept: Kept, watch: Watch
) -> None:
    watch.expect(r"422 POST /api/v1/attachments")
    page = screens.sales
    show(page, f"/processes/start/contract_review?subject={kept.id}")
    files = page.get_by_role("group", name="合同附件")
    chosen = files.locator("input[type=file]")
    network = page.context.new_cdp_session(page)
    slowly = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 600_000}
    network.send("Network.emulateNetworkConditions", slowly)
    scan = one_page_pdf("A contract") + b"%" * 1_500_000
    chosen.set_input_files({"name": "大合同.pdf", "mimeType": "application/pdf", "buffer": scan})
    progress = files.get_by_role("progressbar", name="大合同.pdf 上传进度")
    expect(progress).to_be_visible()
    expect(page.get_by_role("button", name="正在上传")).to_be_disabled()
    expect(progress).to_have_attribute("aria-valuenow", re.compile("[1-9]"))
    network.send("Network.emulateNetworkConditions", slowly | {"uploadThroughput": -1})
    expect(progress).to_have_count(0)
    expect(files.get_by_role("button", name="大合同.pdf", exact=True)).to_be_visible()
    chosen.set_input_files({"name": "程序.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00 no document"})
    expect(files.get_by_role("listitem").filter(has_text="程序.pdf").locator(".form-error")).to_be_visible()
    files.get_by_role("button", name="移除 程序.pdf").click()
    expect(files.get_by_text("程序.pdf")).to_have_count(0)
    page.get_by_role("button", name="放弃草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃草稿").click()
    expect(files.get_by_role("listitem")).to_have_count(0)
