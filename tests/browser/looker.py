"""Somebody who looks at the console, in either language: what he or she presses is named by the console's own words."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from deploy.api_client import ApiClient
from deploy.people import DEMO_PASSWORD
from tests.browser.screens import settled

_WORDS: Final = Path(__file__).resolve().parents[2] / "gateway" / "web" / "src" / "words"
_BETWEEN: Final = "/between"
"""An address that no page has."""
CUSTOMER: Final = "上海云帆网络科技有限公司"
"""The story's: it has something of everything."""


@cache
def _area(language: str, area: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((_WORDS / language / f"{area}.json").read_text())
    return words


def words_of(language: str, key: str) -> str:
    """What the console says for a key: ``words_of("en", "customers.add.action")``."""
    area, *names = key.split(".")
    found: Any = _area(language, area)
    for name in names:
        found = found[name]
    return str(found)


@dataclass
class Looker:
    """Somebody at a page, in one language."""

    page: Page
    language: str
    system_url: str

    def say(self, key: str) -> str:
        return words_of(self.language, key)

    def go(self, path: str) -> None:
        """Come to a page from another one, as by a link; what is open over that one is left with it.

        There is always a page between: none is taken for the next, and its forms are not.
        """
        if not self._is_at_work():
            self.page.goto(path)
        else:
            self._turn_to(_BETWEEN)
            expect(self._nothing).to_be_visible()
            self._turn_to(path)
            expect(self._nothing).to_have_count(0)
        settled(self.page)

    def _is_at_work(self) -> bool:
        """Whether the console is there, and nothing stands over all of its pages."""
        return self.page.locator("#main").count() > 0 and self.page.locator(".palette").count() == 0

    @property
    def _nothing(self) -> Locator:
        return self.page.get_by_text(self.say("problems.not_found_title"))

    def _turn_to(self, path: str) -> None:
        # As the browser's own buttons do: the console follows, and need not be loaded again.
        self.page.evaluate(
            """(path) => {
            history.pushState({ ...history.state, idx: (history.state?.idx ?? 0) + 1 }, "", path);
            dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
        }""",
            path,
        )

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
