"""What browsers see go wrong, while a test clicks."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakSet

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError


@dataclass
class Watch:
    """What went wrong in a browser's pages: errors in the console, exceptions, answers that refuse.

    :param expected: what a test provokes; a pattern of the whole line.
    """

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Say before that something will be refused: ``expect(r"409 POST .*/tasks/.*")``."""
        self.expected.append(pattern)

    @property
    def surprises(self) -> list[str]:
        return [line for line in self.seen if not any(re.fullmatch(pattern, line) for pattern in self.expected)]

    def hear(self, message: ConsoleMessage) -> None:
        # What the browser says of a refused answer is known by the answer itself.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.seen.append(f"console: {message.text}")

    def catch(self, error: WebError) -> None:
        self.seen.append(f"exception: {error.error}")

    def read(self, response: Response) -> None:
        if response.status >= 400:
            path = response.url.partition("://")[2].partition("/")[2]
            self.seen.append(f"{response.status} {response.request.method} /{path}")


_left: Final[WeakSet[BrowserContext]] = WeakSet()


def watched(context: BrowserContext, watch: Callable[[], Watch]) -> None:
    """Tell whichever watch there is then what goes wrong in a browser's pages, until it is left."""

    def told(tell: Callable[[], None]) -> None:
        if context not in _left:
            tell()

    context.on("console", lambda message: told(lambda: watch().hear(message)))
    context.on("weberror", lambda error: told(lambda: watch().catch(error)))
    context.on("response", lambda response: told(lambda: watch().read(response)))


def leave(context: BrowserContext) -> None:
    """Close a browser: parts of the console that its pages were still fetching do not arrive, which is no fault of theirs."""
    _left.add(context)
    context.close()
