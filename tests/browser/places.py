"""The places of the menu, as somebody who is signed in finds them: whatever is added there is gone through, too."""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from deploy.people import PEOPLE, Person
from gateway.permissions import PERMISSIONS
from tests.browser.screens import OUTLINES, show

_WEB: Final = Path(__file__).resolve().parents[2] / "gateway" / "web"
_AREAS: Final = "|".join(sorted(path.stem for path in (_WEB / "src" / "words" / "zh").glob("*.json")))
_WORD_KEY: Final = re.compile(rf"(?<![\w./@-])(?:{_AREAS})(?:\.[a-z][a-z0-9_]*)+(?![\w.@-])")
_PLACE_TO_FILL: Final = re.compile(r"\{\{.*?\}\}")

BESIDE_THE_MENU: Final = ("/settings",)
"""Places that everybody has and the menu has not."""


class Place(NamedTuple):
    """An entry of the menu. ``address`` is a path, with a query or without."""

    address: str
    name: str

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z]+", "-", self.address).strip("-") or "home"


def people() -> dict[str, str]:
    """Of each set of permissions that a role has, one who has it: role → login. What the console shows goes by permissions."""
    found: dict[frozenset[str], Person] = {}
    for person in PEOPLE:
        found.setdefault(frozenset(name for name, roles in PERMISSIONS.items() if roles & set(person.roles)), person)
    return {"+".join(person.roles): person.login for person in found.values()}


def places_of(page: Page) -> list[Place]:
    """Every entry of the menu, groups opened. What only counts an entry's tasks by kind is that entry."""
    show(page, "/")
    menu = page.locator(".shell-nav")
    closed = menu.locator(".ant-menu-submenu-title[aria-expanded='false']")
    while closed.count() > 0:
        closed.first.click()
    links = menu.locator("li:not(.shell-menu-kind) > .ant-menu-title-content a[href], li:not(.shell-menu-kind) > a[href]")
    expect(links.first).to_be_visible()
    found = [Place(link.get_attribute("href") or "", link.inner_text().split("\n")[0]) for link in links.all()]
    return [*dict.fromkeys(found), *(Place(address, address) for address in BESIDE_THE_MENU)]


def go(page: Page, place: Place) -> str:
    """Go to a place as a click in the menu does.

    :returns: what is wrong with what is found there; empty if nothing is.
    """
    link = page.locator(f".shell-nav a[href='{place.address}']")
    if link.count() > 0:
        link.first.click()
        # What is seen until then is the place before.
        page.locator(f".shell-nav .ant-menu-item-selected a[href='{place.address}']").first.wait_for()
    else:
        show(page, place.address)
    page.wait_for_url(lambda url: _is_at(url, place))
    page.locator(".shell-moving[data-moving='true']").first.wait_for(state="detached")
    page.locator("#main h1, #main .ant-result").first.wait_for()
    page.locator(OUTLINES).first.wait_for(state="detached")
    if page.locator("#main .ant-result").count() > 0:
        return "shows no page: " + page.locator("#main .ant-result").first.inner_text().replace("\n", " ")
    headings = page.locator("#main h1").all_inner_texts()
    if len(headings) != 1 or not headings[0].strip():
        return f"has these headings: {headings}"
    return ""


def _is_at(url: str, place: Place) -> bool:
    parts, wanted = urlsplit(url), urlsplit(place.address)
    return parts.path == wanted.path and set(wanted.query.split("&")) <= {*parts.query.split("&"), ""}


def words_lacking(page: Page) -> list[str]:
    """Keys of words, and places in words that nothing has filled, among what is seen."""
    text = page.locator("body").inner_text()
    # A permission's name looks like a word's key; office shows it as what it is.
    keys = [key for key in _WORD_KEY.findall(text) if key not in PERMISSIONS]
    return sorted({*keys, *_PLACE_TO_FILL.findall(text)})


def scroll_sideways(page: Page) -> str:
    """What reaches over the window's edge, if the page can be moved sideways."""
    script = """() => {
        const wide = document.scrollingElement.scrollWidth, window_ = innerWidth;
        if (wide <= window_) return "";
        const over = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > window_ + 1);
        const named = over.slice(0, 4).map((each) => `${each.tagName.toLowerCase()}.${String(each.className).split(" ")[0]}`);
        return `${wide} px wide: ${named.join(", ")}`;
    }"""
    return str(page.evaluate(script))


AXE: Final = _WEB / "node_modules" / "axe-core" / "axe.min.js"

# What a rule finds has the rule's own impact, if it has one: those that find only what is minor or moderate need not look.
_LOOK: Final = """async () => {
    const minor = axe._audit.rules.filter(({ impact }) => impact === "minor" || impact === "moderate");
    const rules = Object.fromEntries(minor.map(({ id }) => [id, { enabled: false }]));
    return (await axe.run(document, { resultTypes: ["violations"], rules })).violations;
}"""


def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical in what is shown."""
    violations: list[dict[str, Any]] = page.evaluate(_LOOK)
    return [
        f"{each['impact']} {each['id']} at {' '.join(node['target'])}: {' '.join(node['failureSummary'].split())}"
        for each in violations
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:5]
    ]
