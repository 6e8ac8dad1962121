"""The words of refusals, Chinese and English, by code. Templates are filled with the refusal's params.

Each service's codes stand in the ``REFUSALS`` and ``FIELD_ERRORS`` of its own contract; they are put together here, for whoever
talks to people: the gateway, and a service whose event carries the reason why something failed.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

import services.contracts
from services.kit.errors import Refusal

Words = Mapping[str, tuple[str, str]]
"""Code → Chinese and English template."""

LANGUAGES: Final = ("zh", "en")

SHARED: Final[dict[str, tuple[str, str]]] = {
    "invalid_input": ("输入有误，请按字段提示修改。", "The input is wrong; see the fields."),
    "not_found": ("没有找到，或您无权查看。", "Not found, or not visible to you."),
    "forbidden": ("您没有权限执行此操作。", "You may not do this."),
    "service_unavailable": ("{service} 服务暂时不可用，请稍后重试。", "The {service} service is away; please try again."),
    "no_room_for_files": (
        "存放文件的磁盘已满，请稍后重试，或联系系统管理员。",
        "There is no room for files; please try again, or tell the administrators.",
    ),
    "file_too_large": ("文件超过大小上限（{max_bytes} 字节）。", "The file is over the limit of {max_bytes} bytes."),
    "file_kind_not_allowed": ("不接受这类文件：{name}（{kind}）。", "Files of this kind are not taken: {name} ({kind})."),
    "file_not_found": ("文件不存在。", "There is no such file."),
    "sheet_unreadable": ("不是可读取的 xlsx 或 xls 文件。", "Not a readable xlsx or xls file."),
    "sheet_too_many_rows": (
        "表格超过 {max} 行，请分成几个文件。",
        "The sheet has more than {max} rows; split it into several files.",
    ),
    "list_too_long_to_export": (
        "筛选结果超过 {max} 行，请缩小范围后再导出。",
        "More than {max} rows; narrow the filters to export them.",
    ),
    "job_not_found": ("没有这个任务。", "There is no such job."),
}

FIELD_ERRORS: Final[dict[str, tuple[str, str]]] = {
    "required": ("必填。", "Required."),
    "null": ("不能为空。", "May not be null."),
    "invalid": ("格式不正确。", "Not valid."),
    "unknown": ("未知字段。", "Unknown field."),
    "length": ("长度须在 {0} 到 {1} 之间。", "Its length must be {0} to {1}."),
    "range": ("须在 {0} 到 {1} 之间。", "Must be from {0} to {1}."),
    "above": ("须大于 {0}。", "Must be greater than {0}."),
    "below": ("须小于 {0}。", "Must be less than {0}."),
    "one_of": ("须为以下之一：{0}。", "Must be one of: {0}."),
    "format": ("格式不正确。", "Wrong format."),
    "too_many_bytes": ("内容过大，最多 {0} 字节。", "It is too large: at most {0} bytes."),
    "too_many_places": ("最多 {0} 位小数。", "At most {0} decimals."),
    "tax_number_length": ("税号须为 18 位（旧号 15 或 20 位）。", "A tax number has 18 characters (an older one 15 or 20)."),
    "tax_number_characters": ("税号含有不允许的字符。", "The tax number has characters that none may have."),
    "tax_number_check_digit": ("税号校验位不正确，请核对。", "The tax number's check digit does not fit; please check it."),
    "in_future": ("不能晚于现在。", "May not lie in the future."),
    "in_past": ("必须晚于今天。", "Must lie ahead."),
    "before_start": ("不能早于开始日期。", "May not be before the start."),
    "not_of_customer": ("不属于该客户。", "Is not this customer's."),
    "window_empty": ("期限至少为一天。", "A window lasts a day at least."),
    "repeated": ("重复。", "Is there twice."),
    "taken": ("已被使用。", "Is in use."),
    "digits_lost": ("长数字账号在表格中已失真，请以文本存储。", "A long number has lost digits in the sheet; store it as text."),
}
"""Code → Chinese and English; ``{0}``, ``{1}`` are the code's parameters (``"length|1|80"``)."""


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


def refusal_in_full(refusal: Refusal, language: str) -> str:
    """The message of a refusal with those of its fields, as one text."""
    places = [f"{path}: {field_message(code, language)}" for path, codes in refusal.fields.items() for code in codes]
    return " ".join([refusal_message(refusal.code, refusal.params, language), *places])


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
