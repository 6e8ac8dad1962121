"""Stored files: attachments and statements, written and read in pieces, never whole in memory."""

import errno
import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from services.kit.errors import InvalidInput, NotFound, Unavailable

_log = logging.getLogger(__name__)

PIECE_BYTES = 64 * 1024

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True)
class StoredFile:
    """What was stored.

    :param key: names it in the store; not to be guessed.
    :param sha256: of its content, hexadecimal.
    """

    key: str
    size_bytes: int
    sha256: str


class Readable(Protocol):
    """What a store takes a file from: a stream, or as much of one as that takes."""

    def read(self, size: int = -1, /) -> bytes: ...


class FileStore(Protocol):
    """Where files are kept: a folder, or an S3-compatible store. :func:`services.kit.storage.file_store` says which.

    ``save`` keeps what the stream gives, whole or not at all, and raises ``file_too_large`` or ``no_room_for_files``. ``read``
    gives a file in pieces from a byte on and raises ``file_not_found`` at the call. To ``delete`` what is not there is no error.
    ``within`` is a part of the store with keys of its own.
    """

    def save(self, stream: Readable, *, max_bytes: int) -> StoredFile: ...

    def read(self, key: str, *, start: int = 0) -> Iterator[bytes]: ...

    def delete(self, key: str) -> None: ...

    def within(self, name: str) -> "FileStore": ...


class MeasuredStream:
    """A stream that knows what went through it.

    :param max_bytes: past which reading it raises ``file_too_large``.
    """

    def __init__(self, stream: Readable, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """
        :raises InvalidInput: ``file_too_large``.
        """
        piece = self._stream.read(size)
        self.size_bytes += len(piece)
        if self.size_bytes > self._max_bytes:
            raise InvalidInput("file_too_large", max_bytes=self._max_bytes)
        self._digest.update(piece)
        return piece


def new_key() -> str:
    """A file's name in its store: nobody guesses it."""
    return secrets.token_hex(16)


def check_key(key: str) -> None:
    """
    :raises NotFound: ``file_not_found``, for what no store has made: nothing that names another folder gets through.
    """
    if not (key.isascii() and key.isalnum()):
        raise NotFound("file_not_found")


class FolderStore:
    """Files in a folder, spread over 256 sub-folders.

    :param folder: made when the first file comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, stream: Readable, *, max_bytes: int) -> StoredFile:
        """Keep what the stream gives; it is there whole or not at all.

        :raises InvalidInput: ``file_too_large``.
        :raises Unavailable: ``no_room_for_files``, while the disk is full: whoever looks after it can make room.
        """
        key = new_key()
        path = self._path(key)
        partial = path.with_suffix(".part")
        measured = MeasuredStream(stream, max_bytes)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as target:
                while piece := measured.read(PIECE_BYTES):
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            partial.replace(path)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            _log.error("no room for files in %s: %s", self.folder, error)
            raise Unavailable("no_room_for_files") from error
        finally:
            partial.unlink(missing_ok=True)
        return StoredFile(key, measured.size_bytes, measured.sha256)

    def read(self, key: str, *, start: int = 0) -> Iterator[bytes]:
        """Its content in pieces, from a byte on.

        :raises NotFound: ``file_not_found``; at the call, not at the first piece.
        """
        try:
            source = self._path(key).open("rb")
        except FileNotFoundError:
            raise NotFound("file_not_found") from None
        source.seek(start)
        return self._pieces(source)

    def delete(self, key: str) -> None:
        """Remove it; one that is not there is no error."""
        self._path(key).unlink(missing_ok=True)

    def within(self, name: str) -> "FolderStore":
        return FolderStore(self.folder / name)

    @staticmethod
    def _pieces(source: BinaryIO) -> Iterator[bytes]:
        with source:
            while piece := source.read(PIECE_BYTES):
                yield piece

    def _path(self, key: str) -> Path:
        check_key(key)
        return self.folder / key[:2] / key
