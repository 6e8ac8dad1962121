"""What browsers see go wrong, while a test clicks."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Response, WebError


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
