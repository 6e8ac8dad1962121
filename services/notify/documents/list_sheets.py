"""Notify's lists as files: their columns, as the console has them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.contracts import code_words as words
from services.contracts.notify_calls import Message
from services.contracts.notify_places import PLACES
from services.kit.list_files import LANGUAGES, ListColumn, ListSheet


def _said(field: str) -> Callable[[Mapping[str, Any], int], Any]:
    return lambda message, language: message[field][LANGUAGES[language]]


def _place(message: Mapping[str, Any], language: int) -> str:
    """What the menu calls where it waits; of a process's own place, the one above it."""
    code = message["place"]
    while code not in PLACES:
        code = code.rpartition(".")[0]
    return (PLACES[code].zh, PLACES[code].en)[language]


MESSAGES: Final = ListSheet(
    ("消息", "Messages"),
    Message,
    [
        ListColumn("posted_at", ("时间", "Time")),
        ListColumn("category", ("类别", "Kind"), words=words.CATEGORY),
        ListColumn("severity", ("级别", "Level"), words=words.SEVERITY),
        ListColumn("place", ("所在菜单", "Place"), shown=_place),
        ListColumn("title", ("标题", "Title"), shown=_said("title"), width=32),
        ListColumn("text", ("内容", "Text"), shown=_said("text"), width=64),
        ListColumn("read", ("已读", "Read")),
        ListColumn("done", ("已处理", "Done")),
    ],
)
