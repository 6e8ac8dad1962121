"""How the console is looked at: each language with one of the colours, so that both are seen of all; wide, and on a phone."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, photograph
from tests.browser.places import barriers, scroll_sideways, words_lacking
from tests.browser.screens import clear, is_at_work


@dataclass(frozen=True)
class Look:
    language: str
    locale: str
    colours: str


LOOKS = (Look("zh", "zh-CN", "light"), Look("en", "en-GB", "dark"))


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with what a page shows, to anybody and in any width.

    :param name: of the pictures, of which one is taken in either width.
    """
    found = [*barriers(page), *(f"lacks words: {key}" for key in words_lacking(page))]
    photograph(page, name)
    page.set_viewport_size(PHONE)
    if sideways := scroll_sideways(page):
        found.append(f"scrolls sideways on a phone, {sideways}")
    photograph(page, f"{name}-phone")
    # It becomes wide again where there is nothing that would be drawn once more.
    if is_at_work(page):
        clear(page)
    page.set_viewport_size(WIDE)
    return found
