"""The console has what the services promise of it: pages that messages lead to, places whose messages are counted."""

import re
from pathlib import Path
from typing import Final

from services.contracts.notify_places import PAGES, PLACES

_SOURCES: Final = Path(__file__).resolve().parents[3] / "gateway" / "web" / "src"


def test_every_page_that_a_link_may_open_is_a_route() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in sorted(_SOURCES.glob("pages/*/routes.ts")))
    routes = {"/" + re.sub(r":\w+", "{id}", path) for path in re.findall(r'path: "([^"]+)"', sources)}
    assert PAGES.keys() - routes == set()


def test_every_place_that_is_counted_has_its_entry_in_the_menu() -> None:
    menu = (_SOURCES / "shell" / "menu.tsx").read_text("utf-8")
    counted = {place for found in re.findall(r"places: \[([^\]]*)\]", menu) for place in re.findall(r'"([^"]+)"', found)}
    wanted = {code for code, place in PLACES.items() if place.category is not None}
    # What is below a counted place is counted with it.
    assert {code for code in wanted if not any(code == each or code.startswith(f"{each}.") for each in counted)} == set()
    assert counted <= PLACES.keys()
