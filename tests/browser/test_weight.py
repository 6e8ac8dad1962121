"""What the first look costs: bytes of script, and how many times a page must ask before it has everything."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.looker import Looker
from tests.browser.screens import show

SCRIPT_BYTES_MAX = 400_000
"""Compressed, of the sign-in and the home page together (issue: "First load under 400 kB of compressed script")."""

WAVES_MAX = 2


def fetched(page: Page) -> list[dict[str, Any]]:
    """What the page has asked for: address, when (ms), how many bytes came."""
    script = """performance.getEntriesByType("resource").map(({name, startTime, responseEnd, encodedBodySize}) =>
        ({path: new URL(name).pathname, begin: startTime, end: responseEnd, bytes: encodedBodySize}))"""
    found: list[dict[str, Any]] = page.evaluate(script)
    return found


def test_the_sign_in_and_the_home_page_weigh_little(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    show(page, "/")
    scripts = [each for each in fetched(page) if each["path"].endswith(".js")]
    assert scripts
    assert sum(each["bytes"] for each in scripts) < SCRIPT_BYTES_MAX, scripts


@pytest.mark.parametrize("place", ["/", "/customers", "/processes?box=todo", "/bills", "/receipts", "/commission", "/messages"])
def test_no_page_asks_more_than_twice_one_after_the_other(sign_in: SignIn, place: str) -> None:
    page = sign_in("zhang.wei")
    show(page, place)
    found = asked(page)
    assert waves(found) <= WAVES_MAX, found


def test_no_record_or_form_asks_more_than_twice_once_it_is_known_who_asks(sign_in: SignIn, system_url: str) -> None:
    """Who asks is read while the page's script is still on its way."""
    looker = Looker(sign_in("zhang.wei"), "zh", system_url)
    customer = looker.customer
    for place in (
        f"/customers/{customer}",
        f"/bills/{looker.first('/bills', state='closed')}",
        f"/processes/{looker.first('/processes', box='started', code='price_adjustment')}",
        f"/processes/start/reconciliation?subject={customer}",
        f"/processes/start/price_adjustment?subject={looker.first('/products', customer_id=customer)}",
        f"/processes/start/recharge?subject={looker.first('/accounts', customer_id=customer)}",
    ):
        looker.go(place)
        found = [each for each in asked(looker.page) if not each["path"].endswith("/session")]
        assert len(found) > WAVES_MAX
        assert waves(found) <= WAVES_MAX, (place, found)


def asked(page: Page) -> list[dict[str, Any]]:
    """What the page asked the interface as it began: what is read again since, because a message came, is no part of that."""
    first: dict[str, dict[str, Any]] = {}
    for each in fetched(page):
        if each["path"].startswith("/api/") and not each["path"].endswith("/stream"):
            first.setdefault(each["path"], each)
    return list(first.values())


def waves(asked: list[dict[str, Any]]) -> int:
    """The longest chain of requests of which each began only when the one before had its answer."""
    depth: dict[int, int] = {}
    ordered = sorted(asked, key=lambda each: each["begin"])
    for index, each in enumerate(ordered):
        depth[index] = 1 + max((depth[before] for before in range(index) if ordered[before]["end"] <= each["begin"]), default=0)
    return max(depth.values(), default=0)


def test_a_chain_is_counted_by_who_waits_for_whom() -> None:
    spans = [(0, 10), (12, 20), (13, 30), (21, 25)]
    asked_at = [{"begin": begin, "end": end} for begin, end in spans]
    assert waves(asked_at) == 3
    assert waves(asked_at[:3]) == 2
