"""Stored files: attachments and statements, written and read in pieces, never whole in memory."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from services.kit.errors import InvalidInput, NotFound

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class StoredFile:
    """What was stored.

    :param key: names it in the store; not to be guessed.
    :param sha256: of its content, hexadecimal.
    """

    key: str
    size_bytes: int
    sha256: str


class FileStore(Protocol):
    """Where files are kept: a folder now, an S3-compatible store by the same three verbs."""

    def save(self, stream: BinaryIO, *, max_bytes: int) -> StoredFile: ...

    def read(self, key: str) -> Iterator[bytes]: ...

    def delete(self, key: str) -> None: ...


class FolderStore:
    """Files in a folder, spread over 256 sub-folders.

    :param folder: made when the first file comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, stream: BinaryIO, *, max_bytes: int) -> StoredFile:
        """Keep what the stream gives; it is there whole or not at all.

        :raises InvalidInput: ``file_too_large``.
        """
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        digest, size = hashlib.sha256(), 0
        try:
            with partial.open("wb") as target:
                while piece := stream.read(PIECE_BYTES):
                    size += len(piece)
                    if size > max_bytes:
                        raise InvalidInput("file_too_large", max_bytes=max_bytes)
                    digest.update(piece)
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return StoredFile(key, size, digest.hexdigest())

    def read(self, key: str) -> Iterator[bytes]:
        """Its content in pieces.

        :raises NotFound: ``file_not_found``; at the call, not at the first piece.
        """
        try:
            source = self._path(key).open("rb")
        except FileNotFoundError:
            raise NotFound("file_not_found") from None
        return self._pieces(source)

    def delete(self, key: str) -> None:
        """Remove it; one that is not there is no error."""
        self._path(key).unlink(missing_ok=True)

    @staticmethod
    def _pieces(source: BinaryIO) -> Iterator[bytes]:
        with source:
            while piece := source.read(PIECE_BYTES):
                yield piece

    def _path(self, key: str) -> Path:
        if not key.isalnum():  # a key is hexadecimal: nothing that names another folder gets through
            raise NotFound("file_not_found")
        return self.folder / key[:2] / key
