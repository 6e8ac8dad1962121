"""What the old system lost, and people waited for in vain: drafts, races told, live counters, the phone (spec, gateway.md)."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from deploy.api_client import ApiClient
from deploy.people import DEMO_PASSWORD, login_of
from tests.browser.conftest import PHONE, SignIn
from tests.browser.hands import control, fill
from tests.browser.screens import asked, load, settled, show
from tests.browser.watch import Watch

SPECIAL_REQUEST = {"kind": "other", "explanation": "客户要求导出上月发送明细"}


def begin_request(system_url: str, login: str = "zhang.wei") -> tuple[str, str]:
    """Start a special request by the interface: any one of three roles decides it.

    :returns: the process and the words that its title has.
    """
    client = ApiClient(system_url)
    client.sign_in(login, DEMO_PASSWORD)
    customer = client.get("/customers", q="上海云帆网络科技有限公司")["items"][0]
    words = f"{SPECIAL_REQUEST['explanation']} {uuid4().hex[:6]}"
    form = {**SPECIAL_REQUEST, "explanation": words}
    process = client.post("/processes", {"code": "special_request", "subject_id": customer["id"], "form": form})
    client.close()
    return process["id"], words


def test_a_draft_saves_itself_and_survives_a_reload_and_another_browser(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/customers?q=东莞星河湾")
    page.locator("#main .list-row a").first.click()
    settled(page)
    page.get_by_role("region", name="发起流程").get_by_role("link", name="无账单开票", exact=True).click()
    expect(page.get_by_role("heading", name="无账单开票", level=1)).to_be_visible()
    settled(page)
    words = f"预付款开票 {uuid4().hex[:6]}"
    fill(page.locator("#main"), 备注=words)
    expect(page.get_by_text(re.compile("已自动保存"))).to_be_visible()
    page.reload()
    expect(page.get_by_label(re.compile("^备注"))).to_have_value(words)
    other = sign_in("zhang.wei")
    other.goto(page.url)
    expect(other.get_by_label(re.compile("^备注"))).to_have_value(words)
    other.get_by_role("button", name="放弃草稿").click()
    other.get_by_role("dialog").get_by_role("button", name="放弃草稿").click()
    expect(other.get_by_label(re.compile("^备注"))).to_have_value("")


def test_what_was_begun_in_a_small_form_is_there_after_a_reload_until_it_is_cleared(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    form = page.get_by_role("dialog", name="添加客户")

    def open_again() -> None:
        load(page, "/customers")
        page.get_by_role("button", name="添加客户").click()

    name = f"苏州新枝{uuid4().hex[:8]}有限公司"
    open_again()
    fill(form, 客户名称=name)
    open_again()
    expect(control(form, "客户名称")).to_have_value(name)
    form.get_by_role("button", name="清空").click()
    expect(control(form, "客户名称")).to_have_value("")
    open_again()
    expect(control(form, "客户名称")).to_have_value("")


def test_what_is_written_at_a_task_is_a_draft_until_it_is_decided(sign_in: SignIn, system_url: str) -> None:
    process, _ = begin_request(system_url)
    reviewer = login_of("customer_care")
    page = sign_in(reviewer)
    show(page, f"/processes/{process}")
    opinion = f"等客户说明用途 {uuid4().hex[:6]}"
    fill(asked(page), 答复="已导出。", 意见=opinion)
    expect(asked(page).get_by_text(re.compile("已自动保存"))).to_be_visible()
    other = sign_in(reviewer, viewport=PHONE)
    show(other, "/drafts")
    mine = other.locator(f"#main a[href='/processes/{process}']")
    mine.click()
    other.get_by_role("button", name="处理", exact=True).click()
    expect(control(asked(other), "意见")).to_have_value(opinion)
    expect(control(asked(other), "答复")).to_have_value("已导出。")
    asked(other).get_by_role("button", name="同意").click()
    expect(asked(page)).to_have_count(0)
    show(other, "/drafts")
    expect(mine).to_have_count(0)


def test_what_came_back_is_edited_as_a_draft_until_it_is_resubmitted(sign_in: SignIn, system_url: str) -> None:
    process, _ = begin_request(system_url)
    reviewer = ApiClient(system_url)
    reviewer.sign_in(login_of("customer_care"), DEMO_PASSWORD)
    task = reviewer.get(f"/processes/{process}")["task"]
    reviewer.post(f"/tasks/{task['id']}/reject", {"opinion": "请写明用途"})
    reviewer.close()
    page = sign_in("zhang.wei")
    show(page, f"/processes/{process}/resubmit")
    words = f"补充用途 {uuid4().hex[:6]}"
    opinion = "意见（可不填）"
    fill(page.locator("#main"), 申请说明=words, **{opinion: "已补充"})
    expect(page.get_by_text(re.compile("已自动保存"))).to_be_visible()
    other = sign_in("zhang.wei")
    show(other, "/drafts")
    mine = other.locator(f"#main a[href='/processes/{process}/resubmit']")
    mine.click()
    expect(control(other, "申请说明")).to_have_value(words)
    expect(control(other, opinion)).to_have_value("已补充")
    other.get_by_role("button", name="修改并重新提交").click()
    expect(other).to_have_url(re.compile(f"/processes/{process}$"))
    show(other, "/drafts")
    expect(mine).to_have_count(0)


def test_of_two_who_decide_at_once_one_is_told_what_the_other_did(sign_in: SignIn, watch: Watch, system_url: str) -> None:
    watch.expect(r"(403|404|409) POST /api/v1/tasks/.*/approve")
    process, _ = begin_request(system_url)
    first, second = sign_in(login_of("customer_care")), sign_in(login_of("tech_support"))
    for page in (first, second):
        # What the stream would tell is what the second is not to have heard yet.
        page.route("**/api/v1/stream", lambda route: route.abort())
        show(page, f"/processes/{process}")
    for page in (first, second):
        approve(page, "同意。")
    expect(first.get_by_role("region", name="待您处理")).to_have_count(0)
    expect(second.get_by_text("情况已经变化")).to_be_visible()
    expect(second.get_by_role("region", name="待您处理")).to_have_count(0)
    expect(second.get_by_role("list", name="审批节点")).to_contain_text("同意")


def approve(page: Page, opinion: str) -> None:
    asked = page.get_by_role("region", name="待您处理")
    fill(asked, 答复="已处理。")
    asked.get_by_label(re.compile("^意见")).fill(opinion)
    asked.get_by_role("button", name="同意", exact=True).click()


def test_a_new_task_is_counted_in_the_menu_while_one_looks(sign_in: SignIn, system_url: str) -> None:
    page = sign_in(login_of("tech_support"))
    show(page, "/processes?box=todo")
    kind = page.get_by_role("navigation", name="主菜单").get_by_role("link", name=re.compile("客服特殊申请"))
    begin_request(system_url)
    expect(kind).to_be_visible()
    before = int(re.sub(r"\D", "", kind.inner_text()))
    begin_request(system_url)
    expect(kind).to_have_text(re.compile(rf"客服特殊申请\s*{before + 1}"))


def test_a_process_is_decided_on_a_phone(sign_in: SignIn, system_url: str) -> None:
    process, words = begin_request(system_url)
    page = sign_in(login_of("tech_support"), viewport=PHONE)
    show(page, f"/processes/{process}")
    expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("button", name="处理", exact=True).click()
    sheet = page.get_by_role("dialog")
    fill(sheet, 答复="已处理。")
    sheet.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text(re.compile("已同意"))).to_be_visible()
