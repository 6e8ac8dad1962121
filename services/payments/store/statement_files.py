"""Bank statements as files: CSV in UTF-8 or GBK, xlsx and xls. From a stored file to rows of cells, some at a time."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.files import PIECE_BYTES, FileStore
from services.kit.sheets import SheetUnreadable, first_sheet

PREAMBLE_ROWS_MAX: Final = 50
"""So far down the header row is looked for."""

_MAGIC_BYTES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How xlsx and xls begin."""
_SKIPPED_AT_ONCE: Final = 5_000
_SAMPLE_BYTES: Final = 64 * 1024

NumberedRow = tuple[int, list[Any]]
"""A row's number, from 1 as people see it, and its cells."""


class StatementSheet:
    """A statement's rows, gone through once. Reading them keeps no green thread from running.

    :ivar first: the rows among which the header is; they come once more in what :meth:`take` gives.
    """

    def __init__(self, rows: Iterator[list[Any]]) -> None:
        self._rows: Iterator[NumberedRow] = enumerate(rows, start=1)
        self._line = 0
        ahead = self.take(PREAMBLE_ROWS_MAX)
        self.first = [cells for _, cells in ahead]
        self._rows, self._line = chain(ahead, self._rows), 0

    def skip_to(self, line: int) -> None:
        """Go on behind a line, if that was not passed yet."""
        while (count := min(_SKIPPED_AT_ONCE, line - self._line)) > 0 and self.take(count):
            pass

    def take(self, count: int) -> list[NumberedRow]:
        """The next rows, so many at most; none at the end.

        :raises InvalidInput: ``statement_unreadable``.
        """
        return run_blocking(self._take, count)

    def _take(self, count: int) -> list[NumberedRow]:
        try:
            rows = list(islice(self._rows, count))
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidInput("statement_unreadable") from error
        if any("\x00" in cell for _, cells in rows for cell in cells if isinstance(cell, str)):
            raise InvalidInput("statement_unreadable")  # no text has it, and no database keeps it
        self._line += len(rows)
        return rows


@contextmanager
def opened_statement(files: FileStore, key: str) -> Iterator[StatementSheet]:
    """A stored statement's first sheet. A CSV of any length is read as it is needed; a workbook is read whole.

    :raises NotFound: ``file_not_found``.
    :raises InvalidInput: ``statement_unreadable``.
    """
    # A copy at hand, as what reads it in a thread of its own may wait for no store.
    with TemporaryFile() as local:
        for piece in files.read(key):
            local.write(piece)
        local.seek(0)
        is_workbook = local.read(4) in _MAGIC_BYTES
        local.seek(0)
        if is_workbook:
            yield StatementSheet(run_blocking(_workbook_rows, local))
            return
        encoding = run_blocking(_encoding_of, local)
        delimiter = _delimiter_of(local.read(_SAMPLE_BYTES).decode(encoding, errors="ignore"))
        local.seek(0)
        with io.TextIOWrapper(local, encoding, newline="") as text:
            yield StatementSheet(csv.reader(text, delimiter=delimiter))


def _workbook_rows(local: BinaryIO) -> Iterator[list[Any]]:
    try:
        # The rows above the first used one are kept, so that a report's row numbers are the sheet's.
        return iter(first_sheet(local.read()).iter_rows())
    except SheetUnreadable as error:
        raise InvalidInput("statement_unreadable") from error


def _delimiter_of(sample: str) -> str:
    # Commas with a tab behind every value are commas: the tabs only keep spreadsheets from rounding.
    return "\t" if sample.count("\t") > sample.count(",") and "\t," not in sample else ","


def _encoding_of(local: BinaryIO) -> str:
    """Told from the whole file: GB 18030 holds all of GBK, and text in it is hardly ever valid UTF-8 to its end."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := local.read(PIECE_BYTES):
                if b"\x00" in piece:
                    raise InvalidInput("statement_unreadable")
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        else:
            return encoding
        finally:
            local.seek(0)
    raise InvalidInput("statement_unreadable")
