"""Every place of the menu opens, for everybody who has it, in both languages (spec, gateway.md, "Console")."""

import pytest

from tests.browser.conftest import SignIn
from tests.browser.places import go, people, places_of, words_lacking
from tests.browser.watch import Watch

PEOPLE = people()
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", PEOPLE)
def test_every_place_of_a_role_opens_with_its_heading_and_in_words(
    sign_in: SignIn, watch: Watch, role: str, language: str
) -> None:
    """The watch fails the test for an error in the console and for an answer that refuses."""
    page = sign_in(PEOPLE[role], locale=LANGUAGES[language])
    places = places_of(page)
    assert len(places) > 5, role
    wrong = []
    for place in places:
        before = len(watch.seen)
        if fault := go(page, place):
            wrong.append(f"{place.address} {fault}")
        wrong += [f"{place.address} lacks words: {key}" for key in words_lacking(page)]
        wrong += [f"{place.address} saw {line}" for line in watch.seen[before:]]
    assert not wrong, "\n".join(wrong)


def test_the_people_stand_for_every_role() -> None:
    assert {"sales", "sales_lead", "sales_director", "sales_admin", "finance", "customer_care", "admin"} <= PEOPLE.keys()
