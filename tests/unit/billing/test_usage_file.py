"""A usage file is gone through piece by piece, and not further than it makes sense."""

from collections.abc import Iterator
from datetime import date

import pytest

from services.billing.documents.usage_file import LINE_CHARACTERS_MAX, UsageFile
from services.kit.errors import InvalidInput
from services.kit.files import PIECE_BYTES, FileStore, Readable, StoredFile


class Endless:
    """A stored file of 200 MB without a line end."""

    pieces_read = 0

    def read(self, key: str, *, start: int = 0) -> Iterator[bytes]:
        for _ in range(200 * 1024 * 1024 // PIECE_BYTES):
            self.pieces_read += 1
            yield b"x" * PIECE_BYTES

    def save(self, stream: Readable, *, max_bytes: int) -> StoredFile:
        raise NotImplementedError

    def delete(self, key: str) -> None:
        raise NotImplementedError

    def within(self, name: str) -> FileStore:
        raise NotImplementedError


def test_a_file_without_line_ends_is_refused_before_it_is_kept_whole() -> None:
    file = Endless()
    with pytest.raises(InvalidInput):
        next(UsageFile(file, "key", date(2026, 4, 1)).blocks())
    assert file.pieces_read <= LINE_CHARACTERS_MAX // PIECE_BYTES + 4
