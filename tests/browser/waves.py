"""How often a page must ask, one request after the answer to another, before it has everything.

Requests are held back until the page has nothing else to do, and then let go together: that is a wave. By the clock a slow
machine, which takes its time for scripts, would make waves of its own.
"""

import time
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Page, Request, Route

_INTERFACE: Final = "/api/v1"
_STREAM: Final = f"{_INTERFACE}/stream"
_COUNT: Final = """
    const ask = window.fetch;
    window.asked = 0;
    window.fetch = (request, options) => {
        window.asked += (request.signal ?? options?.signal)?.aborted ? 0 : 1;
        return ask(request, options);
    };
"""
"""The page's own count of what it asks: we hear of that a little later than it does."""
_REST: Final = """async () => {
    for (let turn = 0; turn < 8; turn++) {
        await new Promise((rest) => requestIdleCallback(rest));
        await new Promise((rest) => setTimeout(rest, 50));
    }
    return window.asked;
}"""
"""Idle for longer than React keeps back what it has waited for: 300 ms, so that a page does not flicker."""
_SECONDS_MAX: Final = 60.0


@dataclass
class Waves:
    """What one page asks of the interface.

    :ivar asked: each wave's requests, as ``GET /api/v1/bills?page_size=50``. What is asked a second time, because a message came
        meanwhile, is not what the page waits for.
    """

    page: Page
    asked: list[list[str]] = field(default_factory=list)
    _begun: set[Request] = field(default_factory=set)
    _over: set[Request] = field(default_factory=set)
    _held: list[Route] = field(default_factory=list)

    def load(self, address: str) -> list[list[str]]:
        """Open an address, and let everything come, wave by wave.

        :returns: the waves.
        """
        self.page.on("request", self._begin)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)
        self.page.route(f"**{_INTERFACE}/**", self._hold)
        self.page.add_init_script(_COUNT)
        self.page.goto(address, wait_until="domcontentloaded")
        known: set[str] = set()
        while held := self._held_at_rest():
            # A page may give up what it asked, to ask anew because a message came.
            asked = {f"{each.method} {_path(each)}" for each in (route.request for route in held) if each not in self._over}
            if new := asked - known:
                self.asked.append(sorted(new))
            known |= asked
            for route in held:
                route.continue_()
        self.page.unroute_all(behavior="ignoreErrors")
        return self.asked

    def _held_at_rest(self) -> list[Route]:
        """What the page waits for once nothing comes and it has nothing left to do."""
        give_up = time.monotonic() + _SECONDS_MAX
        before = asked = -1
        while self._coming() or len(self._held) != before or self._fetched() != asked:
            assert time.monotonic() < give_up, f"{self.page.url} does not come to rest: {self._coming()} after {self.asked}"
            before = len(self._held)
            asked = self.page.evaluate(_REST)
        held, self._held = self._held, []
        return held

    def _coming(self) -> set[Request]:
        return self._begun - self._over - {route.request for route in self._held}

    def _fetched(self) -> int:
        return sum(request.resource_type == "fetch" for request in self._begun)

    def _begin(self, request: Request) -> None:
        if not _path(request).startswith(_STREAM):
            self._begun.add(request)

    def _end(self, request: Request) -> None:
        self._over.add(request)

    def _hold(self, route: Route) -> None:
        if _path(route.request).startswith(_STREAM):
            route.continue_()
        else:
            self._held.append(route)


def _path(request: Request) -> str:
    return "/" + request.url.partition("://")[2].partition("/")[2]
