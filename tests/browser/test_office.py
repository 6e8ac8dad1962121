"""What administrators set and run (spec, gateway.md, "Console", 管理工作台): made, changed and ended where they do it."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from deploy.api_client import ApiClient, ApiProblem
from tests.browser.hands import choose, control, fill, submit
from tests.browser.looker import CUSTOMER
from tests.browser.screens import Screens, load, settled, show
from tests.browser.watch import Watch
from tests.e2e.company import Company


@pytest.fixture
def admin(screens: Screens) -> Page:
    return screens.at("admin")


def test_a_token_is_shown_once_lets_a_system_in_and_no_longer_once_revoked(
    admin: Page, company: Company, system_url: str
) -> None:
    name = f"用量平台{uuid4().hex[:6]}"
    robot = {"login": f"robot.{uuid4().hex[:6]}", "name": name, "is_service": True, "roles": ["billing_expert"]}
    company.desk("admin").client.post("/users", robot)
    show(admin, "/office/tokens")
    admin.get_by_role("button", name="签发令牌").click()
    drawer = admin.get_by_role("dialog", name="签发令牌")
    fill(drawer, 名称=f"{name}上报", 有效期="30")
    choose(drawer, "系统用户", name)
    choose(drawer, "允许", "查看账单")
    admin.keyboard.press("Escape")
    drawer.get_by_role("button", name="签发令牌").click()
    shown = admin.get_by_role("dialog", name="令牌已签发")
    program = ApiClient(system_url)
    program.use_token(shown.locator("code").inner_text())
    assert program.get("/bills")["items"]
    with pytest.raises(ApiProblem, match="403"):
        program.get("/receipts")
    shown.get_by_role("button", name="已保存").click()
    row = admin.locator("#main .ant-table-row").filter(has_text=f"{name}上报")
    expect(row).to_contain_text("有效")
    row.get_by_role("button", name="吊销").click()
    admin.get_by_role("dialog", name=re.compile("^吊销令牌")).get_by_role("button", name="吊销").click()
    expect(row).to_contain_text("已吊销")
    with pytest.raises(ApiProblem, match="401"):
        program.get("/bills")
    program.close()


@pytest.fixture
def reminders(company: Company) -> Iterator[dict[str, Any]]:
    """When people are reminded; as it was, once the test is over."""
    client = company.desk("admin").client
    before = client.get("/policies")["notifications"]
    content = {name: before[name] for name in ("reminder_hours", "escalation_hours", "months_kept")}
    first = client.put("/policies/notifications", {**content, "reason": "确认", "version": before["version"]})
    yield content
    client.put("/policies/notifications", {**content, "reason": "恢复", "version": first["version"] + 1})


def test_a_policy_is_set_with_a_reason_and_its_history_says_from_what_to_what(admin: Page, reminders: dict[str, Any]) -> None:
    months = reminders["months_kept"]
    show(admin, "/office/policies?tab=notifications")
    main = admin.locator("#main")
    fill(main, 待办满多久通知处理人的领导="2", 消息保留=str(months + 1))
    main.get_by_role("button", name="保存…").click()
    expect(main.get_by_text("须晚于提醒处理人的时间")).to_be_visible()
    fill(main, 待办满多久通知处理人的领导=str(reminders["escalation_hours"]))
    main.get_by_role("button", name="保存…").click()
    drawer = admin.get_by_role("dialog")
    why = f"审计要求 {uuid4().hex[:6]}"
    fill(drawer, 原因=why)
    submit(drawer, "保存")
    entry = main.get_by_role("listitem").filter(has_text=why)
    expect(entry).to_contain_text(f"消息保留 {months} 个月 → {months + 1} 个月")
    expect(entry).to_contain_text("系统管理员")
    expect(control(main, "消息保留")).to_have_value(str(months + 1))


def test_a_job_is_run_for_a_day_and_says_what_came_of_it(admin: Page) -> None:
    show(admin, "/office/jobs")
    admin.get_by_role("button", name="运行 消息归档").click()
    drawer = admin.get_by_role("dialog", name="运行：消息归档")
    submit(drawer, "运行")
    job = admin.get_by_role("row", name="消息归档")
    expect(job).to_contain_text("已完成")
    job.get_by_role("button", name="展开行").click()
    expect(admin.locator("#main .ant-table-expanded-row")).to_contain_text(re.compile(r"\d\.\d s"))


def test_a_banks_mapping_is_made_and_its_statement_is_read_by_it(screens: Screens) -> None:
    page = screens.holder("finance")
    code = f"bank-{uuid4().hex[:6]}"
    show(page, "/bank-mappings")
    page.get_by_role("button", name="新建列映射").click()
    drawer = page.get_by_role("dialog", name="新建列映射")
    fill(drawer, **{"银行（中文）": f"试验银行 {code}", "银行（英文）": code, "代码": code})
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(drawer.get_by_text("请填写至少一个表头").first).to_be_visible()
    for field, header in (("到款时间", "记账日"), ("付款人", "来款方"), ("到款金额", "来款额"), ("流水号", f"凭证{code}")):
        headers = drawer.get_by_role("combobox", name=field)
        headers.fill(header)
        headers.press("Enter")
    submit(drawer, "保存")
    show(page, "/receipt-imports/new")
    statement = f"记账日,来款方,来款额,凭证{code}\n2026-01-05 08:26:31,南京听涛科技有限公司,12.50,{code}1\n"
    fill(page.locator("#main"), 收款账户="1001")
    page.locator("#main input[type=file]").set_input_files(
        {"name": "来款.csv", "mimeType": "text/csv", "buffer": statement.encode()}
    )
    expect(page.get_by_text(f"按“试验银行 {code}”读取")).to_be_visible()
    expect(page.get_by_role("button", name="导入 1 笔新到款")).to_be_enabled()
    settled(page)


def test_of_two_who_assign_one_receipt_the_second_is_told_whose_it_is(screens: Screens, watch: Watch, company: Company) -> None:
    """In the list, with the receipt beside it."""
    watch.expect(r"409 POST /api/v1/receipts/.*/assign")
    theirs = company.customer()
    record = {
        "bank_account": "1001",
        "reference": uuid4().hex,
        "received_at": f"{company.month_first}T02:00:00Z",
        "payer_name": f"无名付款人{uuid4().hex[:6]}",
        "amount": "300.00",
    }
    receipt = company.desk("finance").client.post("/receipts", record)
    page = screens.holder("sales_admin")
    # What the stream would tell is what she is not to have heard yet.
    page.route("**/api/v1/stream", lambda route: route.abort())
    load(page, f"/receipts?payer={record['payer_name']}&receipt={receipt['id']}")
    beside = page.get_by_role("complementary", name="到款")
    beside.get_by_role("button", name="指派给其他客户").click()
    drawer = page.get_by_role("dialog")
    choose(drawer, "客户", CUSTOMER)
    fill(drawer, 原因="客户来电确认。")
    company.desk("sales_admin").client.post(
        f"/receipts/{receipt['id']}/assign", {"customer_id": theirs.id, "why": "客户来函。", "remember": False}
    )
    drawer.get_by_role("button", name="指派", exact=True).click()
    expect(page.get_by_text("情况已经变化")).to_be_visible()
    expect(beside).to_contain_text(theirs.name)
    expect(page.locator("#main .list-row")).to_contain_text(theirs.name)
