"""What people read in their language: every contract's refusals and field errors, and what kind of thing went wrong."""

from collections.abc import Mapping
from typing import Final

from services.contracts.wording import LANGUAGES, field_message, field_words, refusal_message, refusal_words

__all__ = ["LANGUAGES", "TITLES", "field_message", "field_words", "refusal_message", "refusal_words", "title"]

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


def title(status: int, language: str) -> str:
    """What kind of thing went wrong."""
    return TITLES.get(status, TITLES[400])[LANGUAGES.index(language)]
