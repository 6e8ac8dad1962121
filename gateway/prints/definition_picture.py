"""A process definition as a picture: its nodes in order, who acts, what passes by itself, time limits (spec, workflow.md)."""

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from gateway.wording import LANGUAGES
from services.kit.typesetting import set_svg

_TEMPLATE: Final = Path(str(files(__package__) / "definition.typ"))
AGREE_WORDS: Final = {
    "any_one": ("或签：任一人同意", "Any one agrees"),
    "all": ("会签：全部同意", "All agree"),
    "in_turn": ("依次：按顺序逐个同意", "In turn, one after the other"),
}
PASSABLE_WORDS: Final = {
    "initiator": ("处理人为发起人时自动通过", "Passes a handler who is the initiator"),
    "earlier_handler": ("处理人此前已同意时自动通过", "Passes a handler who agreed earlier"),
}


def definition_svg(picture: Mapping[str, Any], language: str) -> bytes:
    """The picture as SVG. Its text is drawn; what is read aloud of it, or searched in it, stands in its title and description.

    :param picture: as the contract's ``DefinitionPicture``.
    """
    data = picture_data(picture, language)
    spoken = "；".join("，".join([node["name"], *node["lines"], *filter(None, [node["passes"]])]) for node in data["nodes"])
    head = f"<title>{escape(data['title'])}</title><desc>{escape(spoken)}</desc>"
    svg, end = set_svg(_TEMPLATE, data), b">"
    opening, _, rest = svg.partition(end)
    return b"".join([opening, b' role="img"', end, head.encode(), rest])


def picture_data(picture: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The texts as they shall stand there."""
    at = LANGUAGES.index(language)
    name, version = picture[f"name_{language}"], picture["version"]
    starters = _joint(picture[f"starters_{language}"], language)
    edition = ("草稿", "Draft")[at] if version is None else (f"第 {version} 版", f"Version {version}")[at]
    return {
        "title": f"{name}（{edition}）" if language == "zh" else f"{name} ({edition})",
        "subtitle": (f"可由 {starters} 发起", f"May be started by {starters}")[at],
        "nodes": [_node(number, node, language) for number, node in enumerate(picture["nodes"], start=1)],
        "end": ("归档", "Archived")[at],
        "lang": language,
    }


def _node(number: int, node: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "name": f"{number}. {node[f'name_{language}']}",
        "lines": list(_lines(node, language)),
        "passes": node[f"passes_when_{language}"] or "",
    }


def _lines(node: Mapping[str, Any], language: str) -> Iterator[str]:
    at = LANGUAGES.index(language)
    yield node[f"actors_{language}"]
    if node["asks_many"]:
        yield AGREE_WORDS[node["agree"]][at]
    if entered := _joint(node[f"enters_{language}"], language):
        yield (f"填写：{entered}", f"Enters: {entered}")[at]
    for passed in node["passes"]:
        yield PASSABLE_WORDS[passed][at]
    if node["opinion_required"]:
        yield ("须填写意见", "An opinion is required")[at]
    if (limit := node["time_limit_hours"]) is not None:
        remind = node["remind_before_hours"]
        reminder = "" if remind is None else (f"，提前 {remind} 小时提醒", f", reminded {remind} h before")[at]
        yield (f"时限 {limit} 小时{reminder}", f"Within {limit} h{reminder}")[at]


def _joint(texts: list[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(texts)
