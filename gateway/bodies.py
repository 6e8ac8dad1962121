"""Requests' bodies as they come: never more than allowed, never less than was said, never whole in memory."""

import hashlib
import json
import time
from typing import Any, Final

import eventlet

from gateway.identity.problems import BadRequest, BodyTooLarge

BODY_SECONDS_MAX: Final = 15 * 60.0
"""How long a body may take to come: one that comes a byte a minute would keep a worker, and its key, for ever."""

_PIECE_BYTES: Final = 64 * 1024


class BodyStream:
    """A body that ends at its limit, in bytes and in time, and that its sender has sent to its end.

    :param length: what the request says of it; ``None`` for one in chunks, whose last one says that it was the last.
    :raises BodyTooLarge: when more is read than ``max_bytes``.
    :raises BadRequest: ``body_incomplete``. The server takes a connection's end for the body's: half of a file would be a file.
    """

    def __init__(self, stream: Any, max_bytes: int, length: int | None) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._left = max_bytes
        self._missing = length or 0
        self._give_up = time.monotonic() + BODY_SECONDS_MAX

    def read(self, size: int = -1) -> bytes:
        wanted = size if 0 <= size <= self._left else self._left + 1
        try:
            with eventlet.Timeout(max(0.0, self._give_up - time.monotonic()), TimeoutError):
                piece: bytes = self._stream.read(wanted)
        except (OSError, ValueError) as error:  # the server's words for chunks that do not come, or are none
            raise BadRequest("body_incomplete") from error
        if len(piece) < min(wanted, self._missing):
            raise BadRequest("body_incomplete")
        self._left -= len(piece)
        self._missing -= len(piece)
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


def json_object(raw: bytes) -> dict[str, Any]:
    """
    :raises BadRequest: ``bad_json``.
    """
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("bad_json") from error
    if not isinstance(body, dict):
        raise BadRequest("bad_json")
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
