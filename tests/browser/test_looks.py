"""Every place of the menu is for everybody: in words, without barriers in light and dark, and fit for a phone (spec, gateway.md,
"Console": "light and dark; from a phone's width up; keyboard reachable")."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SignIn
from tests.browser.looks import LOOKS, Look, faults
from tests.browser.places import AXE, barriers, go, places_of
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


FAULTY = """<html lang="en"><title>Faults</title><h1>Faults</h1><h4>A level left out</h4><button></button><img src="data:,">
<input><p style="color: #ccc; background: #fff">pale</p><ul><p>no item</p></ul><div role="listitem">of no list</div></html>"""


def test_all_that_is_serious_is_found_without_what_is_not(chromium: Browser) -> None:
    """Of what axe finds when it is asked for everything; rules of which nothing is wanted are not run on any page."""
    page = chromium.new_page()
    page.set_content(FAULTY)
    page.add_script_tag(path=AXE)
    everything: list[list[str]] = page.evaluate("async () => (await axe.run()).violations.map(({ impact, id }) => [impact, id])")
    assert {"moderate", "serious", "critical"} <= {impact for impact, _ in everything}
    serious = {rule for impact, rule in everything if impact in ("serious", "critical")}
    assert {barrier.split()[1] for barrier in barriers(page)} == serious
    page.close()
