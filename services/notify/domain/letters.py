"""What is sent over a channel: one message, or a list of those that waited (spec, notify.md: "a daily digest"). Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

LISTED_MAX: Final = 50
TITLE_CHARACTERS_MAX: Final = 200
TEXT_CHARACTERS_MAX: Final = 500

CATEGORY_NAMES: Final = {
    "task": ("待办", "To do"),
    "funnel": ("客户漏斗", "Funnel"),
    "contract": ("合同", "Contracts"),
    "billing": ("账单", "Billing"),
    "payment": ("款项", "Payments"),
    "customer": ("客户", "Customers"),
    "system": ("系统", "System"),
}
"""Category → its Chinese and English name, in the order of a digest's parts."""


@dataclass(frozen=True)
class Item:
    """A message in the reader's language.

    :param link: below the console's address, beginning with a slash.
    """

    category: str
    title: str
    text: str
    link: str


@dataclass(frozen=True)
class Letter:
    """What goes out at one time to one address.

    :param key: its own; the same whenever it is sent again.
    :param day: the digest's day; ``None`` for what goes out at once.
    :param items: the oldest first, at least one.
    """

    key: str
    language: str
    day: date | None
    items: tuple[Item, ...]

    @property
    def is_single(self) -> bool:
        return self.day is None and len(self.items) == 1

    def choose(self, zh: str, en: str) -> str:
        """Words in the reader's language."""
        return zh if self.language == "zh" else en


def heading(letter: Letter) -> str:
    """What a mail's subject, or a robot's first line, says."""
    count = len(letter.items)
    if letter.day is not None:
        day = letter.day
        zh = f"每日摘要（{day.month}月{day.day}日）：{count} 条未读消息"
        return letter.choose(zh, f"Daily digest of {day.isoformat()}: {count} unread")
    first = cut(letter.items[0].title, TITLE_CHARACTERS_MAX)
    return first if count == 1 else letter.choose(f"{count} 条新消息：{first} 等", f"{count} new messages: {first}, …")


def parts(letter: Letter) -> list[tuple[str, list[Item]]]:
    """The items that are listed, by category, each part under its name."""
    shown = letter.items[:LISTED_MAX]
    found = []
    for category, (zh, en) in CATEGORY_NAMES.items():
        if own := [item for item in shown if item.category == category]:
            found.append((letter.choose(zh, en), own))
    return found


def rest(letter: Letter, listed: int) -> str:
    """What is said of items that are not listed; empty if all are."""
    more = len(letter.items) - listed
    return letter.choose(f"另有 {more} 条，请在消息中查看。", f"{more} more are in your inbox.") if more > 0 else ""


def address(console: str, link: str) -> str:
    """The page's whole address. Characters that could end a link, wherever it stands, are written in percent."""
    return console + quote(link, safe="/?&=#%:;,@+!~$-._")


def cut(text: str, characters_max: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= characters_max else f"{text[: characters_max - 1]}…"


def listed(letter: Letter) -> int:
    """How many items :func:`parts` shows."""
    return min(len(letter.items), LISTED_MAX)
