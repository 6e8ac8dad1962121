"""Somebody who looks at the console, in either language: what he or she presses is named by the console's own words."""

import re
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

from deploy.api_client import ApiClient
from deploy.people import DEMO_PASSWORD
from tests.browser.screens import show
from tests.browser.words import words_of

CUSTOMER: Final = "上海云帆网络科技有限公司"
"""The story's: it has something of everything."""


@dataclass
class Looker:
    """Somebody at a page, in one language."""

    page: Page
    language: str
    system_url: str

    def say(self, key: str) -> str:
        return words_of(self.language, key)

    def go(self, path: str) -> None:
        show(self.page, path)

    def press(self, key: str, within: Locator | None = None) -> None:
        """The first button or link of that name."""
        name = re.compile(rf"(^|\s){re.escape(self.say(key))}$")
        place = within or self.page.locator("#main")
        place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first.click()

    def opened(self) -> Locator:
        """What has opened over the page, with what it shows there."""
        over = self.page.get_by_role("dialog").last
        expect(over).to_be_visible()
        expect(over.locator(".ant-skeleton, .ant-spin-spinning, .waiting")).to_have_count(0)
        return over

    def first(self, path: str, key: str = "id", **query: str) -> str:
        """The first record of a list of the interface, as this person sees it."""
        answer = self.page.request.get(f"/api/v1{path}", params={**query, "page_size": "1"})
        assert answer.ok, answer.text()
        items = answer.json()["items"]
        assert items, f"nobody to look at: {path} {query}"
        return str(items[0][key])

    def client(self, login: str) -> ApiClient:
        client = ApiClient(self.system_url)
        client.sign_in(login, DEMO_PASSWORD)
        return client

    @property
    def customer(self) -> str:
        return self.first("/customers", q=CUSTOMER)
