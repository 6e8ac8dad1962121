"""Requests' bodies as they come: never more than allowed, never whole in memory."""

import hashlib
from typing import Any, Final

from gateway.identity.problems import BodyTooLarge

_PIECE_BYTES: Final = 64 * 1024


class BoundedStream:
    """A body that ends at its limit.

    :raises BodyTooLarge: when more is read than ``max_bytes``.
    """

    def __init__(self, stream: Any, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._left = max_bytes

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._stream.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(piece)
        if self._left < 0:
            raise BodyTooLarge("body_too_large", max_bytes=self._max_bytes)
        return piece


class DigestingStream:
    """An upload's body that notes what was read of it, as nobody holds it whole."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._stream.read(size)
        self._sha256.update(piece)
        return piece

    def digest(self) -> bytes:
        """The whole body's SHA-256; what nobody has read is read, and dropped."""
        while self.read(_PIECE_BYTES):
            pass
        return self._sha256.digest()
