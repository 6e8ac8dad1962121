"""A letter as a group robot's post, in each vendor's format, and what its answer means (spec, notify.md, "Channels"). Pure.

========  =====================================================  =========================================================
vendor    what is posted                                         signed with the robot's secret
========  =====================================================  =========================================================
wecom     ``markdown``, at most 4,096 bytes                      not at all: the address is the secret
dingtalk  ``markdown`` with a title, at most 20,000 bytes        ``timestamp`` (ms) and ``sign`` in the query
feishu    ``post``: paragraphs of texts and links, 20,000 bytes  ``timestamp`` (s) and ``sign`` in the body
========  =====================================================  =========================================================

Each takes 20 posts a minute of a robot: what waits for one is one post.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.notify.domain.letters import (
    TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    Item,
    Letter,
    address,
    cut,
    heading,
    parts,
    rest,
)
from services.notify.domain.retries import Outcome

VENDORS: Final = ("wecom", "dingtalk", "feishu")
SIGNED_VENDORS: Final = ("dingtalk", "feishu")
_BYTES_MAX: Final = {"wecom": 4096, "dingtalk": 20_000, "feishu": 20_000}
_BYTES_FOR_THE_REST: Final = 200
_SAID_CHARACTERS_MAX: Final = 200

# What ends a link, begins a mention, or makes text bold. None of the vendors knows an escape, so look-alikes stand for them.
_HARMLESS: Final = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "｀", "#": "＃", "\n": " ", "\r": " "}
)

_REFUSED: Final[Mapping[str, frozenset[int]]] = {
    # wecom: no such key; dingtalk: no such token, the sign or a keyword does not fit; feishu: no such robot, the sign does not
    # fit, our address is not allowed, a keyword is missing, a body it does not take.
    "wecom": frozenset({93000, 40058}),
    "dingtalk": frozenset({300001, 300005, 310000, 400101, 400102}),
    "feishu": frozenset({19001, 19021, 19022, 19024, 9499}),
}
"""Codes that time does not heal. Of any other, such as those for too many posts, it is tried again."""


@dataclass(frozen=True)
class RobotPost:
    """What is posted to a robot's address.

    :param query: to be added to the address.
    """

    query: Mapping[str, str]
    body: Mapping[str, Any]


def robot_post(vendor: str, letter: Letter, console: str, secret: str, now: datetime) -> RobotPost:
    """
    :param console: what every link begins with.
    :param secret: the robot's; empty for one that does not sign.
    """
    if vendor == "wecom":
        return RobotPost({}, {"msgtype": "markdown", "markdown": {"content": _markdown(vendor, letter, console, "\n")}})
    if vendor == "dingtalk":
        shown = {"title": _harmless(heading(letter)), "text": _markdown(vendor, letter, console, "\n\n")}
        query = dingtalk_signature(int(now.timestamp() * 1000), secret) if secret else {}
        return RobotPost(query, {"msgtype": "markdown", "markdown": shown})
    language = letter.choose("zh_cn", "en_us")
    post = {language: {"title": heading(letter), "content": list(_paragraphs(letter, console))}}
    signed = feishu_signature(int(now.timestamp()), secret) if secret else {}
    return RobotPost({}, {**signed, "msg_type": "post", "content": {"post": post}})


def dingtalk_signature(milliseconds: int, secret: str) -> dict[str, str]:
    """HMAC-SHA256 of the time and the secret, by the secret."""
    signed = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": str(milliseconds), "sign": base64.b64encode(signed).decode()}


def feishu_signature(seconds: int, secret: str) -> dict[str, str]:
    """HMAC-SHA256 of nothing, by the time and the secret: the vendor's way."""
    signed = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": str(seconds), "sign": base64.b64encode(signed).decode()}


def outcome_of(vendor: str, status: int, body: Mapping[str, Any]) -> Outcome:
    """What an answer means: these vendors refuse with HTTP 200 and a code of their own."""
    if status != 200:
        # A redirect leads away from the address that was entered; the vendors have none.
        passes = status in (408, 429) or status >= 500
        return Outcome("later" if passes else "refused", f"HTTP {status}")
    # feishu's older answer has other names for the same.
    code = next((body[name] for name in ("errcode", "code", "StatusCode") if type(body.get(name)) is int), None)
    said = next((body[name] for name in ("errmsg", "msg", "StatusMessage") if name in body), "")
    text = cut(f"{code} {said}".strip(), _SAID_CHARACTERS_MAX)
    if code == 0:
        return Outcome("sent", text)
    if code is None:
        return Outcome("later", "no answer of a robot's")
    return Outcome("refused" if code in _REFUSED[vendor] else "later", text)


def _markdown(vendor: str, letter: Letter, console: str, gap: str) -> str:
    if letter.is_single:
        item = letter.items[0]
        lines = [f"**{_harmless(cut(item.title, TITLE_CHARACTERS_MAX))}**", _harmless(cut(item.text, TEXT_CHARACTERS_MAX))]
        return gap.join([*lines, f"[{letter.choose('查看', 'Open')}]({address(console, item.link)})"])
    lines = [f"**{_harmless(heading(letter))}**"]
    size, shown = len(lines[0].encode()), 0
    for line, count in _listed_lines(letter, console):
        size += len((gap + line).encode())
        if size > _BYTES_MAX[vendor] - _BYTES_FOR_THE_REST:
            break
        lines.append(line)
        shown += count
    return gap.join([*lines, *filter(None, [rest(letter, shown)])])


def _listed_lines(letter: Letter, console: str) -> Iterator[tuple[str, int]]:
    """A line for each part's name and each item, and how many items it shows."""
    for name, items in parts(letter):
        yield f"**{name}**", 0
        for item in items:
            title, text = (_harmless(each) for each in _shortened(item))
            yield f"- [{title}]({address(console, item.link)}) {text}", 1


def _paragraphs(letter: Letter, console: str) -> Iterator[list[dict[str, str]]]:
    if letter.is_single:
        item = letter.items[0]
        yield [{"tag": "text", "text": cut(item.text, TEXT_CHARACTERS_MAX)}]
        yield [{"tag": "a", "text": letter.choose("查看", "Open"), "href": address(console, item.link)}]
        return
    size, shown = 0, 0
    for line, count in _listed_paragraphs(letter, console):
        size += len(json.dumps(line, ensure_ascii=False).encode())
        if size > _BYTES_MAX["feishu"] - _BYTES_FOR_THE_REST:
            break
        yield line
        shown += count
    if more := rest(letter, shown):
        yield [{"tag": "text", "text": more}]


def _listed_paragraphs(letter: Letter, console: str) -> Iterator[tuple[list[dict[str, str]], int]]:
    for name, items in parts(letter):
        yield [{"tag": "text", "text": letter.choose(f"【{name}】", name)}], 0
        for item in items:
            title, text = _shortened(item)
            link = {"tag": "a", "text": title, "href": address(console, item.link)}
            yield [link, {"tag": "text", "text": f" {text}"}], 1


def _shortened(item: Item) -> tuple[str, str]:
    return cut(item.title, TITLE_CHARACTERS_MAX), cut(item.text, TEXT_CHARACTERS_MAX)


def _harmless(text: str) -> str:
    return text.translate(_HARMLESS)
