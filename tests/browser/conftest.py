"""A real browser at a real system: Debian's Chromium, and the demo's people, data and story behind the gateway.

One system serves all tests of a run, as a day's work does: a test makes what it changes, and looks only for its own. Every page
is watched: an error in its console, an answer that nobody expected, fails the test that saw it.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize, expect, sync_playwright

from deploy.people import DEMO_PASSWORD, PEOPLE
from tests.servers.kept import KeptServer

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCREENS: Final = Path(os.environ.get("L2C_SCREENS", _CHECKOUT / ".screens"))
"""Where pictures of what was seen are put."""

_CHROMIUM: Final = os.environ.get("L2C_CHROMIUM", "/usr/bin/chromium")
# As root, and in containers whose shared memory is small, Chromium starts only so.
_CHROMIUM_OPTIONS: Final = ("--no-sandbox", "--disable-dev-shm-usage")

WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

_PATIENCE_MS: Final = 30_000
expect.set_options(timeout=_PATIENCE_MS)


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


@dataclass
class Watch:
    """What went wrong in a browser's pages: errors in the console, exceptions, answers that refuse.

    :param expected: what a test provokes; a pattern of the whole line.
    """

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def of(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"exception: {error.error}"))
        context.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """Say before that something will be refused: ``expect(r"409 POST .*/tasks/.*")``."""
        self.expected.append(pattern)

    @property
    def surprises(self) -> list[str]:
        return [line for line in self.seen if not any(re.fullmatch(pattern, line) for pattern in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        # What the browser says of a refused answer is known by the answer itself.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.seen.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            path = response.url.partition("://")[2].partition("/")[2]
            self.seen.append(f"{response.status} {response.request.method} /{path}")


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
        context = chromium.new_context(
            **{"base_url": system_url, "viewport": WIDE, "locale": "zh-CN", "color_scheme": "light", "reduced_motion": "reduce"}
            | options
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE_MS)
        answer = context.request.post("/api/v1/session", data={"login": login, "password": DEMO_PASSWORD})
        assert answer.ok, answer.text()
        watch.of(context)
        return context.new_page()

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def login_of() -> Callable[[str], str]:
    """The login of the first who holds a role: ``login_of("finance")``."""
    return lambda role: next(person.login for person in PEOPLE if role in person.roles)


def show(page: Page, path: str) -> None:
    """Open an address and wait until what it shows is there: its heading, and nothing that is still awaited."""
    page.goto(path)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page has its heading and shows no outline of what is to come."""
    expect(page.locator("#main h1").first).to_be_visible()
    expect(page.locator("#main .ant-skeleton, #main .ant-spin-spinning, #main .waiting")).to_have_count(0)


def photograph(page: Page, name: str) -> None:
    """Keep a picture of what is seen now."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")
