"""Reading the file that customers are imported from: its columns by their headers, its rows as texts by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.customer_import_calls import IMPORT_COLUMNS, IMPORT_ROWS_MAX, REASON_HEADER, column_headed, plain_header
from services.kit.errors import InvalidInput
from services.kit.sheets import read_text_rows

_IGNORED: Final = frozenset(name.casefold() for name in REASON_HEADER)
_NAME: Final = IMPORT_COLUMNS[0]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with the file.

    :param field: of :data:`IMPORT_COLUMNS`, or ``file``.
    :param code: a field error's or a refusal's.
    """

    field: str
    code: str
    params: Mapping[str, Any]

    @classmethod
    def of(cls, field: str, code: str, **params: Any) -> "Problem":
        return cls(field, code, params)


class FileRefused(Exception):
    """No row of the file can be taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class GivenRow:
    """A row as it was given.

    :param number: in the sheet, from 1.
    :param cells: in the order of the file's headers.
    """

    number: int
    cells: list[str]


@dataclass(frozen=True)
class ImportFile:
    """A file whose columns are known.

    :param headers: as they were given, without that of the reasons.
    :param fields: of the columns, in their order.
    """

    headers: list[str]
    fields: list[str]
    rows: list[GivenRow]

    def texts(self, row: GivenRow) -> dict[str, str]:
        """A row's cells by field; without those that are empty."""
        return {field: text for field, text in zip(self.fields, row.cells, strict=True) if text}


def read_import_file(content: bytes) -> ImportFile:
    """
    :raises FileRefused: if it is no sheet, has too many rows or none, or other columns than it may have.
    """
    try:
        sheet = read_text_rows(content, rows_max=IMPORT_ROWS_MAX)
    except InvalidInput as refusal:
        raise FileRefused([Problem("file", refusal.code, refusal.params)]) from refusal
    if not sheet:
        raise FileRefused([Problem.of("file", "import_empty")])
    (_, header), *rows = sheet
    columns = {at: column.field for at, column in enumerate(map(column_headed, header)) if column is not None}
    if problems := [*_problems_of_header(header, columns), *_nameless(header, [cells for _, cells in rows])]:
        raise FileRefused(problems)
    given = [GivenRow(number, [cells[at] for at in columns]) for number, cells in rows]
    filled = [row for row in given if any(row.cells)]
    if not filled:
        raise FileRefused([Problem.of("file", "import_empty")])
    return ImportFile([header[at] for at in columns], list(columns.values()), filled)


def _problems_of_header(header: Sequence[str], columns: Mapping[int, str]) -> Iterator[Problem]:
    for at, name in enumerate(header):
        if name and at not in columns and plain_header(name) not in _IGNORED:
            yield Problem.of("file", "import_column_unknown", column=name[:100])
    fields = list(columns.values())
    for at, field in columns.items():
        if fields.index(field) != list(columns).index(at):
            yield Problem.of("file", "import_column_repeated", column=header[at])
    if _NAME.field not in fields:
        yield Problem.of("file", "import_column_missing", column=_NAME.header[0])


def _nameless(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Problem]:
    for at, name in enumerate(header):
        if not name and any(cells[at] for cells in rows):
            yield Problem.of("file", "import_column_nameless", number=at + 1)
