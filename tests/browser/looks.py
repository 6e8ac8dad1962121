"""How the console is looked at: each language with one of the colours, so that both are seen of all; wide, and on a phone."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, photograph
from tests.browser.places import barriers, scroll_sideways, words_lacking


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
    page.set_viewport_size(WIDE)
    return found
