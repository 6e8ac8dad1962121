"""Whether a workbook has room in memory: asked before its reader unpacks it, which keeps all that it is told of, however little
the file is.

What fills memory is the file unpacked, the cells between two that lie far apart, and one long text that stands in many cells.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import zip_longest
from typing import Final
from xml.parsers import expat

UNPACKED_BYTES_MAX: Final = 512 * 1024 * 1024
CELLS_MAX: Final = 20_000_000
"""From the first cell to the last: the reader keeps all between them."""
CHARACTERS_MAX: Final = 200_000_000
"""In all cells of a sheet: a text is kept once in the file, and by the reader once in each cell."""

_PIECE_BYTES: Final = 1024 * 1024
_TEXTS_MARK: Final = b"sst"
_SHEET_MARK: Final = b"sheetData"
_OTHER_FORMATS: Final = frozenset({"content.xml", "xl/workbook.bin"})
"""What ods and xlsb have and xlsx has not. The reader would take them, and nothing tells how large their sheets are."""
_PLACE: Final = re.compile("([A-Z]{0,3})([0-9]{1,7})", re.ASCII)
"""Where a cell says that it is; a row without letters."""


def has_room(content: bytes) -> bool:
    """Whether an xlsx is one, and none of its sheets needs too much. Raises whatever a damaged archive or XML raises."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX or not _OTHER_FORMATS.isdisjoint(archive.namelist()):
            return False
        # All of them: which one is the first sheet, or has the texts, and how it is called, another of them says.
        tables = [_lengths_of_texts(archive, part) for part in parts if _has(archive, part, _TEXTS_MARK)]
        lengths = [max(each) for each in zip_longest(*tables, fillvalue=0)]
        return all(_fits(archive, part, lengths) for part in parts if _has(archive, part, _SHEET_MARK))


def _has(archive: zipfile.ZipFile, part: zipfile.ZipInfo, mark: bytes) -> bool:
    return any(mark in piece for piece in _overlapping(archive, part, len(mark)))


def _overlapping(archive: zipfile.ZipFile, part: zipfile.ZipInfo, by: int) -> Iterator[bytes]:
    rest = b""
    with archive.open(part) as source:
        while piece := source.read(_PIECE_BYTES):
            yield rest + piece
            rest = piece[-by:]


def _lengths_of_texts(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[int]:
    """Of the texts that cells name by their number, in their order."""
    lengths: list[int] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if _local(name) == "si":
            lengths.append(0)

    def read(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    _parse(archive, part, StartElementHandler=begin, CharacterDataHandler=read)
    return lengths


def _fits(archive: zipfile.ZipFile, part: zipfile.ZipInfo, lengths: Sequence[int]) -> bool:
    places = _Places()
    _parse(archive, part, StartElementHandler=places.begin)
    if not places.are_somewhere or places.between > CELLS_MAX:
        return False
    if places.with_texts * max(lengths, default=0) <= CHARACTERS_MAX:
        return True
    # Which of the texts they are takes as long again to find out, and is seldom needed.
    texts = _Texts(lengths)
    _parse(archive, part, StartElementHandler=texts.begin, CharacterDataHandler=texts.read, EndElementHandler=texts.end)
    return texts.characters <= CHARACTERS_MAX


def _parse(archive: zipfile.ZipFile, part: zipfile.ZipInfo, **handlers: Callable[..., None]) -> None:
    parser = expat.ParserCreate()
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    with archive.open(part) as source:
        parser.ParseFile(source)


class _Places:
    """Where a sheet's cells are, as its elements go by.

    :ivar with_texts: how many cells name a text by its number.
    :ivar are_somewhere: whether every place is one.
    """

    def __init__(self) -> None:
        self._row = self._column = self._last_row = self._last_column = 0
        self.with_texts = 0
        self.are_somewhere = True

    @property
    def between(self) -> int:
        """How many cells there are from the first to the last, empty ones among them."""
        return self._last_row * self._last_column

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        what = _local(name)
        if what == "row":
            self._row, self._column = self._row + 1, 0
        elif what == "c":
            self._column += 1
            self.with_texts += attributes.get("t") == "s"
        else:
            return
        # Without a place of its own it stands behind, or below, the one before.
        if "r" in attributes:
            place = _PLACE.fullmatch(attributes["r"])
            if place is None:
                self.are_somewhere = False
                return
            self._row, self._column = int(place[2]), _number_of_column(place[1])
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)


class _Texts:
    """How long the texts of a sheet's cells are, as its elements go by.

    :param lengths: of the texts by their number.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths
        self._names_text = False
        self._number = ""
        self.characters = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "c":
            self._names_text, self._number = attributes.get("t") == "s", ""

    def read(self, text: str) -> None:
        if self._names_text:
            self._number += text

    def end(self, name: str) -> None:
        if self._names_text and _local(name) == "c":
            self._names_text = False
            number = int(self._number or 0)
            self.characters += self._lengths[number] if number < len(self._lengths) else 0


@cache
def _local(name: str) -> str:
    """An element's name without its namespace's prefix."""
    return name.rpartition(":")[2]


@cache
def _number_of_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
