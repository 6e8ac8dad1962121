"""Server-sent events as they are written (HTML standard, "Server-sent events"). Pure."""

import json
from typing import Any, Final

HEARTBEAT: Final = b":\n\n"
"""A comment: it keeps proxies from closing the connection, and finds out that its other end is gone."""


def event(name: str, data: Any, *, position: str | None = None) -> bytes:
    """An event with its JSON.

    :param position: where the reader stands once it has this: the ``id`` that it shows when it comes again. An event without one
        leaves the reader where it was.
    """
    identity = b"" if position is None else b"id: " + position.encode() + b"\n"
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))  # JSON writes no line ends
    return f"event: {name}\n".encode() + identity + b"data: " + body.encode() + b"\n\n"


def advance(position: str) -> bytes:
    """No event: only where the reader stands now."""
    return b"id: " + position.encode() + b"\n\n"


def retry(seconds: float) -> bytes:
    """How long the reader waits before it comes again, should the connection end."""
    return f"retry: {round(seconds * 1000)}\n\n".encode()
