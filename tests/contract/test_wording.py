"""Whatever is refused is refused in words, Chinese and English."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.wording import field_message, field_words, refusal_message, refusal_words

CHECKOUT = Path(__file__).resolve().parents[2]

REFUSALS = {
    "Refusal",
    "NotFound",
    "Forbidden",
    "Conflict",
    "ChangedMeanwhile",
    "NotYet",
    "TooMany",
    "Unavailable",
    "InvalidInput",
}
REFUSALS_OF_THE_DOOR = {
    "BadRequest",
    "Unauthenticated",
    "MethodNotAllowed",
    "PreconditionFailed",
    "BodyTooLarge",
    "MediaTypeNotSupported",
}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("services", "gateway"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(CHECKOUT)}:{node.lineno}", node


def _raised_codes() -> Iterator[tuple[str, str, set[str]]]:
    """Where a refusal is made, its code, and the params it is given."""
    for place, call in _calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in REFUSALS | REFUSALS_OF_THE_DOOR and call.args and isinstance(call.args[0], ast.Constant):
            # **params may be anything.
            params = {keyword.arg or "*" for keyword in call.keywords}
            yield place, str(call.args[0].value), params


def _field_codes() -> Iterator[tuple[str, str]]:
    """Literal field errors: ``fields={"name": ["code|1"]}`` and ``ValidationError("code")``."""
    for place, call in _calls():
        if isinstance(call.func, ast.Name) and call.func.id == "ValidationError" and call.args:
            yield from ((place, code) for code in _texts(call.args[0]))
        for keyword in call.keywords:
            if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
                for value in keyword.value.values:
                    if isinstance(value, ast.List):
                        yield from ((place, code) for element in value.elts for code in _texts(element))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.partition("|")[0]
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value).partition("|")[0]


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_refusal_has_words() -> None:
    unworded = [f"{place} {code}" for place, code, _ in _raised_codes() if code not in refusal_words()]
    assert unworded == []


def test_every_refusal_brings_what_its_words_mention() -> None:
    lacking = [
        f"{place} {code} lacks {sorted(missing)}"
        for place, code, params in _raised_codes()
        if "*" not in params and (missing := _placeholders(refusal_words().get(code, ("", ""))[0]) - params)
    ]
    assert lacking == []


def test_every_field_error_has_words() -> None:
    known = field_words().keys() | refusal_words().keys()
    assert [f"{place} {code}" for place, code in _field_codes() if code not in known] == []


def test_both_languages_mention_the_same() -> None:
    for code, (zh, en) in {**refusal_words(), **field_words()}.items():
        assert zh.strip(), code
        assert en.strip(), code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_missing_params_never_break_an_answer(language: str) -> None:
    for code in refusal_words():
        assert refusal_message(code, {}, language)
    for code in field_words():
        assert field_message(code, language)


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        ("required", "必填。", "Required."),
        ("length|1|80", "长度须在 1 到 80 之间。", "Its length must be 1 to 80."),
        ("length|8|", "长度至少为 8。", "Its length must be at least 8."),
        ("length||80", "长度最多为 80。", "Its length must be at most 80."),
        ("range|0|", "不能小于 0。", "Must be at least 0."),
        ("range||9", "不能大于 9。", "Must be at most 9."),
        ("one_of|a, b", "须为以下之一：a, b。", "Must be one of: a, b."),
        ("never_heard_of|1", "格式不正确。", "Not valid."),
    ],
)
def test_field_errors_read_well(error: str, zh: str, en: str) -> None:
    assert (field_message(error, "zh"), field_message(error, "en")) == (zh, en)
