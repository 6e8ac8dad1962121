"""Whoever has no mouse does the same work: from the sign-in to a process that has started by keys alone; at every step one sees
where one is (spec, gateway.md, "Console": "keyboard reachable")."""

import re
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from deploy.people import DEMO_PASSWORD
from tests.browser.conftest import WIDE
from tests.browser.looker import CUSTOMER
from tests.browser.screens import settled
from tests.browser.watch import Watch, leave, watched

STEPS_MAX = 120
"""So many presses of Tab, and one has been everywhere on a page."""

SEEN_WITHIN_MS = 15_000

_LOOKS = """(chosen) => {
    const around = [];
    for (let each = chosen; each && around.length < 4; each = each.parentElement) around.push(each);
    return around.map((each) => {
        const { outline, boxShadow, borderColor, backgroundColor, transform } = getComputedStyle(each);
        return [outline, boxShadow, borderColor, backgroundColor, transform].join();
    }).join();
}"""
"""How what has the focus looks, with what is around it."""
# A page itself is focused when one comes to it, and no Tab leads there.
_IS_SEEN = f"([each, looks]) => each.tabIndex < 0 || ({_LOOKS})(each) !== looks"


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until something has the focus; every place on the way looks otherwise once it has it no more."""
    wanted = page.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]  # one of the roles it lists
    for _ in range(STEPS_MAX):
        before = page.evaluate_handle("document.activeElement")
        looks = before.evaluate(_LOOKS)
        page.keyboard.press("Tab")
        try:
            page.wait_for_function(_IS_SEEN, arg=[before, looks], timeout=SEEN_WITHIN_MS)
        except NotInTime as error:
            what = before.evaluate("(each) => each.outerHTML.slice(0, 160)")
            raise AssertionError(f"does not show that it has the focus: {what}") from error
        if wanted.evaluate("(each) => each === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {role} {name}")


def test_the_way_to_a_process_by_keys_alone(chromium: Browser, system_url: str, watch: Watch) -> None:
    watch.expect(r"401 GET /api/v1/session")
    context = chromium.new_context(base_url=system_url, viewport=WIDE, locale="zh-CN", reduced_motion="reduce")
    watched(context, lambda: watch)
    page = context.new_page()
    page.goto("/")

    expect(page.get_by_label("登录名")).to_be_focused()
    page.keyboard.type("zhang.wei")
    tab_to(page, "textbox", "^密码")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    settled(page)

    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("云帆网络")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=CUSTOMER, level=1)).to_be_visible()
    settled(page)

    tab_to(page, "link", "^客服特殊申请$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="客服特殊申请", level=1)).to_be_visible()
    settled(page)

    tab_to(page, "combobox", "^申请类型")
    page.keyboard.type("其他")
    page.keyboard.press("Enter")
    # A list that is open still takes the next Tab for itself; a person goes on when it is gone.
    kind = page.get_by_role("combobox", name=re.compile("^申请类型"))
    expect(kind).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".ant-select", has=kind)).to_contain_text("其他")
    settled(page)
    words = f"只用键盘 {uuid4().hex[:6]}"
    tab_to(page, "textbox", "^申请说明")
    page.keyboard.type(words)
    tab_to(page, "button", "^发起$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/processes/[0-9a-f-]{36}"))
    expect(page.locator("#main").get_by_text(words).first).to_be_visible()
    leave(context)
