"""The files of an import that people fill and mend: the empty one, and the rows that were refused with the reasons in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final

from gateway.wording import LANGUAGES, field_message, refusal_message
from services.contracts.customer import INDUSTRY_NAMES
from services.contracts.customer_import_calls import (
    DECISION_MAKER_WORDS,
    IMPORT_COLUMNS,
    REASON_HEADER,
    ImportColumn,
    column_headed,
)
from services.kit.sheets import SheetColumn, written_sheet

TITLE: Final = ("客户导入", "Customers")
_REASON_WIDTH: Final = 60
_BY_FIELD: Final = {column.field: column for column in IMPORT_COLUMNS}


def worded(problem: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A problem with its column's header and its message in a language."""
    code, params = problem["code"], problem["params"]
    column = _BY_FIELD.get(problem["field"])
    return {
        **problem,
        "column": column.header[LANGUAGES.index(language)] if column else "",
        "message": refusal_message(code, params, language) if params else field_message(code, language),
    }


def empty_sheet(language: str, now: datetime) -> BinaryIO:
    """The file to fill in: every column, what it may hold, and lists to choose from."""
    at = LANGUAGES.index(language)
    columns = [_sheet_column(column, column.header[at], language) for column in IMPORT_COLUMNS]
    return written_sheet(columns, [], title=TITLE[at], made_at=now)


def report_sheet(headers: Sequence[str], refusals: Iterable[Mapping[str, Any]], language: str, now: datetime) -> BinaryIO:
    """The refused rows as they were given, under the headers of their file, and why each was refused."""
    at = LANGUAGES.index(language)
    columns = [_sheet_column(column_headed(header), header, language) for header in headers]
    rows: Iterator[list[str]] = ([*refusal["cells"], _reason(refusal["problems"], language)] for refusal in refusals)
    return written_sheet([*columns, SheetColumn(REASON_HEADER[at], _REASON_WIDTH)], rows, title=TITLE[at], made_at=now)


def _reason(problems: Iterable[Mapping[str, Any]], language: str) -> str:
    separator, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    words = [worded(problem, language) for problem in problems]
    return separator.join(f"{each['column']}{colon}{each['message'].rstrip('。.')}" for each in words)


def _sheet_column(column: ImportColumn | None, header: str, language: str) -> SheetColumn:
    if column is None:
        return SheetColumn(header)
    at = LANGUAGES.index(language)
    choices: Sequence[str] = {
        "industry": [names[at] for names in INDUSTRY_NAMES.values()],
        "contact.is_decision_maker": [words[at] for words in DECISION_MAKER_WORDS],
    }.get(column.field, [])
    return SheetColumn(header, column.width, note=column.note[at], choices=choices)
