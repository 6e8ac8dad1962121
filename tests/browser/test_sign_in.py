"""Coming in and going out."""

import re
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect

from deploy.people import DEMO_PASSWORD
from tests.browser.conftest import SignIn, photograph
from tests.browser.screens import settled, show
from tests.browser.watch import Watch, leave, watched


def begin(chromium: Browser, system_url: str, watch: Watch, language: str = "zh-CN") -> Page:
    context = chromium.new_context(base_url=system_url, locale=language)
    watched(context, lambda: watch)
    return context.new_page()


def test_whoever_is_not_signed_in_signs_in_first_and_goes_on_where_he_wanted(
    chromium: Browser, system_url: str, watch: Watch
) -> None:
    watch.expect(r"401 GET /api/v1/session")
    watch.expect(r"401 POST /api/v1/session")
    page = begin(chromium, system_url, watch)
    page.goto("/bills?state=open")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    photograph(page, "sign-in-zh")
    page.get_by_label("登录名").fill("zhang.wei")
    page.get_by_label("密码", exact=True).fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    settled(page)
    expect(page).to_have_url(f"{system_url}/bills?state=open")
    leave(page.context)


def test_the_sign_in_speaks_the_browsers_language_and_switches(chromium: Browser, system_url: str, watch: Watch) -> None:
    watch.expect(r"401 GET /api/v1/session")
    page = begin(chromium, system_url, watch, "en-GB")
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.reload()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    leave(page.context)


def test_signing_out_leaves_nothing_to_see(sign_in: SignIn, watch: Watch) -> None:
    watch.expect(r"401 GET /api/v1/session")
    page = sign_in("zhang.wei")
    show(page, "/bills")
    page.get_by_role("button", name="张伟").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("/bills$"))
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_a_session_that_ends_takes_no_open_form_with_it(sign_in: SignIn, watch: Watch) -> None:
    watch.expect(r"401 .*")
    page = sign_in("zhang.wei")
    customer = page.request.get("/api/v1/customers?page_size=1").json()["items"][0]
    show(page, f"/customers/{customer['id']}")
    page.get_by_role("button", name=re.compile("编辑$")).first.click()
    drawer = page.get_by_role("dialog", name="编辑客户")
    remarks = f"写到一半 {uuid4()}"
    drawer.get_by_label("备注").fill(remarks)
    session = page.request.get("/api/v1/session").json()
    page.request.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrf_token"]})
    # The page may have been told already, and asks over the button.
    drawer.get_by_role("button", name="保存").dispatch_event("click")

    sign_in_again = page.get_by_role("dialog", name="登录")
    expect(sign_in_again.get_by_label("登录名")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    sign_in_again.get_by_label("登录名").fill("zhang.wei")
    sign_in_again.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    sign_in_again.get_by_role("button", name="登录").click()
    expect(sign_in_again).to_have_count(0)
    expect(drawer.get_by_label("备注")).to_have_value(remarks)
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    assert page.request.get(f"/api/v1/customers/{customer['id']}").json()["remarks"] == remarks


def test_whoever_else_signs_in_after_a_session_has_ended_begins_anew(sign_in: SignIn, system_url: str, watch: Watch) -> None:
    watch.expect(r"401 .*")
    page = sign_in("zhang.wei")
    show(page, "/bills")
    session = page.request.get("/api/v1/session").json()
    page.request.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrf_token"]})
    # The page may have been told already, and asks over the link.
    page.get_by_role("link", name="发票").dispatch_event("click")
    sign_in_again = page.get_by_role("dialog", name="登录")
    sign_in_again.get_by_label("登录名").fill("zheng.hua")
    sign_in_again.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    sign_in_again.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="郑华")).to_be_visible()
    expect(page).to_have_url(f"{system_url}/")
    expect(page.get_by_role("button", name="张伟")).to_have_count(0)
