"""A usage file is gone through piece by piece, not further than it makes sense; plain text by column, as it would be by row."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.billing.documents.usage_file import LINE_CHARACTERS_MAX, UsageFile
from services.billing.documents.usage_rows import PlainReader, RowError, RowReader, find_columns
from services.billing.domain.usage import Slot, UsageBlock
from services.kit.errors import InvalidInput
from services.kit.files import PIECE_BYTES, FileStore, Readable, StoredFile

TODAY = date(2026, 4, 1)


class Stored:
    """A stored file that is read in pieces of some size."""

    def __init__(self, content: bytes, piece_bytes: int = PIECE_BYTES) -> None:
        self.content = content
        self.piece_bytes = piece_bytes
        self.pieces_read = 0

    def read(self, key: str, *, start: int = 0) -> Iterator[bytes]:
        for at in range(0, len(self.content), self.piece_bytes):
            self.pieces_read += 1
            yield self.content[at : at + self.piece_bytes]

    def save(self, stream: Readable, *, max_bytes: int) -> StoredFile:
        raise NotImplementedError

    def delete(self, key: str) -> None:
        raise NotImplementedError

    def within(self, name: str) -> FileStore:
        raise NotImplementedError


Line = tuple[str, date, str, int]


def _lines(block: UsageBlock, slots: list[Slot]) -> list[Line]:
    return [
        (account, *slots[slot], quantity)
        for account, slot, quantity in zip(block.accounts, block.slots, block.quantities, strict=True)
    ]


def _read_by_row(text: str) -> tuple[list[Line], list[RowError]]:
    """Slow, and obviously right: the whole text through the library's reader, each row by itself."""
    reader = RowReader(TODAY)
    cells: list[list[Any]] = list(csv.reader(text.splitlines(keepends=True), strict=True))
    columns = find_columns(cells[0])
    lines: list[Line] = []
    errors: list[RowError] = []
    for row in enumerate(cells[1:], start=2):
        for block in reader.read([row], columns):
            if isinstance(block, UsageBlock):
                lines += _lines(block, reader.slots)
            else:
                errors += block
    return lines, errors


def test_a_file_without_line_ends_is_refused_before_it_is_kept_whole() -> None:
    file = Stored(b"x" * PIECE_BYTES * 200)
    with pytest.raises(InvalidInput):
        next(UsageFile(file, "key", TODAY).blocks())
    assert file.pieces_read <= LINE_CHARACTERS_MAX // PIECE_BYTES + 4


_FIELDS = ["account", "day", "operator", "quantity"]
_GOOD_CELLS = (
    st.sampled_from(["a1", "yunfan 01", "账号", "𠀀", "a" * 64, "a-b/c"]),
    st.sampled_from(["2026-03-30", "2026-03-31", "2026/3/31", "2026-3-1", "2026-04-02"]),
    st.sampled_from(["CMCC", "移动", "us", "CTCC"]),
    st.sampled_from(["0", "12", "999999999999", "007"]),
)
_ODD_CELLS = st.sampled_from(
    ["", " ", " a1", "a1\t", "a\\b", "a\\tb", "\\.", "\\N", '"a,b"', '"a\nb"', '"a""b"', "a" * 65, "a\x0bb", "a\x1cb", "a\x85b",
     "a\u2028b", "2026-02-30", "2026-04-03", "2022-01-01", "XX", "-1", "1.0", "1 ", "１２", "٣", "1" * 13, "1" * 14,
     "1000000000001"]
)  # fmt: skip  # what can stand in a cell, side by side


def _arranged(row: tuple[str, ...], order: list[str]) -> tuple[str, ...]:
    """A row as the columns go; one of another length stays as it is."""
    return tuple(row[_FIELDS.index(field)] for field in order) if len(row) == len(order) else row


def _with_one_odd(row: tuple[str, ...], at: int, odd: str) -> tuple[str, ...]:
    return (*row[:at], odd, *row[at + 1 :])


_good_rows = st.tuples(*_GOOD_CELLS)
_rows = st.lists(
    st.one_of(
        _good_rows,
        st.builds(_with_one_odd, _good_rows, st.integers(0, 3), _ODD_CELLS),
        st.lists(st.one_of(*_GOOD_CELLS, _ODD_CELLS), max_size=6).map(tuple),
    ),
    max_size=6,
)
_orders = st.permutations(_FIELDS)
_ends = st.sampled_from(["\n", "\n", "\r\n", "\r"])


@settings(max_examples=1_000)
@given(_rows, _orders, _ends, st.booleans(), st.integers(1, 80))
@example(
    [("a1", "2026-03-30", "CMCC", "1"), (), ("a2", "2026-03-30", "CMCC", "2")],
    _FIELDS,
    "\n",
    True,
    9,
)
@example(
    [("a1", "2026-03-30", "CMCC", "1", "2"), ("a2", "2026-03-30", "CMCC")],
    _FIELDS,
    "\n",
    True,
    80,
)
def test_what_is_read_by_column_is_what_would_be_read_by_row(
    rows: list[tuple[str, ...]], order: list[str], end: str, is_ended: bool, piece_bytes: int
) -> None:
    text = end.join([",".join(order), *(",".join(_arranged(row, order)) for row in rows)]) + (end if is_ended else "")
    file = UsageFile(Stored(text.encode(), piece_bytes), "key", TODAY)
    lines: list[Line] = []
    errors: list[RowError] = []
    for block in file.blocks():
        if isinstance(block, list):
            errors += block
        else:
            lines += _lines(block, file.slots)
            assert block.text is None or _copied(block.text) == _lines(block, file.slots)
    assert (lines, errors) == _read_by_row(text)


def _copied(text: str) -> list[Line]:
    rows = [row.split("\t") for row in text.removesuffix("\n").split("\n")]
    return [(account, date.fromisoformat(day), operator, int(quantity)) for account, day, operator, quantity in rows]


def test_plain_text_is_read_by_column_and_copied_as_it_is() -> None:
    reader = PlainReader(RowReader(TODAY), {"account": 0, "day": 1, "operator": 2, "quantity": 3}, 4)
    block = reader.read("a1,2026-03-30,CMCC,5\r\na2,2026-03-31,US,0\r\n")
    assert block == UsageBlock(["a1", "a2"], [0, 1], [5, 0], "a1\t2026-03-30\tCMCC\t5\na2\t2026-03-31\tUS\t0\n")


@pytest.mark.parametrize("row", ["a1,2026/3/30,CMCC,5", "a1,2026-03-30,移动,5", "a1,2026-03-30,cmcc,5"])
def test_what_has_other_words_for_days_and_operators_is_not_copied_as_it_is(row: str) -> None:
    block = PlainReader(RowReader(TODAY), {"account": 0, "day": 1, "operator": 2, "quantity": 3}, 4).read(f"{row}\n")
    assert block == UsageBlock(["a1"], [0], [5], None)


def test_columns_in_another_order_or_more_of_them_are_not_copied_as_they_are() -> None:
    swapped = PlainReader(RowReader(TODAY), {"account": 1, "day": 0, "operator": 2, "quantity": 3}, 4)
    assert swapped.read("2026-03-30,a1,CMCC,5\n") == UsageBlock(["a1"], [0], [5], None)
    wider = PlainReader(RowReader(TODAY), {"account": 0, "day": 1, "operator": 2, "quantity": 3}, 5)
    assert wider.read("a1,2026-03-30,CMCC,5,备注\n") == UsageBlock(["a1"], [0], [5], None)
