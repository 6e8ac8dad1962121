"""A well-behaved client: what is not answered is asked again, under the same key, until somebody answers."""

import http.client
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Self, TypeVar

from deploy.api_client import ApiClient, ApiProblem, NotInTime

T = TypeVar("T")

PATIENCE_SECONDS: Final = 240.0
_PAUSE_SECONDS_MIN: Final = 0.1
_PAUSE_SECONDS_MAX: Final = 2.0
_LOST: Final = (OSError, http.client.HTTPException)
"""What http.client raises when the connection breaks, or nothing comes over it."""


class PatientClient(ApiClient):
    """One person at the gateway who does not give up, and signs in again when the session is over: a run may outlast it.

    :ivar is_in_doubt: whether the request last made was tried once without an answer, so that its refusal may be of what it did
        itself.
    :ivar retries: how often something was asked again.
    """

    def __init__(self, base_url: str, *, language: str = "zh") -> None:
        super().__init__(base_url, language=language)
        self.is_in_doubt = False
        self.retries = 0
        self._password = ""

    def sign_in(self, login: str, password: str) -> dict[str, Any]:
        self._password = password
        return super().sign_in(login, password)

    def same_session(self) -> Self:
        other = super().same_session()
        other._password = self._password
        return other

    def make(self, path: str, body: Any, there: Callable[[], T | None]) -> Any:
        """POST what makes something. Should a try have been lost and the next be refused, what is there is looked for.

        :param there: what the request makes, if it is there.
        :raises ApiProblem: for a refusal of what has not been done.
        """
        try:
            return self.post(path, body)
        except ApiProblem:
            if not self.is_in_doubt:
                raise
            found = there()
            if not found:
                raise
            return found

    def _request(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, content: bytes | None = None,
                 headers: Mapping[str, str] | None = None) -> bytes:  # fmt: skip  # the parts of a request
        is_in_doubt = False
        pauses = Pauses(f"{method} {path}")
        while True:
            try:
                answer = super()._request(method, path, query=query, content=content, headers=headers)
            except ApiProblem as problem:
                pauses.last = problem
                if problem.status == 401 and path != "/session":
                    self.sign_in(self.user["login"], self._password)
                elif problem.status in (429, 503) or problem.code == "request_in_progress":
                    is_in_doubt = True
                else:
                    self.is_in_doubt = is_in_doubt
                    raise
            except _LOST as error:
                self.close()
                pauses.last = error
                is_in_doubt = True
            else:
                self.is_in_doubt = is_in_doubt
                return answer
            self.retries += 1
            pauses.take()


class Pauses:
    """Growing pauses between looks at the same thing, and an end to them.

    :param what: is waited for.
    :ivar last: what was there at the last look.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._pause = _PAUSE_SECONDS_MIN
        self._give_up = time.monotonic() + PATIENCE_SECONDS
        self.last: object = None

    def take(self) -> None:
        """
        :raises NotInTime: when patience is over.
        """
        if time.monotonic() > self._give_up:
            raise NotInTime(f"{self._what}: not within {PATIENCE_SECONDS:g} s; last seen: {self.last!r}")
        time.sleep(self._pause)  # there is nothing to wait on but the answer
        self._pause = min(1.5 * self._pause, _PAUSE_SECONDS_MAX)


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """Look again and again, ever more seldom, until there is something.

    :raises NotInTime: when patience is over.
    """
    pauses = Pauses(what)
    while not (found := look()):
        pauses.last = found
        pauses.take()
    return found
