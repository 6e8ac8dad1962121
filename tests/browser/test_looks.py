"""Every place of the menu is for everybody: in words, without barriers in light and dark, and fit for a phone (spec, gateway.md,
"Console": "light and dark; from a phone's width up; keyboard reachable")."""

import pytest

from tests.browser.conftest import SignIn
from tests.browser.looks import LOOKS, Look, faults
from tests.browser.places import AXE, go, places_of
from tests.browser.watch import leave

LOOKED_AT_BY = ("zhang.wei", "admin", "wu.xia")
"""Who sells sees places with something in them; what he has not, the other two have."""


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_every_place_is_in_words_without_barriers_and_fits_a_phone(sign_in: SignIn, look: Look) -> None:
    seen: set[str] = set()
    wrong: list[str] = []
    for login in LOOKED_AT_BY:
        page = sign_in(login, locale=look.locale, color_scheme=look.colours)
        page.context.add_init_script(path=AXE)
        for place in places_of(page):
            if place.address not in seen:
                seen.add(place.address)
                fault = go(page, place)
                found = [fault] if fault else faults(page, f"place-{place.slug}-{look.language}")
                wrong += [f"{place.address} {each}" for each in found]
        leave(page.context)
    assert not wrong, "\n".join(wrong)
