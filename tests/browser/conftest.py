"""A real browser at a real system: Debian's Chromium, and the demo's people, data and story behind the gateway.

One system serves all tests of a run, as a day's work does: a test makes what it changes, and looks only for its own. Every page
is watched: an error in its console, an answer that nobody expected, fails the test that saw it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from deploy.office import Office
from deploy.people import DEMO_PASSWORD
from tests.browser.screens import Screens
from tests.browser.watch import Watch, leave, watched
from tests.e2e.company import Company
from tests.servers.kept import KeptServer

SCREENS: Final = os.environ.get("L2C_SCREENS")
"""Where pictures of what was seen are put, if anybody wants them: to take one takes as long as to look for barriers."""

_CHROMIUM: Final = os.environ.get("L2C_CHROMIUM", "/usr/bin/chromium-headless-shell")
# As root, and in containers whose shared memory is small, Chromium starts only so.
_CHROMIUM_OPTIONS: Final = ("--no-sandbox", "--disable-dev-shm-usage")

WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

_PATIENCE_MS: Final = 30_000
expect.set_options(timeout=_PATIENCE_MS)


# In seconds on 2 processors; what is not here takes less than half a minute.
_LONGEST: Final = {
    "test_places": 130,
    "test_catalogue": 120,
    "test_record_looks": 115,
    "test_weight": 100,
    "test_looks": 100,
    "test_decisions": 80,
    "test_story": 70,
    "test_reversals": 45,
    "test_work": 35,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first: a worker that begins one when all others are done leaves the rest idle."""
    here = Path(__file__).parent
    items.sort(key=lambda item: -_LONGEST.get(item.path.stem, 0) if item.path.parent == here else 0)


@pytest.fixture(scope="session")
def system_url(run_folder: Path) -> str:
    """The gateway of a system with everything in it, shared by all workers; ``L2C_BROWSER_URL`` names one that runs already."""
    return os.environ.get("L2C_BROWSER_URL") or KeptServer(run_folder, "demo_system", "demo-system").url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_CHROMIUM_OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.surprises == []


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(chromium: Browser, system_url: str, watch: Watch) -> Iterator[SignIn]:
    """Signs somebody in, in a browser of his or her own: ``sign_in("zhang.wei")`` is a page that shows nothing yet.

    Options are those of a context: ``viewport=PHONE``, ``color_scheme="dark"``, ``locale="en-US"``.
    """
    contexts: list[BrowserContext] = []

    def begin(login: str, **options: Any) -> Page:
        contexts.append(_signed_in(chromium, system_url, login, lambda: watch, **options))
        return contexts[-1].new_page()

    yield begin
    for context in contexts:
        leave(context)


@dataclass
class KeptScreens:
    """The screens of a module's tests, and the watch of the test that looks at them now."""

    screens: Screens
    watch: Watch = field(default_factory=Watch)


@pytest.fixture(scope="module")
def kept_screens(chromium: Browser, system_url: str) -> Iterator[KeptScreens]:
    contexts: list[BrowserContext] = []

    def begin(login: str) -> Page:
        contexts.append(_signed_in(chromium, system_url, login, lambda: kept.watch))
        return contexts[-1].new_page()

    kept = KeptScreens(Screens(begin))
    yield kept
    for context in contexts:
        leave(context)


@pytest.fixture
def screens(kept_screens: KeptScreens, watch: Watch) -> Iterator[Screens]:
    """Everybody at a screen, the same for all tests of a module: what was signed in and loaded once stays so."""
    kept_screens.watch = watch
    yield kept_screens.screens
    kept_screens.watch = Watch()  # what pages were fetching as they are left is no fault of theirs
    kept_screens.screens.rest()


# News of what other tests do pop up at any time, and for as long as one points at them they stay. People click beside them.
_LOOK_PAST_NEWS: Final = """
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".ant-notification-notice-info { pointer-events: none !important; }");
    document.adoptedStyleSheets.push(sheet);
"""


def _signed_in(chromium: Browser, system_url: str, login: str, watch: Callable[[], Watch], **options: Any) -> BrowserContext:
    context = chromium.new_context(
        **{"base_url": system_url, "viewport": WIDE, "locale": "zh-CN", "color_scheme": "light", "reduced_motion": "reduce"}
        | options
    )
    context.set_default_timeout(_PATIENCE_MS)
    answer = context.request.post("/api/v1/session", data={"login": login, "password": DEMO_PASSWORD})
    assert answer.ok, answer.text()
    watched(context, watch)
    context.add_init_script(_LOOK_PAST_NEWS)
    return context


@pytest.fixture(scope="module")
def company(system_url: str) -> Iterator[Company]:
    """Who prepares by the interface what a test is not about; what it makes has names of its own."""
    office = Office(system_url)
    yield Company(office, uuid4().hex[:5])
    office.close()


def photograph(page: Page, name: str) -> None:
    """Keep a picture of what is seen now, if pictures are wanted."""
    if SCREENS is not None:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", animations="disabled")
