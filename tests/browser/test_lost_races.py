"""Two who change the same thing at once (spec, gateway.md, HTTP conventions and Console).

What one has typed stays, what the other has changed is told and shown, and saving again writes over nothing that was not seen.
"""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from deploy.api_client import ApiClient
from deploy.people import DEMO_PASSWORD
from tests.browser.conftest import SignIn
from tests.browser.hands import control, fill
from tests.browser.screens import settled, show
from tests.browser.watch import Watch


def client_of(system_url: str, login: str) -> ApiClient:
    client = ApiClient(system_url)
    client.sign_in(login, DEMO_PASSWORD)
    return client


def policy(client: ApiClient, name: str) -> dict[str, object]:
    shown = client.get("/policies")[name]
    return {key: value for key, value in shown.items() if not key.startswith("set_")}


def test_a_policy_that_somebody_else_has_set_meanwhile_keeps_what_was_typed(
    sign_in: SignIn, watch: Watch, system_url: str
) -> None:
    watch.expect(r"409 PUT /api/v1/policies/funnel")
    other = client_of(system_url, "admin")
    page = sign_in("admin")
    show(page, "/office/policies?tab=funnel")
    before = policy(other, "funnel")
    wait, claims = int(str(before["reclaim_wait_days"])), int(str(before["claims_per_day"] or 10))
    fill(page.locator("#main"), 原负责人再次申领须等待=str(wait + 7), 每人每天最多申领=str(claims + 5))
    meanwhile = {**before, "claims_per_day": claims + 3, "warning_days": 4, "reason": "别人的调整"}
    other.put("/policies/funnel", meanwhile)

    page.get_by_role("button", name="试算并保存").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(re.compile(r"扫描将移动 \d+ 个客户"))
    fill(drawer, 原因="我的调整")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("情况已经变化")).to_be_visible()
    told = drawer.get_by_role("alert").filter(has_text="刚刚保存了")
    expect(told).to_contain_text("别人的调整")
    expect(control(drawer, "原因")).to_have_value("我的调整")
    # The form behind: mine stays, theirs is taken over, and where both have changed one thing that is said.
    main = page.locator("#main")
    expect(control(main, "原负责人再次申领须等待")).to_have_value(str(wait + 7))
    expect(control(main, "降级前几天提醒负责人")).to_have_value("4")
    expect(main.get_by_text(re.compile(f"别人刚刚也改了这一项，现为 {claims + 3}"))).to_be_visible()
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(drawer).to_be_hidden()
    after = policy(other, "funnel")
    assert (after["reclaim_wait_days"], after["claims_per_day"], after["warning_days"]) == (wait + 7, claims + 5, 4)
    other.put("/policies/funnel", {**before, "version": after["version"], "reason": "恢复"})
    other.close()


def test_a_draft_of_a_definition_that_two_edit_is_put_together_and_asks_only_where_both_changed_one_thing(
    sign_in: SignIn, watch: Watch, system_url: str
) -> None:
    watch.expect(r"409 PUT /api/v1/process-definition-drafts/.*")
    other = client_of(system_url, "admin")
    code = "billing_cycle_change"
    shown = other.get(f"/process-definitions/{code}")
    kept = ("code", "name_zh", "name_en", "owner_service", "owner_by", "subject_type", "starters", "fields", "facts", "nodes")
    definition = {key: shown[key] for key in kept}
    draft = other.put(f"/process-definition-drafts/{code}", {"definition": definition, "version": 0})
    page = sign_in("admin")
    show(page, f"/office/definitions/{code}/draft")

    def rename(names: dict[int, str], version: int) -> int:
        nodes = [
            {**node, "name_zh": names.get(number, node["name_zh"])} for number, node in enumerate(draft["definition"]["nodes"])
        ]
        content = {**draft["definition"], "nodes": nodes}
        saved = other.put(f"/process-definition-drafts/{code}", {"definition": content, "version": version})
        return int(saved["version"])

    version = rename({1: "别人改的一"}, draft["version"])
    rename_node(page, 2, "我改的二")
    expect(page.get_by_text("情况已经变化")).to_be_visible()
    expect(page.locator("#main").get_by_text("别人改的一")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    saved = other.get(f"/process-definition-drafts/{code}")
    assert [node["name_zh"] for node in saved["definition"]["nodes"]][1:3] == ["别人改的一", "我改的二"]
    assert saved["version"] == version + 1

    rename({1: "别人又改一", 2: "我改的二"}, saved["version"])
    rename_node(page, 1, "我也改一")
    contested = page.get_by_role("alert").filter(has_text="双方都改过")
    expect(contested).to_be_visible()
    contested.get_by_role("button", name="采用对方的").click()
    expect(page.locator("#main").get_by_text("别人又改一")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    saved = other.get(f"/process-definition-drafts/{code}")
    assert [node["name_zh"] for node in saved["definition"]["nodes"]][1:3] == ["别人又改一", "我改的二"]
    page.get_by_role("button", name="删除草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page).to_have_url(re.compile(f"/office/definitions/{code}$"))
    other.close()


def rename_node(page: Page, number: int, name: str) -> None:
    """As one types it: the node is opened, named, and closed again."""
    node = page.locator(".node-card").nth(number)
    node.get_by_role("button", name="编辑", exact=True).click()
    fill(node, 中文名称=name)
    node.get_by_role("button", name="收起").click()


def test_a_banks_mapping_that_was_changed_meanwhile_follows_in_the_open_form(
    sign_in: SignIn, watch: Watch, system_url: str
) -> None:
    watch.expect(r"409 PUT /api/v1/bank-mappings/.*")
    other = client_of(system_url, "zheng.hua")
    code = f"bank-{uuid4().hex[:6]}"
    columns = {"received_at": [["日期"]], "payer_name": [["对方户名"]], "amount": [["金额"]], "reference": [["流水号"]]}
    mapping = {"name_zh": f"试验银行 {code}", "name_en": code, "columns": columns, "split_payer": False, "why": ""}
    saved = other.put(f"/bank-mappings/{code}", {**mapping, "version": 0})
    page = sign_in("zheng.hua")
    show(page, "/bank-mappings")
    page.get_by_label("查找银行").fill(code)
    page.get_by_role("row").filter(has_text=code).get_by_role("button", name="编辑").click()
    drawer = page.get_by_role("dialog")
    fill(drawer, **{"银行（英文）": "mine"})
    theirs = {**mapping, "columns": {**columns, "remark": [["摘要"]]}, "version": saved["version"]}
    other.put(f"/bank-mappings/{code}", theirs)
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("情况已经变化")).to_be_visible()
    expect(drawer.get_by_text("摘要", exact=True)).to_be_visible()
    expect(control(drawer, "银行（英文）")).to_have_value("mine")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(drawer).to_be_hidden()
    after = next(each for each in other.get("/bank-mappings")["items"] if each["code"] == code)
    assert (after["name_en"], after["columns"]["remark"]) == ("mine", [["摘要"]])
    other.close()
    settled(page)
