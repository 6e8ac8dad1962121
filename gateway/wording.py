"""What people read: every contract's refusals and field errors, in the language they ask for."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

import services.contracts

Words = Mapping[str, tuple[str, str]]
"""Code → Chinese and English template."""

LANGUAGES: Final = ("zh", "en")

TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("请求有误", "Bad request"),
    401: ("未登录", "Not signed in"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("方法不支持", "Method not allowed"),
    409: ("操作冲突", "Conflict"),
    412: ("内容已变化", "Changed meanwhile"),
    413: ("内容过大", "Too large"),
    415: ("内容类型不支持", "Media type not supported"),
    416: ("范围无效", "Range not satisfiable"),
    422: ("输入有误", "Wrong input"),
    429: ("过于频繁", "Too many requests"),
    500: ("系统错误", "Internal error"),
    503: ("服务不可用", "Service unavailable"),
}
"""Status → what kind of thing went wrong."""


class WordingError(Exception):
    """Two contracts give one code different words."""


@cache
def refusal_words() -> Words:
    """The words of every refusal's code, of all contracts."""
    return _collected("SHARED", "REFUSALS")


@cache
def field_words() -> Words:
    """The words of every field error's code, of all contracts."""
    return _collected("FIELD_ERRORS")


def title(status: int, language: str) -> str:
    """What kind of thing went wrong."""
    return TITLES.get(status, TITLES[400])[LANGUAGES.index(language)]


def refusal_message(code: str, params: Mapping[str, Any], language: str) -> str:
    """The message of a refusal; its code, if no contract has words for it (a test forbids that)."""
    words = refusal_words().get(code)
    return words[LANGUAGES.index(language)].format_map(_Params(params)) if words else code


def field_message(error: str, language: str) -> str:
    """The message of a field error such as ``length|1|80``."""
    code, *params = error.split("|")
    if code in {"length", "range"} and "" in params:
        code, params = (f"{code}_max", params[1:]) if params[0] == "" else (f"{code}_min", params[:1])
    words = field_words().get(code) or refusal_words().get(code) or field_words()["invalid"]
    return words[LANGUAGES.index(language)].format(*params, *[""] * 4)


def _collected(*names: str) -> Words:
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(services.contracts.__path__, "services.contracts."):
        contract = import_module(module.name)
        for name in names:
            for code, words in getattr(contract, name, {}).items():
                if found.setdefault(code, words) != words:
                    raise WordingError(f"{module.name} has other words for {code} than a contract before it")
    return found


class _Params(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "?"
