"""What the first look costs: bytes of script, and how many times a page must ask before it has everything."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.looker import Looker
from tests.browser.records import FORMS, SALES, form_address, records
from tests.browser.screens import show
from tests.browser.waves import Waves

SCRIPT_BYTES_MAX: Final = 400_000
"""Compressed, of the sign-in and the home page together (issue: "First load under 400 kB of compressed script")."""

WAVES_MAX: Final = 2
"""Who is signed in, and what the page shows (issue: "no request waterfall deeper than two")."""

READ_AHEAD: Final = ("receipt-beside",)
"""What asks for more than it shows: for the next receipt, so that nobody waits for it."""

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

PLACES: Final = ("/", "/customers", "/processes?box=todo", "/bills", "/receipts", "/commission", "/messages")


def test_the_sign_in_and_the_home_page_weigh_little(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/")
    scripts = [each for each in fetched(page) if each["path"].endswith(".js")]
    assert scripts
    assert sum(each["bytes"] for each in scripts) < SCRIPT_BYTES_MAX, scripts


def fetched(page: Page) -> list[dict[str, Any]]:
    """What the page has asked for: address, and how many bytes came."""
    script = """performance.getEntriesByType("resource").map(({name, encodedBodySize}) =>
        ({path: new URL(name).pathname, bytes: encodedBodySize}))"""
    found: list[dict[str, Any]] = page.evaluate(script)
    return found


class Noting(Looker):
    """Somebody who notes where to go, and stays."""

    address = ""

    def go(self, path: str) -> None:
        self.address = path


def test_no_address_is_waited_for_more_than_twice_one_after_the_other(sign_in: SignIn, system_url: str) -> None:
    too_deep: list[str] = []
    for login in dict.fromkeys((SALES, *(scene.login for scene in records()))):
        noting = Noting(sign_in(login), "zh", system_url)
        for address in addresses(noting, login):
            page = noting.page.context.new_page()
            waves = Waves(page).load(address)
            assert waves, address
            if len(waves) > WAVES_MAX:
                too_deep.append(f"{address}: {waves}")
            page.close()
    assert not too_deep, "\n".join(too_deep)


def addresses(noting: Noting, login: str) -> Iterator[str]:
    """Of every page of a record and, to sales, of the places and every start form."""
    if login == SALES:
        yield from PLACES
        yield from (form_address(noting, code) for code in FORMS)
        yield f"/processes/start/price_adjustment?customer={noting.customer}"
    seen: set[str] = set()
    for scene in records():
        if scene.login == login and scene.name not in READ_AHEAD:
            scene.get_there(noting)
            # A page's parts, and its record in another state, ask for the same.
            kind = _ID.sub("", urlsplit(noting.address).path)
            if kind not in seen:
                seen.add(kind)
                yield noting.address
