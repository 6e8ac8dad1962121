"""Every place of the menu opens, for everybody who has it, in both languages (spec, gateway.md, "Console")."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.places import Place, go, people, places_of, words_lacking
from tests.browser.watch import Watch

PEOPLE = people()


@pytest.mark.parametrize("role", PEOPLE)
def test_every_place_of_a_role_opens_with_its_heading_and_in_words(sign_in: SignIn, watch: Watch, role: str) -> None:
    """One place in Chinese, the next in English; with the next role it is the other way round, and ``test_looks.py`` sees every
    place in both. The languages have the same keys (``test_console_words.py``): what lacks words lacks them in either.

    The watch fails the test for an error in the console and for an answer that refuses.
    """
    page = sign_in(PEOPLE[role])
    places = places_of(page)
    assert len(places) > 5, role
    first = list(PEOPLE).index(role) % 2
    wrong = faults(page, places[first::2], watch)
    page.locator(".shell-user").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    wrong += faults(page, places[1 - first :: 2], watch)
    assert not wrong, "\n".join(wrong)


def faults(page: Page, places: list[Place], watch: Watch) -> list[str]:
    """What is wrong at places that are gone to one after the other."""
    wrong = []
    for place in places:
        before = len(watch.seen)
        if fault := go(page, place):
            wrong.append(f"{place.address} {fault}")
        wrong += [f"{place.address} lacks words: {key}" for key in words_lacking(page)]
        wrong += [f"{place.address} saw {line}" for line in watch.seen[before:]]
    return wrong


def test_the_people_stand_for_every_role() -> None:
    assert {"sales", "sales_lead", "sales_director", "sales_admin", "finance", "customer_care", "admin"} <= PEOPLE.keys()
