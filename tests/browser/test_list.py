"""The list that every place has, tried where there are bills."""

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from deploy.api_client import wait_until
from tests.browser.conftest import PHONE, SignIn
from tests.browser.screens import settled, show
from tests.workbooks import rows_of


def rows(page: Page) -> list[str]:
    settled(page)
    return page.locator("#main .list-row").all_inner_texts()


def test_filters_stand_in_the_address_and_survive_a_reload(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills")
    everything = rows(page)
    page.goto("/bills?state=closed&sort=-amount")
    closed = rows(page)
    assert 0 < len(closed) < len(everything)
    page.reload()
    assert rows(page) == closed
    page.get_by_role("button", name="清除筛选").click()
    expect(page).not_to_have_url(re.compile("state="))
    # Others' work may have added to them.
    expect(page.locator("#main .list-row").nth(len(everything) - 1)).to_be_visible()


def test_a_column_orders_the_list(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills")

    def amounts() -> list[Decimal]:
        figures = [re.search(r"¥([\d,.]+)", row) for row in page.locator("#main .list-row").all_inner_texts()]
        return [Decimal(figure[1].replace(",", "")) for figure in figures if figure is not None]

    assert len(set(amounts())) > 2
    heading = page.get_by_role("columnheader", name="账单金额").first
    heading.click()
    wait_until("the lowest first", lambda: amounts() == sorted(amounts()))
    assert "sort=amount" in page.url
    heading.click()
    wait_until("the highest first", lambda: amounts() == sorted(amounts(), reverse=True))
    assert "sort=-amount" in page.url


def test_just_what_the_list_is_narrowed_to_is_saved_as_a_file(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills?state=closed&sort=-amount")
    shown = [Decimal(re.sub(r"[^\d.]", "", re.findall(r"¥[\d,.]+", row)[0])) for row in rows(page)]
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    assert re.fullmatch(r"账单-\d{8}\.xlsx", download.value.suggested_filename)
    header, *bills = rows_of(download.value.path().read_bytes())
    assert {bill[header.index("状态")] for bill in bills} == {"已结清"}
    assert [Decimal(str(bill[header.index("账单金额")])) for bill in bills] == shown
    expect(page.get_by_text("导出文件已下载")).to_be_visible()


def test_one_goes_on_from_record_to_record_and_back_to_the_list_as_it_was(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills?state=closed")
    links = page.locator("#main .list-row a[href^='/bills/']")
    addresses = [link.get_attribute("href") for link in links.all()]
    links.first.click()
    settled(page)
    expect(page).to_have_url(re.compile(f"{addresses[0]}$"))
    page.get_by_role("button", name="下一条").click()
    expect(page).to_have_url(re.compile(f"{addresses[1]}$"))
    page.get_by_role("button", name="上一条").click()
    expect(page).to_have_url(re.compile(f"{addresses[0]}$"))
    page.get_by_role("button", name="返回").click()
    expect(page).to_have_url(re.compile(r"/bills\?state=closed$"))


def test_what_one_works_on_stays_open_in_tabs_over_a_reload(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/bills")
    addresses = [link.get_attribute("href") or "" for link in page.locator("#main .list-row a[href^='/bills/']").all()[:2]]
    for address in addresses:
        show(page, address)
    tabs = page.get_by_role("navigation", name="已打开")
    expect(tabs.get_by_role("link")).to_have_count(2)
    page.reload()
    expect(tabs.get_by_role("link")).to_have_count(2)
    tabs.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"{addresses[0]}$"))
    tabs.get_by_role("button").first.click()
    expect(tabs.get_by_role("link")).to_have_count(1)
    expect(page).to_have_url(re.compile(f"{addresses[1]}$"))


def test_a_long_list_reads_on_by_itself_and_draws_only_what_is_seen(sign_in: SignIn) -> None:
    page = sign_in("admin")
    show(page, "/office/audit")
    body = page.locator("#main .ant-table-tbody-virtual-holder")
    count = page.locator("#main .list-foot")
    for _ in range(12):
        before = count.inner_text()
        body.evaluate("holder => holder.scrollTo(0, holder.scrollHeight)")
        expect(count).not_to_have_text(before)
    assert int(re.sub(r"\D", "", count.inner_text())) >= 1000
    assert page.locator("#main .ant-table-row").count() < 60


def test_on_a_phone_a_list_is_cards(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei", viewport=PHONE)
    show(page, "/bills")
    expect(page.locator("#main .card").first).to_be_visible()
    page.locator("#main .card a").first.click()
    expect(page).to_have_url(re.compile("/bills/.+"))


def test_search_goes_straight_to_the_best_hit(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="搜索客户、联系人、账号…")
    expect(box).to_be_focused()
    box.fill("yunfan")
    expect(page.get_by_role("option", name=re.compile("上海云帆网络科技有限公司"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers/.+"))
    settled(page)
    expect(page.locator("#main h1")).to_contain_text("上海云帆网络科技有限公司")


def test_places_are_found_by_name(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("公共池")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pool$"))
