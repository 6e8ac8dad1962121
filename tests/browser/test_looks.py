"""Every place of the menu is for everybody: in words, without barriers in light and dark, and fit for a phone (spec, gateway.md,
"Console": "light and dark; from a phone's width up; keyboard reachable")."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, SignIn, photograph
from tests.browser.looks import LOOKS, Look
from tests.browser.places import AXE, barriers, go, places_of, scroll_sideways, words_lacking
from tests.browser.watch import leave

LOOKED_AT_BY = ("zhang.wei", "admin", "wu.xia")
"""Who sells sees places with something in them; what he has not, the other two have."""


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_every_place_is_in_words_without_barriers_and_fits_a_phone(sign_in: SignIn, look: Look) -> None:
    seen: set[str] = set()
    wrong: list[str] = []
    for login in LOOKED_AT_BY:
        page = sign_in(login, locale=look.locale, color_scheme=look.colours)
        page.context.add_init_script(path=AXE[0])
        for place in places_of(page):
            if place.address not in seen:
                seen.add(place.address)
                fault = go(page, place)
                found = [fault] if fault else _faults(page, f"place-{place.slug}-{look.language}")
                wrong += [f"{place.address} {each}" for each in found]
        leave(page.context)
    assert not wrong, "\n".join(wrong)


def _faults(page: Page, name: str) -> list[str]:
    found = [*barriers(page), *(f"lacks words: {key}" for key in words_lacking(page))]
    photograph(page, name)
    page.set_viewport_size(PHONE)
    sideways = scroll_sideways(page)
    photograph(page, f"{name}-phone")
    page.set_viewport_size(WIDE)
    return [*found, *([f"scrolls sideways on a phone, {sideways}"] if sideways else [])]
