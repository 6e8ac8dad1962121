"""The HTTP interface as a program uses it: what the demo, the story, the end-to-end tests and the benches go through."""

import http.client
import json
import mimetypes
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from services.kit.clock import SHANGHAI
from services.kit.ids import new_id

T = TypeVar("T")

_TIMEOUT_SECONDS = 30.0
_POLL_SECONDS_MIN = 0.05
_POLL_SECONDS_MAX = 0.5


class ApiProblem(Exception):
    """The gateway refused: an RFC 9457 problem.

    :param status: of HTTP.
    :param code: the problem's stable code.
    :param problem: all of it.
    :ivar is_not_known_yet: whether the service asked has not heard of it yet (decision 0043).
    """

    def __init__(self, request: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = dict(problem)
        self.is_not_known_yet = status == 503 and self.code.endswith("_not_known_yet")
        details = {key: problem[key] for key in ("detail", "errors", "params", "trace_id") if problem.get(key)}
        super().__init__(f"{request}: {status} {self.code} {json.dumps(details, ensure_ascii=False)}")


class NotInTime(Exception):
    """What was waited for did not come before the deadline; the message says what there was instead."""


class ApiClient:
    """One person (or program) at the gateway, over one connection. Not for two threads at once.

    :param base_url: such as ``http://127.0.0.1:8000``.
    :param as_of: the instant at which every request pretends to happen; settings must allow it. See :meth:`at`.
    """

    def __init__(self, base_url: str, *, language: str = "zh") -> None:
        self._base_url = base_url
        self._language = language
        url = urlsplit(base_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(url.netloc, timeout=_TIMEOUT_SECONDS)
        self._cookie = ""
        self._csrf_token = ""
        self._token = ""
        self.as_of: datetime | None = None
        self.user: dict[str, Any] = {}

    def sign_in(self, login: str, password: str) -> dict[str, Any]:
        """Begin a session; the answer is the user."""
        session = self.post("/session", {"login": login, "password": password})
        self._csrf_token = session["csrf_token"]
        self.user = session["user"]
        return self.user

    def same_session(self) -> Self:
        """Another connection of the same person, for another thread."""
        other = type(self)(self._base_url, language=self._language)
        session = self._cookie, self._csrf_token, self._token
        other._cookie, other._csrf_token, other._token = session  # noqa: SLF001  # of its own kind, whichever that is
        other.user, other.as_of = self.user, self.as_of
        return other

    @property
    def cookie(self) -> str:
        """The session, as a ``Cookie`` header."""
        return self._cookie

    def use_token(self, token: str) -> None:
        """Be a service user."""
        self._token = token

    @contextmanager
    def at(self, moment: datetime | date) -> Iterator["ApiClient"]:
        """The same, at another time.

        :param moment: an instant, or a day: ten in the morning in Shanghai.
        """
        before = self.as_of
        self.as_of = morning_of(moment)
        try:
            yield self
        finally:
            self.as_of = before

    @contextmanager
    def speaking(self, language: str) -> Iterator["ApiClient"]:
        """The same, in another language."""
        before, self._language = self._language, language
        try:
            yield self
        finally:
            self._language = before

    def get(self, path: str, **query: Any) -> Any:
        return self._json("GET", path, query=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """
        :param key: the idempotency key; a new one unless given.
        """
        return self._json("POST", path, body={} if body is None else body, headers={"Idempotency-Key": key or str(new_id())})

    def patch(self, path: str, body: Any) -> Any:
        return self._json("PATCH", path, body=body)

    def put(self, path: str, body: Any) -> Any:
        return self._json("PUT", path, body=body)

    def upload(self, path: str, name: str, content: bytes, **query: Any) -> Any:
        """Send a file as the request's body, its name beside it; under an idempotency key of its own."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "X-Filename": quote(name), "Idempotency-Key": str(new_id())}
        answer = self._request("POST", path, query=query, content=content, headers=headers)
        return json.loads(answer) if answer else None

    def download(self, path: str, **query: Any) -> bytes:
        return self._request("GET", path, query=query)

    def every(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page after page."""
        items: list[Any] = []
        cursor = ""
        while True:
            page = self.get(path, **query, cursor=cursor) if cursor else self.get(path, **query)
            items += page["items"]
            cursor = page["next_cursor"] or ""
            if not cursor:
                return items

    def close(self) -> None:
        self._connection.close()

    def _json(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None,
              headers: Mapping[str, str] | None = None) -> Any:  # fmt: skip  # the parts of a request
        content = None if body is None else json.dumps(body, default=str).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        answer = self._request(method, path, query=query or {}, content=content, headers={**kind, **(headers or {})})
        return json.loads(answer) if answer else None

    def _request(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, content: bytes | None = None,
                 headers: Mapping[str, str] | None = None) -> bytes:  # fmt: skip  # the parts of a request
        target = quote(path if path.startswith(("/health", "/openapi", "/asyncapi", "/docs")) else f"/api/v1{path}", safe="/.")
        if query:
            target += "?" + urlencode({name: value for name, value in query.items() if value is not None})
        answer = self._send(method, target, content, {**self._headers(), **(headers or {})})
        body = answer.read()
        self._keep_cookie(answer)
        if answer.status >= 400:
            raise ApiProblem(f"{method} {target}", answer.status, _problem(body))
        return body

    def _send(self, method: str, target: str, content: bytes | None, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, target, body=content, headers=dict(headers))
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closed the idle connection. Repeating is safe: a POST carries its idempotency key.
            self._connection.close()
            self._connection.request(method, target, body=content, headers=dict(headers))
            return self._connection.getresponse()

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self._language}
        if self._cookie:
            headers["Cookie"] = self._cookie
        if self._csrf_token:
            headers["X-CSRF-Token"] = self._csrf_token
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self.as_of is not None:
            headers["L2C-As-Of"] = self.as_of.isoformat()
        return headers

    def _keep_cookie(self, answer: http.client.HTTPResponse) -> None:
        given = answer.headers.get("Set-Cookie")
        if given:
            self._cookie = given.partition(";")[0]


def morning_of(moment: datetime | date) -> datetime:
    """The instant itself, or ten in the morning in Shanghai of a day."""
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, 10, tzinfo=SHANGHAI)


def wait_until(what: str, look: Callable[[], T | None], *, seconds_max: float = 20.0) -> T:
    """Look again and again until there is something; the longer it takes the more rarely, so that looking holds nothing up.

    :param what: names it, should it not come.
    :returns: the first thing that is neither ``None``, ``False`` nor empty.
    :raises NotInTime: after ``seconds_max``.
    """
    began = time.monotonic()
    while not (found := look()):
        waited = time.monotonic() - began
        if waited > seconds_max:
            raise NotInTime(f"{what}: not within {seconds_max:g} s; last seen: {found!r}")
        # Other services hear of it by events: there is nothing to wait on but the answer.
        time.sleep(min(max(waited / 8, _POLL_SECONDS_MIN), _POLL_SECONDS_MAX))
    return found


def _problem(body: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {"detail": body.decode(errors="replace")[:500]}
    return problem if isinstance(problem, dict) else {"detail": str(problem)}
