"""A list's filters are saved by name, for wherever one signs in (spec, gateway.md, "Console")."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.screens import settled, show
from tests.browser.watch import Watch

NAME = "浏览器测试 已关闭/最大的"


def choose(page: Page, button: str, item: str) -> None:
    """An item of the menu of views."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("menuitem", name=item).click()


def save(page: Page, name: str) -> None:
    choose(page, "视图", "保存为视图")
    dialog = page.get_by_role("dialog", name="保存为视图")
    dialog.get_by_role("textbox", name="视图名称").fill(name)
    dialog.get_by_role("button", name=re.compile("^保\\s?存$")).click()


def test_a_view_that_is_saved_is_found_at_the_next_sign_in_and_gone_once_it_is_deleted(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills?state=closed&sort=-amount")
    column = page.get_by_role("columnheader", name="数量", exact=True)
    page.get_by_role("button", name="列", exact=True).click()
    page.get_by_role("tooltip").get_by_role("checkbox", name="数量", exact=True).uncheck()
    expect(column).to_have_count(0)
    page.keyboard.press("Escape")
    save(page, NAME)
    expect(page.get_by_role("button", name=NAME)).to_be_visible()
    page.reload()
    settled(page)
    expect(column).to_have_count(0)
    elsewhere = sign_in("zhang.wei")
    show(elsewhere, "/bills")
    expect(elsewhere.get_by_role("columnheader", name="数量", exact=True)).to_be_visible()
    choose(elsewhere, "视图", NAME)
    expect(elsewhere.get_by_role("columnheader", name="数量", exact=True)).to_have_count(0)
    expect(elsewhere).to_have_url(re.compile(r"(?=.*state=closed)(?=.*sort=-amount)"))
    settled(elsewhere)
    choose(elsewhere, NAME, "删除此视图")
    expect(elsewhere.get_by_role("button", name="视图", exact=False)).to_be_visible()
    page.reload()
    settled(page)
    page.get_by_role("button", name="视图").click()
    expect(page.get_by_role("menuitem", name="默认视图")).to_be_visible()
    expect(page.get_by_role("menuitem", name=NAME)).to_have_count(0)


def test_a_view_that_is_refused_is_taken_back_and_says_why(sign_in: SignIn, watch: Watch) -> None:
    watch.expect("409 PUT /api/v1/list-views")
    page = sign_in("wang.fang")
    why = "一个列表最多保存 50 个视图，请先删除不用的。"
    problem = {"code": "too_many_list_views", "detail": why, "errors": [], "params": {}}
    page.route(
        "**/api/v1/list-views",
        lambda route: route.fulfill(status=409, json=problem) if route.request.method == "PUT" else route.fallback(),
    )
    show(page, "/bills?state=open")
    save(page, NAME)
    expect(page.get_by_text(why)).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^取\\s?消$")).click()
    expect(page.get_by_role("button", name="视图")).to_be_visible()
