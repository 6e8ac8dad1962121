"""Reading usage files: CSV in UTF-8 or GBK, and xlsx (spec, billing.md, "Usage").

The columns are found by their names, Chinese or English, in any order; what else the file has is left alone.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any, Final

from services.billing.documents.usage_rows import PlainReader, RowError, RowReader, find_columns
from services.billing.domain.usage import Slot, UsageBlock
from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.sheets import SheetUnreadable, first_sheet

SHEET_BYTES_MAX: Final = 20 * 1024 * 1024
"""An xlsx is read as a whole: some 500,000 rows. CSV, which is streamed, has no such bound."""
LINE_CHARACTERS_MAX: Final = 1024 * 1024
"""A file that comes without line ends is no table; it would be gone through anew with every piece, and kept whole."""
_SAMPLE_BYTES: Final = 64 * 1024
_BLOCK_ROWS: Final = 5_000


class UsageFile:
    """A stored usage file, to be gone through piece by piece; nothing of it is kept in memory but an xlsx while it is read.

    :param today: no day may lie after it (nor, but by a day, the platform's clock).
    :ivar slots: the days and operators that came so far.
    """

    def __init__(self, files: FileStore, key: str, today: date) -> None:
        self._files = files
        self._key = key
        self._rows = RowReader(today)

    @property
    def slots(self) -> list[Slot]:
        return self._rows.slots

    def blocks(self) -> Iterator[UsageBlock | list[RowError]]:
        """The rows in their order, some thousand at a time: as lines, or as what is wrong with them.

        :raises InvalidInput: at ``file``: it is no usage file at all.
        """
        pieces = self._files.read(self._key)
        first = next(pieces, b"")
        if first[:2] == b"PK":
            cells = _sheet(b"".join(_at_most(SHEET_BYTES_MAX, first, pieces)))
            yield from self._by_row(cells, find_columns(next(cells, [])), first_row=2)
        else:
            yield from self._table(_texts(first, pieces))

    def _table(self, texts: Iterator[str]) -> Iterator[UsageBlock | list[RowError]]:
        """A CSV. What is plain is read column by column, which takes a third of the time; what is not, row by row; from the first
        quotation mark on all is, since a line end may stand in quotation marks."""
        first = next(texts, "")
        header, end, rest = first.partition("\n")
        if '"' in header or not end or len(header.splitlines()) > 1:
            cells = _cells(chain((first,), texts))
            yield from self._by_row(cells, find_columns(next(cells, [])), first_row=2)
            return
        columns = find_columns(next(_cells(iter((header,))), []))
        plain = PlainReader(self._rows, columns, len(header.split(",")))
        row = 2
        for text in chain((rest,) if rest else (), texts):
            if '"' in text:
                yield from self._by_row(_cells(chain((text,), texts)), columns, first_row=row)
                return
            block = plain.read(text)
            if block is not None:
                row += len(block.accounts)
                yield block
            else:
                yield from self._by_row(_cells(iter((text,))), columns, first_row=row)
                row += len(text.splitlines())

    def _by_row(
        self, cells: Iterator[list[Any]], columns: Mapping[str, int], *, first_row: int
    ) -> Iterator[UsageBlock | list[RowError]]:
        numbered = enumerate(cells, start=first_row)
        while rows := list(islice(numbered, _BLOCK_ROWS)):
            if any("\0" in str(cell) for _, row in rows for cell in row):
                raise InvalidInput(fields={"file": ["not_a_usage_file"]})  # no text has it, and the database keeps none
            yield from self._rows.read(rows, columns)


def _at_most(bytes_max: int, first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in chain((first,), rest):
        size += len(piece)
        if size > bytes_max:
            raise InvalidInput(fields={"file": [f"sheet_too_large|{bytes_max // 1024 // 1024}"]})
        yield piece


def _sheet(content: bytes) -> Iterator[list[Any]]:
    try:
        yield from run_blocking(first_sheet, content).iter_rows()
    except SheetUnreadable as error:
        raise InvalidInput(fields={"file": ["not_a_usage_file"]}) from error


def _cells(texts: Iterator[str]) -> Iterator[list[str]]:
    lines = chain.from_iterable(text.splitlines(keepends=True) for text in texts)
    try:
        yield from csv.reader(lines, strict=True)
    except csv.Error as error:
        raise InvalidInput(fields={"file": ["not_a_usage_file"]}) from error


def _encoding_of(sample: bytes) -> str:
    # The sample may end within a character, which is no error yet.
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample[:_SAMPLE_BYTES], final=False)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _texts(first: bytes, rest: Iterable[bytes]) -> Iterator[str]:
    """The file's text, cut behind line ends."""
    decoder = codecs.getincrementaldecoder(_encoding_of(first))(errors="strict")
    pending = ""
    try:
        for piece in chain((first,), rest):
            pending += decoder.decode(piece)
            at = _end_of_whole_lines(pending)
            if at:
                yield pending[:at]
                pending = pending[at:]
            if len(pending) > LINE_CHARACTERS_MAX:
                raise InvalidInput(fields={"file": ["not_a_usage_file"]})
        pending += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InvalidInput(fields={"file": ["not_a_usage_file"]}) from error
    if pending:
        yield pending


def _end_of_whole_lines(text: str) -> int:
    """0 if none is whole."""
    at = text.rfind("\n") + 1
    # Some files have the one sign alone; at the end of a piece it may be half of the usual pair.
    return at or text.rfind("\r", 0, len(text) - 1) + 1
