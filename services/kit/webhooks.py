"""Posting JSON to addresses that people entered: to allowed origins only, bounded in time and size, and never quoting the
address, which is a secret by itself."""

import json
import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS_MAX: Final = 3.05
ANSWER_SECONDS_MAX: Final = 10.0
ANSWER_BYTES_MAX: Final = 64 * 1024

# It logs every request with its whole path, in which the key stands.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class WebhookAway(Exception):
    """Nobody answered, or nobody knows whether."""


class OriginNotAllowed(Exception):
    """The address is at no place that may be posted to."""


@dataclass(frozen=True)
class WebhookAnswer:
    """What came back.

    :param body: the JSON object; empty if it was none.
    """

    status: int
    body: Mapping[str, Any]


def origin_of(url: str) -> str | None:
    """``https://host[:port]`` of an address; ``None`` of what is no address, or has a user in it."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.fragment:
            return None
        parts.port  # noqa: B018  # raises for what is no port
    except ValueError:
        return None
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}"


class Webhooks:
    """Connections to post over; a redirect is an answer like others, and is not followed.

    :param origins: those that are allowed.
    """

    def __init__(self, origins: Collection[str]) -> None:
        # Loaded with the first post: the service itself only asks whose an address is.
        import requests  # noqa: PLC0415

        self._origins = origins
        self._session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def post(self, url: str, query: Mapping[str, str], body: Mapping[str, Any]) -> WebhookAnswer:
        """
        :param query: what is added to the address's own.
        :raises OriginNotAllowed, WebhookAway:
        """
        origin = origin_of(url)
        if origin not in self._origins:
            raise OriginNotAllowed(origin or "no address")
        try:
            answer = self._session.post(
                url,
                params=query,
                json=body,
                timeout=(CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                raw = _bounded(answer)
        except OSError as error:  # as all of requests' are
            # Its text would tell the whole address.
            raise WebhookAway(type(error).__name__) from None
        return WebhookAnswer(answer.status_code, _object(raw))


def _bounded(answer: "requests.Response") -> bytes:
    """Its first bytes, those that come in time."""
    raw, give_up = b"", time.monotonic() + ANSWER_SECONDS_MAX
    for piece in answer.iter_content(ANSWER_BYTES_MAX):
        raw += piece
        if len(raw) >= ANSWER_BYTES_MAX or time.monotonic() > give_up:
            break
    return raw[:ANSWER_BYTES_MAX]


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
